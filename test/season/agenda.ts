/**
 * When anything can happen. Between these instants a run of every handler changes nothing, so a season skips
 * them; a test compares with seasons that skip none.
 */
import { openActivation, type State } from '../../shared/activation/state.ts';
import type { Exam } from '../../shared/plan/exam.ts';
import { atMinute, DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { CATALOGUE } from '../../shared/warning/catalogue.ts';
import type { Answer } from './offices.ts';
import type { SeasonFeed, World } from './world.ts';

/** Minutes of a day at which some rule of the plan turns. */
const TURNS = [
  0,
  4 * 60 + 30,
  5 * 60,
  5 * 60 + 30,
  6 * 60,
  7 * 60 + 30,
  8 * 60,
  9 * 60 + 30,
  10 * 60,
  11 * 60,
  11 * 60 + 30,
  15 * 60 + 30,
  16 * 60,
  19 * 60 + 30,
  20 * 60,
  22 * 60,
  23 * 60,
];

/** A rule may speak of an instant or of the time after it. */
const TURN = [0, 1];

/** Minutes after its change at which a set that leaves something out is believed. */
const CHANGE = [0, 5];

/** Until the next post up hears of late work, by level; and how seldom one post is pressed. */
const CLIMB_MINUTES = [10, 15, 30, 60];
const DIGEST_MINUTES = 15;

/** The minute at or after an instant. */
export function minuteOf(at: number): number {
  return Math.ceil(at / MINUTE) * MINUTE;
}

/** Every minute of the season that is known beforehand to matter, in order. */
export function foreseen(world: World, answers: ReadonlyMap<SeasonFeed, readonly Answer[]>): number[] {
  const ticks = new Set<number>();
  const mark = (at: number, after: readonly number[] = [0]): void => {
    for (const minutes of after) {
      const tick = minuteOf(at) + minutes * MINUTE;
      if (tick >= world.start && tick <= world.end) ticks.add(tick);
    }
  };
  mark(world.start);
  for (const [feed, all] of answers) {
    for (const answer of all) {
      mark(answer.from, CATALOGUE[feed].kind === 'set' ? CHANGE : undefined);
      // The last good answer was a minute before the first bad one.
      if (!answer.good) mark(answer.from + CATALOGUE[feed].silentAfterMinutes * MINUTE, [-1, 0]);
    }
  }
  for (const { issuedAt, expiresAt } of world.messages) {
    mark(issuedAt + DAY);
    if (expiresAt !== null) mark(expiresAt);
  }
  // Where a call may fail, the one look before an instant may fail too: nothing is skipped there.
  for (const { from, until } of world.rough) {
    for (let at = from - MINUTE; at <= until + MINUTE; at += MINUTE) mark(at);
  }
  for (const { at } of [...world.acts, ...world.rosters, ...world.plans]) mark(at);
  for (const exam of world.exams) for (const at of turnsOf(exam)) mark(at, TURN);
  for (const exam of world.exams) for (const at of daysOf(exam)) mark(at);
  return [...ticks].sort((a, b) => a - b);
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

function daysOf(exam: Exam): number[] {
  const first = exam.sessions[0]!.startsAt;
  const last = exam.sessions[exam.sessions.length - 1]!.endsAt;
  const turns: number[] = [];
  for (let day = first - 7 * DAY; day <= last + DAY; day += DAY) {
    for (const minute of TURNS) turns.push(atMinute(day, minute, exam.timeZone));
  }
  return turns;
}

/** Minutes after `now` that the record itself sets: holds, due times, the calm before an end. */
export function nextRecorded(state: State, now: number): number {
  let next = Number.POSITIVE_INFINITY;
  const mark = (at: number): void => {
    for (const minutes of TURN) {
      const tick = minuteOf(at) + minutes * MINUTE;
      if (tick > now && tick < next) next = tick;
    }
  };
  for (const { hold, state: stands, notice } of state.notices.values()) {
    if (stands === 'held' && hold) {
      mark(hold.until);
      mark(notice.deadline);
    }
    if (notice.kind === 'confirm-end') mark(notice.createdAt + 3 * HOUR);
  }
  const activation = openActivation(state);
  for (const { givenAt, dueAt, doneAt, withdrawnAt, escalatedAt } of activation?.tasks.values() ?? []) {
    if (doneAt !== null || withdrawnAt !== null) continue;
    for (const at of [givenAt, (givenAt + dueAt) / 2, dueAt]) mark(at);
    // What was handed out in the morning has its half time half an hour or a quarter before it is due.
    for (const minutes of [15, 30]) mark(dueAt - minutes * MINUTE);
    if (escalatedAt !== null) for (const minutes of CLIMB_MINUTES) mark(escalatedAt + minutes * MINUTE);
  }
  for (const at of state.pressedAt.values()) mark(at + DIGEST_MINUTES * MINUTE);
  if (activation && state.lastCalmAt !== null) mark(state.lastCalmAt + 6 * HOUR);
  return next;
}
