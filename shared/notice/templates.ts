/**
 * The catalogue of SMS texts. Carriers register each text, so a text never changes under its id: a new wording is
 * a new version, and an old one stays here as long as a record names it. `{署名}` and `{热线}` are the exam's own
 * and registered as fixed words; the rest are slots. At the widest value of every slot each text is one part.
 */

import { assert } from '../outcome.ts';
import type { Colour, Hazard } from '../warning/warning.ts';
import type { NoticeKind } from './notice.ts';
import { type HazardGroup, hazardGroup, SLOTS, type SlotName } from './slots.ts';
import { units } from './text.ts';

/** Width for which texts are registered: the registered name of the office in `{署名}`. */
export const SIGNATURE_UNITS_MAX = 6;

/** Area code, hyphen, eight digits: the width of `{热线}`. */
export const HOTLINE_UNITS_MAX = 13;

export interface Template {
  /** `<kind>.<variant>@<version>`. */
  id: string;
  kind: NoticeKind;
  variant: string;
  text: string;
  slots: SlotName[];
}

/** Words that say whether the exam is held: only a text that rests on a recorded consent may. */
export const SAYS_WHETHER_HELD =
  /取消|停考|缓考|延期|延考|推迟|改期|改至|改在|中止|照常|如期|正常(举行|进行|开考)/;

const FIXED = { 署名: SIGNATURE_UNITS_MAX, 热线: HOTLINE_UNITS_MAX } as const;
export const IN_BRACES = /\{([^}]+)\}/g;

const ADVICE: Record<HazardGroup, Record<Colour, string>> = {
  wind: {
    blue: '请关注天气变化',
    yellow: '做好防风防水准备',
    orange: '早出门、防坠物',
    red: '请注意避险',
  },
  water: {
    blue: '请关注雨情路况',
    yellow: '做好防风防水准备',
    orange: '早出门、避积水',
    red: '勿冒险涉水',
  },
  land: {
    blue: '请关注山区路况',
    yellow: '避开山边陡坡路段',
    orange: '早出门、避山路',
    red: '请避开山坡',
  },
  sea: {
    blue: '请关注渡船班次',
    yellow: '留意渡船停航信息',
    orange: '早出门、避海边',
    red: '勿靠近海边',
  },
  travel: {
    blue: '请关注天气路况',
    yellow: '出行途中注意安全',
    orange: '早出门、慢行车',
    red: '请注意安全',
  },
};

const ISSUED = '{机构}于{时间}发布{预警}预警';
const OFFICIAL = '考试安排以官方通知为准。';

const REMINDERS = (Object.keys(ADVICE) as HazardGroup[]).flatMap((group) => {
  const { blue, yellow, orange, red } = ADVICE[group];
  return [
    template(
      'candidate-reminder',
      `${group}.blue`,
      `${ISSUED}，可能影响法考出行，${blue}。${OFFICIAL}第{号}号`,
    ),
    template(
      'candidate-reminder',
      `${group}.yellow`,
      `${ISSUED}，请调整出行时间，${yellow}。${OFFICIAL}第{号}号`,
    ),
    template(
      'candidate-reminder',
      `${group}.orange`,
      `${ISSUED}，${orange}，受阻请电{热线}。考试以官方通知为准。`,
    ),
    template(
      'candidate-reminder',
      `${group}.red`,
      `${ISSUED}，${red}，受阻请电{热线}登记。考试以官方通知为准。`,
    ),
  ];
});

export const TEMPLATES: readonly Template[] = [
  ...REMINDERS,
  template(
    'candidate-reminder',
    'earthquake',
    `{时间}本市有震感，请先避险再出行，听从考点引导，受阻请电{热线}登记。${OFFICIAL}`,
  ),
  template(
    'candidate-summary',
    'in-force',
    `截至{时间}，{预警}预警仍有效，请提早出行，受阻请电{热线}登记。${OFFICIAL}`,
  ),
  template(
    'all-clear',
    'lifted',
    `{机构}于{时间}解除{预警}预警，道路或仍有积水，出行请注意安全。${OFFICIAL}第{号}号`,
  ),
  template(
    'traffic',
    'measure',
    '市防指通告：{区域}自{时间}起{措施}，请注意安全，考试以官方通知为准，询{热线}。',
  ),
  template('traffic', 'road', `{路段}因灾中断，请绕行并预留时间，受阻请电{热线}登记。${OFFICIAL}`),
  template(
    'absentee-register',
    'call',
    '因灾未能到考的{场次}考生，请于{截止}前电{热线}登记备查，后续以官方通知为准。',
  ),
  template('stay', 'wait', '考点周边道路受阻，请在{地点}等候安排，勿自行涉水离开，听从引导，求助{热线}。'),

  template('command-brief', 'start', `${ISSUED}，涉{数}个考点，预案启动，下一场{场次}，请阅处。第{号}号`),
  template(
    'command-brief',
    'raise',
    '{机构}于{时间}将预警升为{预警}，涉{数}个考点，处置时限相应缩短，请阅处。第{号}号',
  ),
  template(
    'command-brief',
    'flood-command',
    '市防指自{时间}起启动{响应}应急响应，下一场{场次}，请研判是否请示省厅并批示。第{号}号',
  ),
  template(
    'decision-clock',
    'ask',
    '现有{预警}预警，涉{数}个考点，下一场{场次}，请于{截止}前研判是否请示省厅，任务码{码}。',
  ),
  template(
    'duty',
    'confirm',
    '因{预警}预警，预案已启动。请于{截止}前确认在岗：登录平台，或电{热线}报任务码{码}。',
  ),
  template(
    'linkage',
    'partners',
    '因{预警}预警，法考防灾预案已启动，{场次}有{数}个考点考试，请按机制联动，回电{热线}。',
  ),
  template(
    'assessment',
    'consult',
    '因{预警}预警，请于{截止}前会商台风路径、雨情和通行信息，向指挥部报研判意见，任务码{码}。',
  ),
  template(
    'site-safety-check',
    'outdoor',
    '因{预警}预警，请于{截止}前查固门窗栏杆和搭建物、供电网络、周边边坡，平台报结果，任务码{码}。',
  ),
  template(
    'site-safety-check',
    'indoor',
    '因{预警}预警，请于{截止}前查室内门窗、备用电源、网络并报结果，停止室外作业，任务码{码}。',
  ),
  template(
    'recheck',
    'after',
    '{预警}预警已解除，请于{截止}前复查校舍、电力网络、周边滑坡塌方隐患并报结果，任务码{码}。',
  ),
  template(
    'recheck',
    'over',
    '{预警}预警已不再生效，请于{截止}前复查校舍、电力网络、周边滑坡塌方隐患并报结果，任务码{码}。',
  ),
  template(
    'staff-briefing',
    'training',
    '请于{截止}前完成考务人员防台防汛培训并上传签到，内容含避险撤离和停电断网处置，任务码{码}。',
  ),
  template(
    'staff-reminder',
    'early',
    '因{预警}预警，请考务人员提前到岗、注意途中安全，不能到岗立即报考点负责人，第{号}号。',
  ),
  template(
    'shelter',
    'verify',
    '因{预警}预警，请于{截止}前核实紧急避险场所、撤离路线、引导人员和物资，平台确认，任务码{码}。',
  ),
  template(
    'report-due',
    'report',
    '{报告}须于{截止}前报{对象}，写明时间、原因、范围、措施，请核稿送签，任务码{码}。',
  ),
  template(
    'report-due',
    'incident',
    '{考点}发生突发情况，请即电话报告省厅，书面首报{截止}前报出，任务码{码}。',
  ),
  template('task-reminder', 'half', '{事项}须于{截止}前完成，尚未确认，请登录平台或电{热线}报任务码{码}。'),
  template(
    'task-reminder',
    'digest',
    '现有{数}项任务尚未确认，最早为{事项}，时限{截止}，请登录平台或电{热线}确认。',
  ),
  template(
    'escalation',
    'overdue',
    '{岗位}未按时完成{事项}，时限{截止}，请督办或改派，联系{热线}，任务码{码}。',
  ),
  template(
    'escalation',
    'vacant',
    '{岗位}无人，{事项}须于{截止}前完成，请代办或改派，联系{热线}，任务码{码}。',
  ),
  template(
    'escalation',
    'digest',
    '现有{数}项任务逾期或待确认，最早为{事项}，时限{截止}，请登录平台督办，联系{热线}。',
  ),
  template(
    'feed-silent',
    'broken',
    '{源}自{时间}起{原因}，不代表没有预警。请值班员立即人工查询官网并电话核实，第{号}号。',
  ),
  template('feed-silent', 'healed', '{源}已于{时间}恢复，中断期间的预警请人工补查核对，第{号}号。'),
  template('unreadable', 'entry', '{源}于{时间}有信息系统不能判读，请值班员立即登录平台人工判读，第{号}号。'),
  template(
    'confirm-end',
    'ask',
    '自{时间}起无预警生效，请确认是否结束应急处置，登录平台或电{热线}，任务码{码}。',
  ),
  template(
    'breaker',
    'paused',
    '短信通道异常，第{号}号通知自{时间}起暂停发送，请登录平台查看并决定是否电话通知。',
  ),
  template('breaker', 'resumed', '短信通道已于{时间}恢复，第{号}号通知继续发送，请登录平台核对未送达人员。'),
  template(
    'call-list',
    'unreached',
    '第{号}号通知有{人数}人未送达，请于{截止}前电话通知并在平台登记，任务码{码}。',
  ),

  template(
    'exercise',
    'start',
    '演练：模拟{预警}预警，启动防灾预案，请于{截止}前按职责响应，任务码{码}。仅为演练，不涉真实考试。',
  ),
  template(
    'exercise',
    'end',
    '演练：本次演练已于{时间}结束，请恢复正常值班，后续通知均为真实信息，第{号}号。',
  ),
  template(
    'correction',
    'field',
    '更正：我局{时间}短信中{字段}有误，应为{正值}，请以此为准，敬请谅解。咨询{热线}。',
  ),
  template(
    'correction',
    'void',
    '我局{时间}所发{预警}预警短信系误发，请忽略，敬请谅解。考试安排以官方通知为准，询{热线}。',
  ),

  template(
    'exam-change',
    'postponed',
    '经司法部同意，原定{场次}考试延期，时间另行公告，请勿前往考点。以省司法厅公告为准，询{热线}。',
  ),
  template(
    'exam-change',
    'moved',
    '经司法部同意，{场次}考试改至{新时间}，考点不变。以省司法厅公告为准，询{热线}。',
  ),
  template(
    'exam-change',
    'delayed',
    '经司法部同意，{场次}考试推迟至{时间}开考，请注意途中安全，听从考点安排，询{热线}。',
  ),
  template(
    'exam-change',
    'site',
    '经司法部同意，{场次}考试改在{考点}举行，开考时间不变，勿去原考点，询{热线}。',
  ),
  template(
    'exam-change',
    'halted',
    '经司法部同意，{场次}考试中止，后续安排另行通知，请有序离场、注意安全，询{热线}。',
  ),
  template(
    'exam-change',
    'absent',
    '经司法部同意，因灾缺考{场次}的考生另行安排考试，请于{截止}前电{热线}登记。',
  ),
  template(
    'exam-change',
    'as-planned',
    '经省司法厅通知，{场次}考试如期举行，请提早出行、注意安全，受阻请电{热线}登记。',
  ),
];

const BY_ID = new Map(TEMPLATES.map((entry) => [entry.id, entry]));

export function findTemplate(id: string): Template | undefined {
  return BY_ID.get(id);
}

/** The signal that reaches a candidate. An unknown colour has none: an officer sets it first. */
export function reminderTemplate(hazard: Hazard, level: Colour): string {
  return `candidate-reminder.${hazardGroup(hazard)}.${level}@1`;
}

export function summaryTemplate(): string {
  return 'candidate-summary.in-force@1';
}

export function allClearTemplate(): string {
  return 'all-clear.lifted@1';
}

export function briefTemplate(of: 'start' | 'raise' | 'flood-command'): string {
  return `command-brief.${of}@1`;
}

/** Work outdoors is asked for under blue and yellow only. */
export function safetyCheckTemplate(level: Colour): string {
  return `site-safety-check.${level === 'blue' || level === 'yellow' ? 'outdoor' : 'indoor'}@1`;
}

/** The text of a kind that has one text only. */
export function onlyTemplate(kind: NoticeKind): string {
  const found = TEMPLATES.filter((entry) => entry.kind === kind);
  assert(found.length === 1 && found[0], `${kind} has ${found.length} templates, not one`);
  return found[0].id;
}

/** How things stand when a step's notice is written: begun, raised; ended by a real 解除, or without one. */
export type StepMoment = 'start' | 'raise' | 'lifted' | 'over';

/** The text of a plan step's notice. */
export function stepTemplate(kind: NoticeKind, level: Colour, of: StepMoment): string {
  if (kind === 'command-brief') return briefTemplate(of === 'raise' ? 'raise' : 'start');
  if (kind === 'recheck') return `recheck.${of === 'lifted' ? 'after' : 'over'}@1`;
  if (kind === 'report-due') return 'report-due.report@1';
  if (kind === 'exercise') return 'exercise.start@1';
  if (kind === 'site-safety-check') return safetyCheckTemplate(level);
  return onlyTemplate(kind);
}

/** Kinds of several texts among which the step's moment chooses. */
const CHOSEN_BY_STEP: ReadonlySet<NoticeKind> = new Set([
  'command-brief',
  'site-safety-check',
  'recheck',
  'report-due',
]);

/** Whether `stepTemplate` has a text for the kind: some kinds leave the choice to a person. */
export function hasStepTemplate(kind: NoticeKind): boolean {
  const found = TEMPLATES.filter((entry) => entry.kind === kind);
  return CHOSEN_BY_STEP.has(kind) || found.length === 1;
}

/** Those of `values` that the template takes; the ones that differ by site stand in `siteSlots` and may be missing here. */
export function slotsFor(id: string, values: Partial<Record<SlotName, string>>): Record<string, string> {
  const found = BY_ID.get(id);
  assert(found, `no template ${id}`);
  return Object.fromEntries(
    found.slots.flatMap((slot) => {
      const value = values[slot];
      return value === undefined ? [] : [[slot, value]];
    }),
  );
}

/** Units of the text at the widest value of every slot. */
export function widestUnits({ text, slots }: Template): number {
  const bare = text.replaceAll(IN_BRACES, '');
  const widths = slots.map((slot) => SLOTS[slot].max);
  const fixed = [...text.matchAll(IN_BRACES)].map((match) => FIXED[match[1] as keyof typeof FIXED] ?? 0);
  return units(bare) + [...widths, ...fixed].reduce((sum, width) => sum + width, 0);
}

function template(kind: NoticeKind, variant: string, body: string, version = 1): Template {
  const text = `【{署名}】${body}`;
  assert(
    kind === 'exam-change' || !SAYS_WHETHER_HELD.test(body),
    `${kind}.${variant} speaks of holding the exam`,
  );
  const names = [...text.matchAll(IN_BRACES)].map((match) => match[1] ?? '');
  const slots = names.filter((name): name is SlotName => name in SLOTS);
  return { id: `${kind}.${variant}@${version}`, kind, variant, text, slots };
}
