/**
 * The plan's numbers once more, written down from the document and not from the plan's data or the decision's
 * code: what the oracle holds them to.
 */
import type { Exam, Session } from '../../shared/plan/exam.ts';
import { atMinute, HOUR, localDay, MINUTE, minuteOfDay } from '../../shared/time.ts';
import { type Hazard, type Level, rank } from '../../shared/warning/warning.ts';

/** The weakest level that counts in each column: to T−72 h, to T−24 h, to 12 h after the last session. */
type Row = [Level | null, Level | null, Level | null];

const WIND_AT_SEA: Row = [null, 'orange', 'yellow'];
const WATER: Row = ['orange', 'blue', 'blue'];

const TRIGGERS: Partial<Record<Hazard, Row>> = {
  typhoon: ['blue', 'blue', 'blue'],
  rainstorm: WATER,
  flood: WATER,
  'flash-flood': WATER,
  waterlogging: WATER,
  geological: WATER,
  gale: [null, 'orange', 'yellow'],
  'thunderstorm-gale': [null, 'orange', 'yellow'],
  convection: [null, 'orange', 'yellow'],
  'sea-gale': WIND_AT_SEA,
  wave: WIND_AT_SEA,
  'storm-surge': WIND_AT_SEA,
};

/** Hazards that count on the coast only. */
export const AT_SEA: ReadonlySet<Hazard> = new Set(['sea-gale', 'wave', 'storm-surge']);

/** Counties of Quanzhou on the open coast. */
export const COASTAL_COUNTIES = ['350503', '350505', '350521', '350581', '350582', '350583'];

export function firstOf(exam: Exam): number {
  return Math.min(...exam.sessions.map((session) => session.startsAt));
}

export function lastOf(exam: Exam): number {
  return Math.max(...exam.sessions.map((session) => session.endsAt));
}

export function inWindow(exam: Exam, at: number): boolean {
  return at >= firstOf(exam) - 7 * 24 * HOUR && at <= lastOf(exam) + 12 * HOUR;
}

/** Whether a hazard at a level counts, by the time left to the first session. */
export function reaches(hazard: Hazard, level: Level, exam: Exam, at: number): boolean {
  const row = TRIGGERS[hazard];
  if (!row) return false;
  const left = firstOf(exam) - at;
  const floor = row[left > 72 * HOUR ? 0 : left > 24 * HOUR ? 1 : 2];
  return floor !== null && rank(level) >= rank(floor);
}

/** Hours before a candidate's next session within which a colour is told. */
export const TOLD_WITHIN: Partial<Record<Level, number>> = { blue: 48, yellow: 72 };

/** Whether a text of this level to candidates is held by the night; red never. */
export function isQuiet(level: Level | null, at: number, exam: Exam): boolean {
  if (level === 'red') return false;
  const minute = minuteOfDay(at, exam.timeZone);
  if (level === 'orange') return minute >= 23 * 60 || minute < 5 * 60 + 30;
  if (minute >= 22 * 60) return true;
  const today = localDay(at, exam.timeZone);
  const examDay = exam.sessions.some((session) => localDay(session.startsAt, exam.timeZone) === today);
  return minute < (examDay ? 6 * 60 : 7 * 60 + 30);
}

/** Whether blue and yellow wait for the morning where they are told to staff. */
export function isNight(at: number, exam: Exam): boolean {
  const minute = minuteOfDay(at, exam.timeZone);
  return at < firstOf(exam) - 24 * HOUR && (minute >= 22 * 60 || minute < 7 * 60 + 30);
}

export function own(exam: Exam, sessionIds: readonly string[]): Session[] {
  return exam.sessions.filter((session) => sessionIds.includes(session.id));
}

/** Whether somebody sits, or is admitted to, a paper. */
export function inPaper(sessions: readonly Session[], at: number): boolean {
  return sessions.some((session) => session.admitFrom <= at && at < session.endsAt);
}

/** Evening before at 19:30 and exam morning at 06:00, with the day each speaks of. */
export function summarySlots(exam: Exam): { at: number; day: string }[] {
  const days = new Map(exam.sessions.map(({ startsAt }) => [localDay(startsAt, exam.timeZone), startsAt]));
  return [...days].flatMap(([day, at]) => [
    { at: atMinute(at, 19 * 60 + 30, exam.timeZone, -1), day },
    { at: atMinute(at, 6 * 60, exam.timeZone), day },
  ]);
}

/** The same hazard and colour within this is told once in a summary. */
export const SUMMARY_UNLESS_TOLD_MS = 6 * HOUR;

/** How long signals wait for each other, and a reminder for an officer. */
export const WAIT_MS = 10 * MINUTE;
