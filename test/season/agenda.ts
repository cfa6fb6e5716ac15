/**
 * When anything can happen. Between these instants a run of every handler changes nothing, so a season skips
 * them; a test compares with seasons that skip none.
 */
import type { ChainEvent } from '../../shared/activation/events.ts';
import { nightUntil } from '../../shared/activation/hold.ts';
import { isOpen, openActivation, type State, type Task, tasksAtHand } from '../../shared/activation/state.ts';
import { FEED_NOTICE_LASTS_MS } from '../../shared/activation/watch.ts';
import { unreachedOf } from '../../shared/notice/notice.ts';
import type { Exam } from '../../shared/plan/exam.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { atMinute, clockMinutes, DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { CATALOGUE } from '../../shared/warning/catalogue.ts';
import type { Answer } from './offices.ts';
import type { SeasonFeed, World } from './world.ts';

/** Minutes of a day at which some rule of the plan turns while an activation is open. */
const TURNS = [0, 7 * 60 + 30, 9 * 60 + 30, 15 * 60 + 30, 19 * 60 + 30];

/** Those of the day of a paper, and of the day before one. */
const EXAM_DAY_TURNS = [4 * 60 + 30, 5 * 60, 6 * 60, 11 * 60, 16 * 60, 20 * 60];

/** Those that only a notice that waits has to do with: the quiet hours of each level. */
const WAITING_TURNS = [5 * 60 + 30, 22 * 60, 23 * 60];

/** Minutes after its change at which a set that leaves something out is believed. */
const CHANGE_MINUTES = 5;

/** A rule may speak of an instant or of the time after it. */
const TURN = [0, 1];

/** The minute at or after an instant. */
function minuteOf(at: number): number {
  return Math.ceil(at / MINUTE) * MINUTE;
}

/** A minute that matters; with stories, only while one of these is part of an activation. */
export interface Moment {
  at: number;
  stories?: readonly string[];
}

/** Every minute of the season that is known beforehand to matter. */
export function foreseen(world: World, answers: ReadonlyMap<SeasonFeed, readonly Answer[]>): Moment[] {
  const moments: Moment[] = [];
  const mark = (at: number, after: readonly number[] = [0], stories?: readonly string[]): void => {
    for (const minutes of after) {
      const tick = minuteOf(at) + minutes * MINUTE;
      if (tick >= world.start && tick <= world.end) moments.push({ at: tick, ...(stories && { stories }) });
    }
  };
  const storyOf = new Map(world.messages.map(({ id, story }) => [id, story]));
  mark(world.start);
  for (const [feed, all] of answers) {
    for (const [place, { from, good, shows }] of all.entries()) {
      mark(from);
      // What a set leaves out is believed after a while.
      const dropped = all[place - 1]?.shows.filter((id) => !shows.includes(id)) ?? [];
      if (CATALOGUE[feed].kind === 'set')
        mark(
          from,
          [CHANGE_MINUTES],
          dropped.map((id) => storyOf.get(id)!),
        );
      // The last good answer was a minute before the first bad one.
      if (!good) mark(from + CATALOGUE[feed].silentAfterMinutes * MINUTE, [-1, 0]);
    }
  }
  for (const { story, issuedAt, expiresAt, shownAt } of world.messages) {
    // A set says nothing of an end.
    if (expiresAt === null || (shownAt.cap ?? shownAt.gjzwfw) === undefined)
      mark(issuedAt + DAY, [0], [story]);
    if (expiresAt !== null) mark(expiresAt, [0], [story]);
  }
  // Where a call may fail, the one look before an instant may fail too: nothing is skipped there.
  for (const { from, until } of world.rough) {
    for (let at = from - MINUTE; at <= until + MINUTE; at += MINUTE) mark(at);
  }
  for (const { at } of [...world.acts, ...world.rosters, ...world.plans]) mark(at);
  for (const exam of world.exams) for (const at of turnsOf(exam)) mark(at, TURN);
  return moments;
}

function turnsOf(exam: Exam): number[] {
  const first = exam.sessions[0]!.startsAt;
  const last = exam.sessions[exam.sessions.length - 1]!.endsAt;
  const turns = [7 * 24, 72, 48, 24].map((hours) => first - hours * HOUR);
  for (const { admitFrom, startsAt, endsAt } of exam.sessions) {
    turns.push(admitFrom, startsAt, endsAt, startsAt - 48 * HOUR, startsAt - 72 * HOUR);
  }
  return [...turns, last + 6 * HOUR, last + 12 * HOUR];
}

/**
 * Whether an event may have consequences at the next look. The decision that comes last in a minute has seen all but
 * what was settled after it; a closed notice to posts that reached everybody changes nothing.
 */
export function asksAgain({ cause, effects }: ChainEvent, { notices }: State): boolean {
  if (cause.kind !== 'settled') return false;
  return effects.some(
    (effect) =>
      effect.kind !== 'notice-closed' ||
      unreachedOf(effect.counts) > 0 ||
      notices.get(effect.no)?.notice.audience.who !== 'posts',
  );
}

/** Minutes that a state of the record sets by itself, in order: it is asked after each look, and changes seldom. */
const SET = new WeakMap<State, { seq: number; ticks: number[] }>();

/**
 * The first minute after `now` that the record itself sets: holds, due times, the calm before an end, turns of the day.
 * `besides`: when rosters changed.
 */
export function nextRecorded(
  state: State,
  plan: Plan,
  exam: Exam,
  besides: readonly number[],
  now: number,
): number {
  let set = SET.get(state);
  if (set?.seq !== state.seq) {
    set = { seq: state.seq, ticks: ticksOf(state, plan, exam, besides) };
    SET.set(state, set);
  }
  const next = set.ticks.find((tick) => tick > now) ?? Number.POSITIVE_INFINITY;
  return openActivation(state) ? Math.min(next, nextTurn(state, exam, now)) : next;
}

/** The next turn of today or tomorrow. */
function nextTurn({ notices }: State, { sessions, timeZone }: Exam, now: number): number {
  const isWaiting = [...notices.values()].some(({ state }) => state === 'held');
  const turns = [0, 1].flatMap((ahead) => {
    const day = atMinute(now, 0, timeZone, ahead);
    const isNearExam = sessions.some(({ startsAt }) => startsAt > day && startsAt < day + 2 * DAY);
    const minutes = [...TURNS, ...(isNearExam ? EXAM_DAY_TURNS : []), ...(isWaiting ? WAITING_TURNS : [])];
    return minutes.map((minute) => day + minute * MINUTE);
  });
  return Math.min(...turns.filter((turn) => turn > now));
}

function ticksOf(state: State, plan: Plan, exam: Exam, besides: readonly number[]): number[] {
  const ticks = new Set<number>();
  const mark = (at: number, after: readonly number[] = [0]): void => {
    if (at <= state.at - DAY) return;
    for (const minutes of after) ticks.add(minuteOf(at) + minutes * MINUTE);
  };
  for (const { hold, state: stands, notice } of state.notices.values()) {
    if (stands === 'held' && hold) for (const at of [hold.until, notice.deadline]) mark(at, TURN);
    if (notice.kind === 'confirm-end') mark(notice.createdAt + plan.ending.remindHours * HOUR);
  }
  const { escalation, readiness } = plan;
  for (const task of tasksAtHand(state)) {
    if (!isOpen(task)) continue;
    mark(task.givenAt, [1]);
    // What is done at its due time is in time.
    mark(task.dueAt + 1);
    for (const from of [task.givenAt, morningOf(task, plan, exam)]) mark((from + task.dueAt) / 2);
    const above = escalation.chain.slice(escalation.chain.indexOf(task.post) + 1);
    if (task.escalatedAt !== null && above.some((post) => !task.escalated.includes(post))) {
      const colour = task.level === 'unknown' ? 'yellow' : task.level;
      mark(task.escalatedAt + escalation.stepMinutes[colour] * MINUTE);
    }
  }
  for (const item of state.preparations.values()) {
    if (!isOpen(item)) continue;
    mark(item.givenAt, [1]);
    mark(item.dueAt - readiness.remindDays * DAY);
    mark(item.dueAt + 1);
    if (item.escalatedAt !== null) mark(item.escalatedAt + readiness.climbHours * HOUR);
  }
  for (const { from, to } of state.matters.values()) for (const at of [from, to ?? from]) mark(at, TURN);
  // A post that was just pressed hears of what fell due meanwhile; where nothing did, its rest ends unseen.
  const falls = [...ticks, ...turnsOf(exam), ...besides];
  for (const at of new Set(state.pressedAt.values())) {
    const rested = at + escalation.digestMinutes * MINUTE;
    const morning = atMinute(rested, clockMinutes(plan.night.until), exam.timeZone);
    if ([...falls, morning].some((fall) => fall > at && fall <= rested)) mark(rested);
  }
  for (const { code, at } of state.findings) if (code === 'unreadable') mark(at + FEED_NOTICE_LASTS_MS);
  if (openActivation(state) && state.lastCalmAt !== null) {
    const closed = [...state.matters.values()].map(({ closedAt }) => closedAt ?? 0);
    for (const since of [state.lastCalmAt, ...state.healedAt.values(), ...closed])
      mark(since + plan.ending.calmHours * HOUR);
  }
  return [...ticks].sort((a, b) => a - b);
}

/** What is handed out at night has its half time from the morning on. */
function morningOf({ level, givenAt }: Task, { night }: Plan, exam: Exam): number {
  return nightUntil(night, level, givenAt, exam.timeZone, exam.sessions[0]!.startsAt) ?? givenAt;
}
