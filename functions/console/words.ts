/** The console's words in both languages. Names of kinds, posts and states are their ids in English. */
import { HOLD_NAMES, KIND_NAMES, levelName } from '../../shared/activation/sentence.ts';
import type { HeldFor, NoticeKind } from '../../shared/notice/notice.ts';
import { hazardWord, postSlot, sourceSlot } from '../../shared/notice/slots.ts';
import type { Post, Session } from '../../shared/plan/exam.ts';
import type { StepId } from '../../shared/plan/plan.ts';
import { civil, pad } from '../../shared/time.ts';
import type { FeedId, Level, Warning } from '../../shared/warning/warning.ts';

export const LANGS = ['zh', 'en'] as const;
export type Lang = (typeof LANGS)[number];

const WORDS = {
  title: ['护航 · 法考防灾指挥看板', 'Huhang · exam weather watch'],
  brand: ['护航', 'Huhang'],
  subtitle: ['法考防灾预警看板', 'Exam weather watch'],
  skip: ['跳到正文', 'Skip to content'],
  board: ['看板', 'Board'],
  quarantine: ['待人工判读', 'Unread entries'],
  rendered: ['数据时间', 'As of'],
  refreshing: ['每 {seconds} 秒自动刷新', 'Refreshes every {seconds} s'],
  hold: ['暂停刷新', 'Stop refreshing'],
  resume: ['恢复自动刷新', 'Refresh again'],
  notRefreshing: ['自动刷新已停，页面不会更新', 'Not refreshing: this page will not change'],
  blindBanner: ['来源中断，不代表没有预警', 'A source is silent. That does not mean there is no warning'],
  blindSince: ['自 {since} 起无有效应答（{why}）', 'no good answer since {since} ({why})'],
  lookYourself: ['人工查询', 'look there yourself'],
  noExam: ['没有开放的考试', 'No exam is open'],
  highest: ['最高预警级别', 'Highest signal in force'],
  since: ['自 {at} 起', 'since {at}'],
  noPlanLevels: [
    '预案不分级，此处为生效预警信号的最高颜色；防指应急响应不在此列，以防指发布为准。',
    'The plan has no levels of its own: this is the highest colour in force. The flood command’s response is not shown here.',
  ],
  plan: ['预案', 'Plan'],
  running: ['已启动', 'Running'],
  watching: ['已启动 · 值守中（无预警生效）', 'Running · on watch (nothing in force)'],
  notStarted: ['未启动', 'Not started'],
  ended: ['已结束', 'Ended'],
  opened: ['启动', 'Opened'],
  changed: ['最近变化', 'Last change'],
  openedBy: ['启动依据', 'Opened because'],
  clause: ['条款', 'Clause'],
  calmclear: [
    '平静：各来源正常，没有计入本考区的生效预警',
    'Calm: every source answers, and no warning in force counts here',
  ],
  calmpartial: [
    '不能视为平静：有来源中断，看得见的来源没有计入本考区的生效预警',
    'Not calm: a source does not answer; in the others no warning in force counts here',
  ],
  calmblind: [
    '看不见：没有一个来源可信，无法判断',
    'Blind: no source can be believed, so nothing can be said',
  ],
  nowSession: ['正在进行', 'Now'],
  nextSession: ['下一场', 'Next session'],
  noSession: ['无后续场次', 'No session to come'],
  admit: ['{at} 开始入场', 'admission from {at}'],
  sites: ['考点', 'Sites'],
  affected: ['受影响考点', 'Sites affected'],
  inForce: ['生效预警', 'In force'],
  nothingInForce: ['无', 'None'],
  recordedOnly: ['仅记录、未并入的生效预警', 'In force, recorded only'],
  level: ['级别', 'Level'],
  warning: ['预警', 'Warning'],
  issuer: ['发布', 'Issued by'],
  issuedAt: ['发布时间', 'Issued'],
  seenIn: ['见于来源', 'Seen in'],
  validUntil: ['有效至', 'Valid until'],
  noEnd: ['未注明', 'not stated'],
  held: ['来源中断，无法判断是否解除，维持原级别', 'Its source is silent: held, as nobody can tell'],
  byHand: ['人工录入', 'entered by hand'],
  record: ['处置意见', 'Record says'],
  tasks: ['任务', 'Tasks'],
  owed: ['待办任务', 'Tasks owed'],
  noTasks: ['没有待办任务', 'Nothing is owed'],
  task: ['事项', 'Task'],
  post: ['岗位', 'Post'],
  site: ['考点', 'Site'],
  due: ['时限', 'Due'],
  state: ['状态', 'State'],
  done: ['完成', 'Done'],
  acknowledged: ['确认', 'Acknowledged'],
  more: ['另有 {n} 项，见处置记录', '{n} more in the record'],
  officeDefault: ['本局默认', 'office default'],
  byClause: ['条款', 'clause'],
  deliveries: ['短信送达', 'SMS deliveries'],
  kind: ['种类', 'Kind'],
  notices: ['通知', 'Notices'],
  audience: ['应发', 'Audience'],
  delivered: ['已送达', 'Delivered'],
  sent: ['已受理', 'Accepted'],
  undelivered: ['未送达', 'Undelivered'],
  rejected: ['被拒', 'Rejected'],
  unknown: ['不明', 'Unknown'],
  suppressed: ['不再发送', 'Suppressed'],
  expired: ['过期未发', 'Expired'],
  pending: ['待发', 'Pending'],
  countsNote: [
    '“已受理”是运营商收下、尚无回执；“不明”是答复丢失，可能已到也可能未到。各项互斥，合计为应发。',
    '“Accepted” has no receipt yet; “unknown” lost its answer and may or may not have arrived. Exclusive; they add up to the audience.',
  ],
  noDeliveries: ['尚未发出短信', 'No SMS yet'],
  openNotices: ['发送中与等待中的通知', 'Notices sending or waiting'],
  noOpenNotices: ['没有正在发送或等待的通知', 'No notice is sending or waiting'],
  to: ['对象', 'To'],
  waitsFor: ['{why}，至 {until}', '{why}, until {until}'],
  deadline: ['截止', 'Deadline'],
  approvedBy: ['批准', 'Approved by'],
  nobody: ['尚无人批准', 'nobody yet'],
  createdAt: ['生成', 'Made'],
  sample: ['以{site}为例', 'as for {site}'],
  feeds: ['预警来源', 'Sources'],
  feed: ['来源', 'Source'],
  feedKind: ['类型', 'Kind'],
  set: ['全量列表', 'complete list'],
  window: ['最新若干条', 'latest messages'],
  tracks: ['台风路径', 'tracks'],
  official: ['官方', 'official'],
  lastContact: ['最近有效应答', 'Last answer'],
  newest: ['最近新内容', 'Newest'],
  why: ['原因', 'Reason'],
  never: ['从未', 'never'],
  fresh: ['正常', 'fresh'],
  quiet: ['通畅、无新内容', 'quiet'],
  stale: ['中断', 'stale'],
  broken: ['异常', 'broken'],
  silentLimit: ['{minutes} 分钟无有效应答即视为中断', 'silent after {minutes} min without a good answer'],
  noFeeds: ['尚未读取任何来源：看不见，不是平静', 'No source was read yet: this is blindness, not calm'],
  waiting: [
    '{n} 条信息系统不能判读，等待人工判读',
    'Entries that could not be read and wait for a person: {n}',
  ],
  quarantineIntro: [
    '下列条目系统不能判读，未用于任何决定。请对照原文判断是否为预警。',
    'These entries could not be read and were used for nothing. Judge from the raw text whether they are warnings.',
  ],
  nothingWaiting: ['没有等待判读的条目', 'Nothing waits to be read'],
  firstSeen: ['首次出现', 'First seen'],
  path: ['位置', 'Path'],
  onlyFirst: ['只列出 {n} 条', 'Only {n} are listed'],
  activation: ['处置记录', 'Activation'],
  levelsOverTime: ['级别变化', 'Levels over time'],
  events: ['事件', 'Events'],
  system: ['系统', 'system'],
  evidence: ['依据', 'Evidence'],
  moreEffects: ['另 {n} 项', '{n} more'],
  hoursToFirst: ['距首场 {n} 小时', '{n} h to the first session'],
  versions: ['版本', 'Versions'],
  head: ['记录 #{seq} · {hash}', 'Record #{seq} · {hash}'],
  notFound: ['没有这一页', 'No such page'],
  notFoundText: [
    '网址有误，或该处置不属于开放的考试。',
    'The address is wrong, or the activation belongs to no open exam.',
  ],
  failed: ['看板暂时不可用', 'The board cannot be shown'],
  failedText: [
    '这不代表没有预警。本页会自动重试；在恢复之前，请人工查询官网并电话核实。',
    'This does not mean there is no warning. The page tries again by itself; until then look at the official sites and telephone.',
  ],
  taskopen: ['待确认', 'open'],
  taskacknowledged: ['已确认', 'acknowledged'],
  taskdone: ['已完成', 'done'],
  taskoverdue: ['逾期', 'overdue'],
  taskwithdrawn: ['已撤销', 'withdrawn'],
  noticeheld: ['等待', 'held'],
  noticesending: ['发送中', 'sending'],
  noticepaused: ['已暂停', 'paused'],
  noticestopped: ['已停止', 'stopped'],
  noticeclosed: ['已收口', 'closed'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type Word = keyof typeof WORDS;

/** One language at one place: says words, names ids and writes times in the exam's zone. */
export interface Tongue {
  lang: Lang;
  zone: string;
  say(word: Word, values?: Record<string, string | number>): string;
  level(level: Level | null): string;
  kind(kind: NoticeKind | StepId): string;
  post(post: Post): string;
  hold(hold: HeldFor): string;
  feed(feed: FeedId): string;
  hazard(warning: Pick<Warning, 'hazard' | 'hazardText'>): string;
  at(instant: number): string;
  day(instant: number): string;
  session(session: Session): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export function tongue(lang: Lang, zone: string): Tongue {
  const zh = lang === 'zh';
  const spaced = (id: string): string => id.replaceAll('-', ' ');
  const day = (instant: number): string => {
    const { month, day: date } = civil(instant, zone);
    return zh ? `${month}月${date}日` : `${date} ${MONTHS[month - 1]}`;
  };
  const at = (instant: number): string => `${day(instant)} ${clockOf(instant, zone)}`;
  return {
    lang,
    zone,
    at,
    day,
    say: (word, values = {}) =>
      WORDS[word][zh ? 0 : 1].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '')),
    level: (level) =>
      zh ? levelName(level) : level === null ? 'none' : level === 'unknown' ? 'colour unknown' : level,
    kind: (kind) => (zh ? KIND_NAMES[kind] : spaced(kind)),
    post: (post) => (zh ? postSlot(post) : spaced(post)),
    hold: (hold) => (zh ? HOLD_NAMES[hold] : spaced(hold)),
    feed: (feed) => (zh ? sourceSlot(feed) : feed),
    hazard: ({ hazard, hazardText }) => (zh ? hazardText || hazardWord(hazard) : spaced(hazard)),
    session: ({ name, startsAt, endsAt }) => `${name} ${at(startsAt)}–${clockOf(endsAt, zone)}`,
  };
}

/** `HH:mm`. */
export function clockOf(instant: number, zone: string): string {
  const { hour, minute } = civil(instant, zone);
  return `${pad(hour)}:${pad(minute)}`;
}
