/** Decisions and notices in the words of an officer. Chinese: these sentences are read, printed and sent up. */
import type { CallOutcome, Counts, HeldFor, Hold, Notice, NoticeKind } from '../notice/notice.ts';
import { hazardWord, postSlot, sourceSlot } from '../notice/slots.ts';
import { type Exam, POSTS, type Post } from '../plan/exam.ts';
import type { StepId } from '../plan/plan.ts';
import { dayTime } from '../time.ts';
import type { FeedId, Level } from '../warning/warning.ts';
import words from './data/words.json' with { type: 'json' };
import { type Effect, type Evidence, isPlanStep, type Reason, type StopReason } from './events.ts';

// A reason, kind or outcome without its word does not compile.
const COLOUR_NAMES: Record<Level, string> = words.levels;
const BECAUSE: Record<Reason, string> = words.reasons;
export const KIND_NAMES: Record<NoticeKind | StepId, string> = words.kinds;
export const HOLD_NAMES: Record<HeldFor, string> = words.holds;
const STOP_WORDS: Record<StopReason, string> = words.stops;
const TASK_WORDS = words.tasks;
export const DOCUMENT_NAMES = words.documents;
const READ_WORDS: Record<string, string> = words.readFrom;
const CALL_WORDS: Record<CallOutcome, string> = words.calls;
const FINDINGS: Record<string, string> = words.findings;

/** What goes up and comes down in writing. */
export type DocumentKind = keyof typeof DOCUMENT_NAMES;

export function levelName(level: Level | null): string {
  return level === null ? '无预警' : COLOUR_NAMES[level];
}

/** One sentence that says who warned of what, how many sites it covers, what followed and under which clause. */
export function decisionSentence(
  entry: { reason: Reason; clause: string | null; evidence: Evidence },
  zone: string,
): string {
  const { issuer, hazardText, hazard, level, issuedAt, sites, baseline, attachOnly } = entry.evidence;
  const clause = entry.clause === null ? '' : `（预案${entry.clause}）`;
  if (issuer === undefined) return `${BECAUSE[entry.reason]}${clause}`;
  const when = issuedAt == null ? '' : `${dayTime(issuedAt, zone)} `;
  const what = `${hazardText || (hazard ? hazardWord(hazard) : '')}${level ? levelName(level) : ''}预警`;
  const verb = entry.reason === 'cancel' ? '解除' : '发布';
  const reach = sites ? `，覆盖 ${sites} 个考点` : '';
  const known = baseline ? '，首次读取时已生效' : '';
  const because = attachOnly ? '只可并入已启动的预案，仅记录' : BECAUSE[entry.reason];
  const outcome = entry.reason === 'cancel' ? '' : `：${because}`;
  return `${issuer} ${when}${verb}${what}${reach}${known}${outcome}${clause}`;
}

/** To whom a notice goes, in words. */
export function audienceSentence({ audience }: Pick<Notice, 'audience'>, exam: Exam): string {
  const siteName = (id: string): string => placeName(id, exam);
  switch (audience.who) {
    case 'posts': {
      const posts = audience.posts.map(postSlot).join('、');
      if (audience.sites === null) return `考区${posts}`;
      const [first] = audience.sites;
      return audience.sites.length === 1 && first !== undefined
        ? `${siteName(first)}${posts}`
        : `${audience.sites.length} 个考点的${posts}`;
    }
    case 'candidates':
      return `${siteName(audience.siteId)}尚有考试的考生`;
    case 'told':
      return `${siteName(audience.siteId)}已收到过预警短信且考试未结束的考生`;
    case 'of':
      return `第${audience.notice}号通知${audience.fate === 'reached' ? '已告知' : '结果不明'}的人员`;
  }
}

/** A site by its name, a post by its word; what the exam no longer has, by its id. */
export function placeName(id: string, exam: Exam): string {
  const post = POSTS.find((each) => each === id);
  return exam.sites.find((site) => site.id === id)?.name ?? (post ? postSlot(post) : id);
}

/** One effect of an event in one sentence. People stand as roster ids only, and those stand beside the event. */
export function effectSentence(effect: Effect, exam: Exam): string {
  const at = (instant: number): string => dayTime(instant, exam.timeZone);
  const place = (id: string): string => placeName(id, exam);
  switch (effect.kind) {
    case 'adopted':
      return `采用${effect.what === 'exam' ? '考试数据' : '预案'}第 ${effect.version} 版`;
    case 'roster-adopted': {
      const people = effect.census.cells.reduce((sum, cell) => sum + cell.count, 0);
      const added = effect.added.length > 0 ? `，${effect.added.length} 组考生人数有变` : '';
      return `采用名册第 ${effect.census.version} 版：考生 ${people} 人${added}`;
    }
    case 'roster-part':
      return `名册第 ${effect.census.version} 版的一部分：${effect.census.cells.length} 组考生`;
    case 'opened': {
      const { exam: data, plan, roster, templates } = effect.versions;
      return `启动预案（预案${effect.clause}${effect.by === undefined ? '' : `，${effect.by}`}）：考试数据 ${data}、预案 ${plan}、名册 ${roster}、模板 ${templates}`;
    }
    case 'ended':
      return '应急处置结束';
    case 'reason':
      return decisionSentence(effect, exam.timeZone);
    case 'site-levels': {
      const byLevel = Map.groupBy(Object.keys(effect.sites), (site) => levelName(effect.sites[site]!.level));
      return `考点级别：${[...byLevel].map(([level, sites]) => `${level} ${sites.map(place).join('、')}`).join('；')}`;
    }
    case 'activation-level':
      return `最高预警级别：${levelName(effect.level)}`;
    case 'preparations-opened':
      return `备考任务“${effect.item}”交${postSlot(effect.post)}（${effect.places.length} 处），${at(effect.dueAt)}前（预案${effect.clause}）`;
    case 'tasks-opened': {
      const where = placesWords(effect.places.map(({ site }) => site));
      const name = isPlanStep(effect.step)
        ? KIND_NAMES[effect.step]
        : `${effect.step.split('.')[0]} ${effect.title}`;
      return `任务“${name}”交${postSlot(effect.post)}${where}，${at(effect.dueAt)}前（预案${effect.clause}）`;
    }
    case 'tasks-due':
      return `任务“${KIND_NAMES[effect.step]}”${placesWords(effect.sites)}时限改为 ${at(effect.dueAt)}，按${levelName(effect.level)}`;
    case 'tasks-pressed':
      return `${effect.tasks.length} 项任务${effect.climbs ? '逾期或无人承担，报' : '过半未确认，提醒'}${postSlot(effect.to)}`;
    case 'task-state': {
      const [step, where] = effect.taskId.split('/').slice(-2) as [NoticeKind, string];
      return `任务“${KIND_NAMES[step] ?? step}”（${place(where)}）${TASK_WORDS[effect.state]}`;
    }
    case 'notice': {
      const { no, kind, level, deadline } = effect.notice;
      const colour = level === null ? '' : `（${levelName(level)}）`;
      return `第${no}号 ${KIND_NAMES[kind]}${colour}，发给${audienceSentence(effect.notice, exam)}，截止 ${at(deadline)}${holdWords(effect.hold)}`;
    }
    case 'notice-held':
      return `第${effect.no}号 继续等待${holdWords(effect.hold)}`;
    case 'notice-released':
      return `第${effect.no}号 放行${effect.approvedBy ? `（${effect.approvedBy} 批准）` : ''}，截止 ${at(effect.deadline)}`;
    case 'notice-paused':
      return `第${effect.no}号 暂停发送`;
    case 'notice-resumed':
      return `第${effect.no}号 恢复发送`;
    case 'notice-stopped':
      return `第${effect.no}号 停止发送：${STOP_WORDS[effect.why]}`;
    case 'notice-closed':
      return `第${effect.no}号 收口：${countWords(effect.counts)}`;
    case 'carrier-broken':
      return `短信通道异常（${effect.why === 'no-quota' ? '额度用尽' : '失败过多'}），只作试探发送`;
    case 'carrier-healed':
      return `短信通道恢复（${at(effect.since)} 起异常）`;
    case 'preflight': {
      const { no, people, parts, cost, rate, finishAt } = effect;
      const price = cost === null ? '' : `，费用 ${cost}`;
      return `第${no}号 预检：${people} 人、${Object.keys(effect.sites).length} 个地点、${parts} 条${price}，每秒 ${rate} 条，最迟 ${at(finishAt)} 发完`;
    }
    case 'notice-recounted':
      return `第${effect.no}号 收口后回执更新：${countWords(effect.counts)}`;
    case 'unreached':
      return `第${effect.no}号 未送达 ${effect.people} 人，列入电话名单`;
    case 'called':
      return `第${effect.no}号 电话名单：${effect.person} ${CALL_WORDS[effect.outcome]}（${effect.by}）`;
    case 'follow-up':
      return `第${effect.of}号 ${effect.followUp.what === 'correction' ? '更正' : '向结果不明者再发一次'}（${effect.followUp.by}）`;
    case 'feed-silent':
      return `来源“${sourceSlot(effect.feed)}”自 ${at(effect.since)} 起中断，不代表没有预警`;
    case 'feed-healed':
      return `来源“${sourceSlot(effect.feed)}”恢复（${at(effect.since)} 起中断），中断期间的预警请人工补查`;
    case 'matter-opened': {
      const { id, kind, title = kind, sites, level, from } = effect.matter;
      const grade = level === null ? '' : `（${levelName(level)}）`;
      return `${id} ${title}${grade}，自 ${at(from)}：${sites.map(place).join('、') || '无考点'}`;
    }
    case 'document': {
      const { id, kind, state } = effect.document;
      return `${id} ${DOCUMENT_NAMES[kind]}${{ drafted: '拟稿', reviewed: '审核', signed: '签发' }[state]}`;
    }
    case 'matter-closed':
      return `${effect.id} 了结`;
    case 'consent': {
      const { id, hop, outcome, givenAt, document } = effect.consent;
      const answer = { whole: '同意', partial: '部分同意', refused: '不同意' }[outcome];
      return `${id} ${hop === 'ministry' ? '司法部' : '省司法厅'}${answer}（${at(givenAt)}）${document ? '，文件已到' : '，文件待补'}`;
    }
    case 'warning-word': {
      const { hazard, level } = effect.fields;
      const said = [hazard ? hazardWord(hazard) : '', level ? levelName(level) : ''].join('');
      const what = effect.fields.issuer ? '人工录入预警' : '人工核定预警';
      return `${what} ${effect.warningId}${said && `：${said}`}（据${READ_WORDS[effect.readFrom] ?? effect.readFrom}）`;
    }
    case 'finding':
      return findingSentence(effect);
  }

  function placesWords(sites: readonly (string | null)[]): string {
    const names = sites.flatMap((site) => (site === null ? [] : place(site)));
    return names.length > 0 ? `（${names.join('、')}）` : '';
  }

  function holdWords(hold: Hold | null): string {
    return hold === null ? '' : `；${HOLD_NAMES[hold.for]}，至 ${at(hold.until)}`;
  }
}

function countWords(counts: Counts): string {
  const { audience, delivered, sent, undelivered, rejected, unknown, suppressed, expired } = counts;
  const fates = { 送达: delivered, 已受理: sent, 未送达: undelivered, 被拒: rejected, 不明: unknown };
  const rest = { 不再发送: suppressed, 过期未发: expired };
  const told = Object.entries({ ...fates, ...rest }).filter(([, people]) => people > 0);
  return `应发 ${audience} 人${told.map(([fate, people]) => `，${fate} ${people}`).join('')}`;
}

function findingSentence({ code, params }: Extract<Effect, { kind: 'finding' }>): string {
  if (code === 'post-vacant') {
    const posts = String(params.posts).split(' ') as Post[];
    return `岗位空缺：名册中没有${posts.map(postSlot).join('、')}，“${KIND_NAMES[params.step as NoticeKind]}”无人可发`;
  }
  if (code === 'unreadable')
    return `来源“${sourceSlot(params.feed as FeedId)}”有信息系统不能判读或定位，请人工查看原文`;
  if (code === 'call-instead') {
    const posts =
      params.posts === '' ? '' : (String(params.posts).split(' ') as Post[]).map(postSlot).join('、');
    const where = [posts, params.sites].filter((each) => each !== '').join('，');
    return `当日短信已满，“${KIND_NAMES[params.kind as NoticeKind]}”请改打电话：${where}`;
  }
  if (code === 'personal-deleted') {
    const rest = params.complete === 1 ? '已无剩余' : '其余接着删除';
    return `个人信息保存期满：删除名册 ${params.people} 人次、短信号码 ${params.numbers} 个、回执 ${params.receipts} 条，${rest}`;
  }
  const text = FINDINGS[code];
  if (text !== undefined) return text.replaceAll(/\{(\w+)\}/g, (_, name) => String(params[name]));
  return `${code}（${Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join('，')}）`;
}
