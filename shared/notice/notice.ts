/** Telling people: what a notice is, to whom it goes, and what became of it for each person. */
import type { Cell, Post } from '../plan/exam.ts';
import type { Hazard, Level } from '../warning/warning.ts';

export const NOTICE_KINDS = [
  'command-brief',
  'duty',
  'linkage',
  'assessment',
  'candidate-reminder',
  'candidate-summary',
  'staff-reminder',
  'site-safety-check',
  'recheck',
  'staff-briefing',
  'shelter',
  'report-due',
  'task-reminder',
  'escalation',
  'feed-silent',
  'unreadable',
  'decision-clock',
  'confirm-end',
  'breaker',
  'call-list',
  'traffic',
  'absentee-register',
  'stay',
  'all-clear',
  'correction',
  'exam-change',
  'exercise',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Notices that a call would not mend: the next of their kind follows by itself, or they are about calls. */
export const NOT_CALLED: ReadonlySet<NoticeKind> = new Set([
  'call-list',
  'breaker',
  'task-reminder',
  'escalation',
]);

/** `action`: an unknown outcome is re-opened once (at most two SMS); `information`: never by itself (at most one). */
export type NoticeClass = 'action' | 'information';

/** Priority classes of sending, most urgent first. */
export const LANES = ['office', 'staff', 'candidates'] as const;
export type Lane = (typeof LANES)[number];

export const HOLDS = ['approval', 'quiet-hours', 'together', 'ceiling', 'paper'] as const;
export type HeldFor = (typeof HOLDS)[number];

/** What a notice waits for, and until when. */
export interface Hold {
  for: HeldFor;
  until: number;
}

/** Who a notice is for. Filters only: names and numbers are looked up in the roster when it is sent. */
export type Audience =
  /** People of these posts; `sites` null means staff of the whole district. */
  | { who: 'posts'; posts: Post[]; sites: string[] | null }
  /** Candidates of these cells, without those already told by one of the notices `dropTold`. */
  | { who: 'candidates'; siteId: string; cells: Cell[]; dropTold: string[] }
  /**
   * Those told by one of these notices, at the number that was told, whose last paper has not ended; of blue and
   * yellow only those told within `withinHours` of their next session.
   */
  | { who: 'told'; siteId: string; notices: string[]; withinHours: number }
  /** Those whom one notice reached, or of whom nobody knows whether it did, at the number it went to. */
  | { who: 'of'; notice: string; fate: 'reached' | 'unknown' };

/** Kinds that may follow from what feeds and clocks say. A change to the exam never does. */
export type OrdinaryKind = Exclude<NoticeKind, 'exam-change'>;

/** What makes a text about a change to the exam possible: the consent on record, and the paper it is about. */
export interface ExamChange {
  kind: 'exam-change';
  consent: string;
  session: string;
}

/** One message to one group, as the chain records it. */
export type Notice = NoticeBody & ({ kind: OrdinaryKind } | ExamChange);

interface NoticeBody {
  /** Four digits, unique per exam and district: the {号} of the text. */
  no: string;
  class: NoticeClass;
  lane: Lane;
  hazard: Hazard | null;
  level: Level | null;
  warningId: string | null;
  /** The incident or measure it is about. */
  matter?: string;
  clause: string;
  /** Template id and version, e.g. `candidate-reminder.wind.red@1`. */
  template: string;
  slots: Record<string, string>;
  /** Slots that differ by site ({码}, {考点}); keyed by site id, `-` for the whole district. */
  siteSlots: Record<string, Record<string, string>>;
  audience: Audience;
  /** Standing approval's id or a person; null while nobody has approved it. */
  approvedBy: string | null;
  createdAt: number;
  /** Nothing is published at or after this instant; the latest of its slices' deadlines. */
  deadline: number;
  /** Last instant at which the warning itself holds; bounds each slice's deadline. */
  validUntil: number | null;
}

/** Whether it tells candidates of a warning: other texts are no ground for an all-clear, nor bounded with these. */
export function isOfWeather({ kind, matter }: Pick<Notice, 'kind' | 'matter'>): boolean {
  if (matter !== undefined) return false;
  return kind === 'candidate-reminder' || kind === 'candidate-summary' || kind === 'all-clear';
}

export const DELIVERY_STATES = [
  'CLAIMED',
  'SENT',
  'DELIVERED',
  'UNDELIVERED',
  'REJECTED',
  'UNKNOWN',
  'SUPPRESSED',
  'EXPIRED',
  'DEFERRED',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The states that count as having been told; so does who was told by phone, from the call list. */
export const TOLD_STATES: readonly DeliveryState[] = ['SENT', 'DELIVERED', 'UNKNOWN'];

/** The states of those who stand on a notice's call list: not reached, or nobody knows. */
export const UNREACHED_STATES: readonly DeliveryState[] = ['UNDELIVERED', 'REJECTED', 'UNKNOWN', 'EXPIRED'];

/** What came of a call: only `told` counts as told, the others stay on the list. */
export const CALL_OUTCOMES = ['told', 'no-answer', 'wrong-number', 'declined'] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

/** What became of people, as it is counted: exclusive, and their sum is the audience once a notice is closed. */
export const FATES = [
  'delivered',
  'sent',
  'undelivered',
  'rejected',
  'unknown',
  'suppressed',
  'expired',
] as const satisfies Lowercase<DeliveryState>[];

export type Counts = Record<'audience' | (typeof FATES)[number], number>;

/** People of closed counts who were not reached, or of whom nobody knows. */
export function unreachedOf({ undelivered, rejected, unknown, expired }: Counts): number {
  return undelivered + rejected + unknown + expired;
}

export const NO_COUNTS = Object.fromEntries(['audience', ...FATES].map((name) => [name, 0])) as Counts;

/** The first and the last instant at which an SMS was given to the carrier. */
export interface SmsSpan {
  first: number;
  last: number;
}

/** From the first of either to the last. */
export function around(a: SmsSpan | null, b: SmsSpan | null): SmsSpan | null {
  return a && b ? { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last) } : (a ?? b);
}
