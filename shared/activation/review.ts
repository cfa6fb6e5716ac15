/** The record as an officer looks at it: what counts, what is owed, what waits. It reads and decides nothing. */
import { accounted } from '../notice/delivery.ts';
import { type Counts, NO_COUNTS, type NoticeKind, type SmsSpan } from '../notice/notice.ts';
import { canSee, type FeedRecord } from '../warning/health.ts';
import { rank } from '../warning/warning.ts';
import { countsAlready } from './draft.ts';
import type { ChainEvent, Reason } from './events.ts';
import { ownSky } from './exercise.ts';
import { type Assessed, situation, type Watched } from './situation.ts';
import {
  type Activation,
  type DecisionEntry,
  isOpen,
  type NoticeRecord,
  openActivation,
  type State,
  type Task,
  taskState,
  tasksOf,
} from './state.ts';

/** What stands behind “nothing in force”: every feed of warnings is seen, some are, or none is. */
export type Sight = 'clear' | 'partial' | 'blind';

/** Blind is not calm. Tracks start nothing by themselves and vouch for nothing. */
export function sightOf(feeds: readonly FeedRecord[], now: number): Sight {
  const warning = feeds.filter((feed) => feed.kind !== 'tracks');
  const seeing = warning.filter((feed) => canSee(feed, now)).length;
  if (seeing === 0) return 'blind';
  return seeing < warning.length ? 'partial' : 'clear';
}

/** A warning in force somewhere over the district, with the last word of the record on it. */
export interface Holding {
  warning: Assessed;
  reason: Reason | null;
}

/** What the record counts as in force, and what it only recorded; each with the highest level first. */
export function holdings(inputs: Watched, state: State): { counted: Holding[]; recorded: Holding[] } {
  const joined = openActivation(state)?.warnings ?? new Set<string>();
  const all = situation(ownSky(inputs, state), joined)
    .assessed.filter((each) => each.standing === 'in-force' || each.standing === 'held')
    .map((warning) => ({ warning, reason: state.reasons.get(warning.revision.id) ?? null }))
    .sort(
      (a, b) =>
        rank(b.warning.level) - rank(a.warning.level) || b.warning.revision.order - a.warning.revision.order,
    );
  const counts = ({ warning }: Holding): boolean => countsAlready(state, joined, warning.revision.id);
  return {
    counted: all.filter(counts),
    recorded: all.filter((each) => !counts(each) && each.warning.exclusion !== 'outside-area'),
  };
}

/** The decision that opened an activation. */
export function openedBy(state: State, activation: Activation): DecisionEntry | null {
  return (
    state.decisions.find(
      ({ activationId, reason }) => activationId === activation.id && reason === 'activate',
    ) ?? null
  );
}

/** The decision that last moved the level over a site of an activation, or ended what was in force. */
export function lastChange(state: State, activation: Activation): DecisionEntry | null {
  return (
    state.decisions.findLast(
      ({ activationId, reason }) => activationId === activation.id && MOVING.has(reason),
    ) ?? null
  );
}

const MOVING: ReadonlySet<Reason> = new Set([
  'activate',
  'raise',
  'lower',
  'cancel',
  'lapse',
  'expire',
  'cannot-tell',
]);

/** Notices since the activation before this one ended; with null, since the last one ended. */
export function noticesOf(state: State, activation: Activation | null): NoticeRecord[] {
  const place = activation === null ? state.activations.length : state.activations.indexOf(activation);
  const after = state.activations[place - 1]?.endedAt ?? Number.NEGATIVE_INFINITY;
  const until = activation?.endedAt ?? Number.POSITIVE_INFINITY;
  return [...state.notices.values()].filter(
    ({ notice }) => notice.createdAt > after && notice.createdAt <= until,
  );
}

/** The events of an activation: from the one that opened it to the one that ended it. */
export function eventsOf(events: readonly ChainEvent[], activationId: string): ChainEvent[] {
  const marks = (kind: 'opened' | 'ended') => (event: ChainEvent) =>
    event.effects.some((effect) => effect.kind === kind && effect.activationId === activationId);
  const from = events.findIndex(marks('opened'));
  const to = events.findIndex(marks('ended'));
  return from === -1 ? [] : events.slice(from, to === -1 ? undefined : to + 1);
}

/** Tasks that somebody still owes: overdue first, then by due time. */
export function owedTasks(activation: Activation): Task[] {
  const late = (task: Task): number => (taskState(task) === 'overdue' ? 0 : 1);
  return [...activation.tasks.values()].filter(isOpen).sort((a, b) => late(a) - late(b) || a.dueAt - b.dueAt);
}

export function taskTally(activation: Activation): Record<ReturnType<typeof taskState>, number> {
  const tally = { open: 0, acknowledged: 0, done: 0, overdue: 0, withdrawn: 0 };
  for (const task of tasksOf(activation)) tally[taskState(task)] += 1;
  return tally;
}

/** How an activation went, from its record: spans in ms, null where there is nothing to count from or to. */
export interface Figures {
  /** From the issue of the warning that opened it. */
  warningToActivation: number | null;
  activationToFirstSms: number | null;
  activationToLastSms: number | null;
  tasks: number;
  acknowledged: number;
  /** From handing out, of those acknowledged. */
  medianToAcknowledge: number | null;
  late: number;
  /** Steps of which something was late or left undone; `worst`: the longest beyond a due time, up to `now` at most. */
  gaps: { step: string; title: string | null; tasks: number; late: number; undone: number; worst: number }[];
}

export function figuresOf(state: State, activation: Activation, sms: SmsSpan | null, now: number): Figures {
  const { openedAt, endedAt } = activation;
  const issuedAt = openedBy(state, activation)?.evidence.issuedAt ?? null;
  const all = tasksOf(activation);
  const answers = all
    .flatMap(({ acknowledgedAt, openedAt: from }) => (acknowledgedAt === null ? [] : [acknowledgedAt - from]))
    .sort((a, b) => a - b);
  const until = endedAt ?? now;
  const beyond = (task: Task): number =>
    Math.max(0, Math.min(task.doneAt ?? task.withdrawnAt ?? until, until) - task.dueAt);
  const gaps = [...Map.groupBy(all, ({ step }) => step)].map(([step, tasks]) => ({
    step,
    title: tasks[0]?.title ?? null,
    tasks: tasks.length,
    late: tasks.filter(({ overdueAt }) => overdueAt !== null).length,
    undone: tasks.filter(({ doneAt }) => doneAt === null).length,
    worst: Math.max(...tasks.map(beyond)),
  }));
  return {
    warningToActivation: issuedAt === null ? null : openedAt - issuedAt,
    activationToFirstSms: sms && sms.first - openedAt,
    activationToLastSms: sms && sms.last - openedAt,
    tasks: all.length,
    acknowledged: answers.length,
    medianToAcknowledge: answers[(answers.length - 1) >> 1] ?? null,
    late: gaps.reduce((sum, { late }) => sum + late, 0),
    gaps: gaps.filter(({ late, undone }) => late + undone > 0),
  };
}

/** People of an audience whose fate is not known yet: not tried, under way, or put off. */
export function pending(counts: Counts): number {
  return Math.max(0, counts.audience - accounted(counts));
}

export interface KindTally {
  kind: NoticeKind;
  notices: number;
  counts: Counts;
}

/** Deliveries by kind of notice, in the order in which the kinds first went out. */
export function tallyByKind(
  records: readonly NoticeRecord[],
  countsOf: ReadonlyMap<string, Counts>,
): KindTally[] {
  const tallies = new Map<NoticeKind, KindTally>();
  for (const { notice, counts: closed } of records) {
    const counts = countsOf.get(notice.no);
    // Closed without anybody it was no notice: a finding says so.
    if (!counts || (closed !== null && counts.audience === 0)) continue;
    const tally = tallies.get(notice.kind) ?? { kind: notice.kind, notices: 0, counts: { ...NO_COUNTS } };
    tally.notices += 1;
    for (const state of Object.keys(counts) as (keyof Counts)[]) tally.counts[state] += counts[state];
    tallies.set(notice.kind, tally);
  }
  return [...tallies.values()];
}

/** A place for which the text of a notice is complete: its site, or the first whose slots stand beside it. */
export function samplePlace({ audience, siteSlots }: NoticeRecord['notice']): string | null {
  if ('siteId' in audience) return audience.siteId;
  const [first = '-'] = Object.keys(siteSlots);
  return first === '-' ? null : first;
}
