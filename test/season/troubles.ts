/** What goes wrong in a season: feeds that lie, rough spans of the machinery, a carrier out of order, officers' ways. */
import type { Random } from '../../shared/io/ports.ts';
import type { Exam, Person } from '../../shared/plan/exam.ts';
import { atMinute, DAY, HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import { between, happens, pick } from './chance.ts';
import {
  type CarrierTrouble,
  type FeedTrouble,
  type Message,
  type PlannedAct,
  type Rough,
  SEASON_FEEDS,
} from './world.ts';

const KINDS: readonly FeedTrouble['kind'][] = [
  'timeout',
  'timeout',
  'html',
  'empty',
  'truncated',
  'stale',
  'bad-entry',
  'drops',
  'empties',
];

/**
 * When trouble hurts: around a message that is told of (the storm cuts the line), the hours at which summaries go
 * out, and shortly before admission opens, when deadlines end.
 */
export function soreMoments(random: Random, exams: readonly Exam[], messages: readonly Message[]): number[] {
  const moments: number[] = [];
  for (const { sessions, timeZone } of exams) {
    const first = sessions[0]!.startsAt;
    const last = sessions[sessions.length - 1]!.endsAt;
    for (const { issuedAt } of messages) {
      const counts = issuedAt > first - 4 * DAY && issuedAt < last;
      if (counts) moments.push(issuedAt + between(random, -5, 12) * MINUTE);
    }
    for (const { admitFrom } of sessions) {
      moments.push(admitFrom - between(random, 1, 15) * MINUTE);
      moments.push(atMinute(admitFrom, 6 * 60, timeZone), atMinute(admitFrom, 19 * 60 + 30, timeZone, -1));
    }
  }
  return moments;
}

/** Mostly a sore moment, now and then any. */
function momentOf(random: Random, sore: readonly number[], start: number, end: number): number {
  const moment = happens(random, 0.75)
    ? pick(random, sore)
    : start + between(random, 1, (end - start) / MINUTE - 60) * MINUTE;
  return moment - (moment % MINUTE);
}

export function drawFeedTroubles(
  random: Random,
  sore: readonly number[],
  start: number,
  end: number,
): FeedTrouble[] {
  const troubles: FeedTrouble[] = [];
  for (const feed of SEASON_FEEDS) {
    let free = start + HOUR;
    const moments = Array.from({ length: between(random, 0, 5) }, () => momentOf(random, sore, start, end));
    for (const moment of moments.sort((a, b) => a - b)) {
      const from = Math.max(free, moment);
      const lasts = pick(random, [1, 3, 8, 20, 45, 90, 240, 600]) * MINUTE;
      if (from + lasts > end) continue;
      troubles.push({ feed, from, until: from + lasts, kind: pick(random, KINDS) });
      free = from + lasts + HOUR;
    }
  }
  return troubles;
}

export function drawRough(random: Random, sore: readonly number[], start: number, end: number): Rough[] {
  const spans: Rough[] = [];
  let free = start + HOUR;
  const moments = Array.from({ length: between(random, 4, 10) }, () => momentOf(random, sore, start, end));
  for (const moment of moments.sort((a, b) => a - b)) {
    const from = Math.max(free, moment);
    const until = from + pick(random, [5, 10, 20, 40, 60]) * MINUTE;
    if (until > end - 2 * DAY) continue;
    const harsh = pick(random, [0.005, 0.02, 0.05, 0.12]);
    const share = (): number => (happens(random, 0.6) ? random() * harsh : 0);
    spans.push({
      from,
      until,
      calls: { crash: share(), failBefore: share(), failAfter: share(), late: share() },
      hints: { lost: random() * 0.6, doubled: random() * 0.4, delayed: random() * 0.5 },
      restart: happens(random, 0.3),
      twins: happens(random, 0.5),
      clockStepMs: happens(random, 0.4) ? between(random, -20, 20) * SECOND : 0,
    });
    free = until + 30 * MINUTE;
  }
  return spans;
}

export function drawCarrier(
  random: Random,
  sore: readonly number[],
  start: number,
  end: number,
): CarrierTrouble[] {
  const troubles: CarrierTrouble[] = [];
  let free = start;
  const moments = Array.from({ length: between(random, 2, 7) }, () => momentOf(random, sore, start, end));
  for (const moment of moments.sort((a, b) => a - b)) {
    const from = Math.max(free, moment);
    const until = from + pick(random, [3, 10, 30, 120]) * MINUTE;
    if (until > end - 4 * DAY) continue;
    troubles.push({
      from,
      until,
      outage: happens(random, 0.25),
      lose: happens(random, 0.6) ? random() * 0.3 : 0,
      throttle: happens(random, 0.5) ? random() * 0.4 : 0,
      undelivered: random() * 0.3,
      undeliveredBecause: happens(random, 0.15)
        ? 'No quota left for account'
        : 'Phone is currently unreachable/unavailable',
      lateReceipts: happens(random, 0.5) ? random() : 0,
    });
    free = until + 30 * MINUTE;
  }
  return troubles;
}

/** Officers who answer late or not at all, hold notices back, let them go, set warnings right, end what is over. */
export function drawActs(random: Random, exams: readonly Exam[], people: readonly Person[][]): PlannedAct[] {
  const acts: PlannedAct[] = [];
  for (const [place, exam] of exams.entries()) {
    const staff = people[place]!.filter((person) => person.role !== 'candidate');
    const officers = staff.filter((person) => person.role === 'duty-officer' || person.role === 'deputy');
    const first = exam.sessions[0]!.startsAt;
    const last = exam.sessions[exam.sessions.length - 1]!.endsAt;
    const some = (count: number, does: PlannedAct['does'], who: readonly Person[]): void => {
      for (let left = count; left > 0; left -= 1) {
        const at = first - 7 * DAY + between(random, 0, (last - first + 7 * DAY) / MINUTE) * MINUTE;
        acts.push({ at, personId: pick(random, who).personId, does });
      }
    };
    some(between(random, 0, 12), 'acknowledge', staff);
    some(between(random, 0, 12), 'done', staff);
    some(between(random, 0, 2), 'approve', officers);
    some(between(random, 0, 1), 'reject', officers);
    some(happens(random, 0.3) ? 1 : 0, 'stop', officers);
    if (happens(random, 0.2)) {
      some(1, 'pause', officers);
      const paused = acts[acts.length - 1]!;
      acts.push({ ...paused, at: paused.at + between(random, 1, 20) * MINUTE, does: 'resume' });
    }
    some(between(random, 0, 3), 'confirm-warning', officers);
    some(between(random, 0, 2), 'end', officers);
    if (happens(random, 0.6)) {
      acts.push({ at: last + 7 * HOUR, personId: pick(random, officers).personId, does: 'end' });
    }
  }
  return acts.sort((a, b) => a.at - b.at);
}
