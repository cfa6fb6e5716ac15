/** What is owed of the plan's steps: at which place, since when, due when. */
import { type Exam, nextSession, type Post, type Session } from '../plan/exam.ts';
import type { Step } from '../plan/plan.ts';
import { atMinute, clockMinutes, dayNumber, HOUR, MINUTE } from '../time.ts';
import type { Level } from '../warning/warning.ts';
import { colourOf, type Draft, leading } from './draft.ts';
import { nightUntil } from './hold.ts';
import type { Assessed } from './situation.ts';
import { DISTRICT, openActivation, type Span, type Task } from './state.ts';

/** A site, or with `site` null the whole district, as it stands now. */
export interface Place {
  site: string | null;
  level: Level | null;
  span: Span;
  next: Session | null;
  /** Its own last session has ended: it needs nothing more. */
  over: boolean;
}

export function placesOf(draft: Draft): [district: Place, sites: Place[]] {
  const { exam, now } = draft.inputs;
  const place = (site: string | null, level: Level | null, papers: readonly Session[]): Place => ({
    site,
    level,
    span: draft.spans.get(site ?? DISTRICT) ?? { began: now, rose: now, passed: null },
    next: nextSession(papers, now),
    over: site !== null && papers.every((session) => session.endsAt <= now),
  });
  return [
    place(null, draft.activationLevel, exam.sessions),
    draft.situation.sites.map(({ id }) =>
      place(id, draft.siteLevels.get(id)?.level ?? null, draft.papers.get(id) ?? []),
    ),
  ];
}

/** A step as one post has it. */
export interface Duty {
  step: Step;
  post: Post;
}

/** A duty, and when its step's clock has struck last; null: not yet, or it has none. */
export interface TimedDuty extends Duty {
  strike: number | null;
}

/** When the clock of a step has struck last, counting the time that its work is opened ahead. */
export function strikeOf({ inputs: { exam, now } }: Draft, { clock }: Step): number | null {
  return clock && lastStrike(clock.strikes, exam, now + clock.leadMinutes * MINUTE);
}

/** What a place owes of a step. */
export interface Owed {
  level: Level;
  /** A task opened before is opened anew. */
  since: number;
  dueAt: number;
  /** By the step's clock: a round of its own. */
  struck: boolean;
  /** Until when the night rule lets all but the duty officer sleep. */
  night: number | null;
  /** The warning that has passed; null: the one that leads now. */
  of: Assessed | null;
}

/** What a place owes now of a step, or null. */
export function owedAt(draft: Draft, duty: TimedDuty, place: Place, task: Task | undefined): Owed | null {
  const { step } = duty;
  const { level, span } = place;
  if (step.opens === 'passed') return owedAfter(draft, step, place);
  if (level === null || place.over) return null;
  const struck = struckAt(draft, duty, place, task);
  if (struck !== null) return { level, ...struck, struck: true, night: null, of: null };
  if (step.opens === 'start') {
    const since = step.reopensOnRaise ? span.rose : span.began;
    return { level, since, struck: false, ...dueOf(draft, duty, place, level), of: null };
  }
  // Until its clock strikes again it stays as it is.
  if (task === undefined || task.withdrawnAt !== null) return null;
  return { level, since: task.openedAt, dueAt: task.dueAt, struck: false, night: null, of: null };
}

/** What has passed over a site of this activation is looked after before the next admission. */
function owedAfter(draft: Draft, step: Step, { site, level, span, next }: Place): Owed | null {
  const { passed } = span;
  const openedAt = openActivation(draft.state)?.openedAt ?? draft.inputs.now;
  if (site === null || level !== null || passed === null || passed.at < openedAt || next === null)
    return null;
  const ours = draft.situation.assessed.filter(({ revision }) => draft.joined.has(revision.id));
  const liftedBy = draft.siteLevels.get(site)?.liftedBy ?? null;
  const of =
    draft.situation.assessed.find(({ revision }) => revision.id === liftedBy) ??
    leading(ours, (each) => each.sites.get(site) ?? null);
  const dueAt = next.admitFrom - (step.beforeAdmissionMinutes ?? 0) * MINUTE;
  return {
    level: passed.from,
    since: passed.at,
    dueAt: Math.max(draft.inputs.now, dueAt),
    struck: false,
    night: null,
    of,
  };
}

/** The strike of the step's clock that has opened and that no task answers; none while the task before is still in time. */
function struckAt(
  { inputs: { now } }: Draft,
  { step: { clock }, strike }: TimedDuty,
  { span }: Place,
  task: Task | undefined,
): { since: number; dueAt: number } | null {
  if (clock === null || strike === null) return null;
  const since = strike - clock.leadMinutes * MINUTE;
  const isInTime = task !== undefined && task.doneAt === null && task.dueAt >= now;
  const isAnswered =
    task !== undefined &&
    task.withdrawnAt === null &&
    (task.openedAt >= since || task.dueAt >= strike || isInTime);
  if (since < span.began || isAnswered) return null;
  return { since, dueAt: Math.max(now, strike + clock.graceMinutes * MINUTE) };
}

/** Counted from now, or from the morning where the night rule holds; never later than the step's span before admission. */
function dueOf(
  { inputs: { plan, exam, now }, situation }: Draft,
  { step, post }: Duty,
  { next, site }: Place,
  level: Level,
): { night: number | null; dueAt: number } {
  const sleeps = step.nightRule && post !== 'duty-officer';
  const night = sleeps ? nightUntil(plan.night, level, now, exam.timeZone, situation.firstAt) : null;
  const due = (night ?? now) + (step.dueMinutes?.[colourOf(level)] ?? 0) * MINUTE;
  const bounded =
    step.beforeAdmissionMinutes === null || site === null || next === null
      ? due
      : Math.min(due, next.admitFrom - step.beforeAdmissionMinutes * MINUTE);
  return { night, dueAt: Math.max(now, bounded) };
}

/** The latest of these strikes at or before `until`, of yesterday's and today's and of those counted from T; null if none. */
export function lastStrike(
  strikes: readonly NonNullable<Step['clock']>['strikes'][number][],
  { sessions, timeZone }: Pick<Exam, 'sessions' | 'timeZone'>,
  until: number,
): number | null {
  const first = Math.min(...sessions.map(({ startsAt }) => startsAt));
  const examDays = sessions.map(({ startsAt }) => dayNumber(startsAt, timeZone));
  const struck = strikes.flatMap((strike) => {
    if ('hoursBeforeFirst' in strike) return [first - strike.hoursBeforeFirst * HOUR];
    const days = [-1, 0].map((day) => atMinute(until, clockMinutes(strike.at), timeZone, day));
    if (strike.on === 'every-day') return days;
    const ahead = strike.on === 'day-before' ? 1 : 0;
    return days.filter((at) => examDays.includes(dayNumber(at, timeZone) + ahead));
  });
  const past = struck.filter((at) => at <= until);
  return past.length === 0 ? null : Math.max(...past);
}
