/** What goes wrong in a season: feeds that lie, rough spans of the machinery, a carrier out of order, officers' ways. */
import type { Random } from '../../shared/io/ports.ts';
import type { Exam, Person } from '../../shared/plan/exam.ts';
import { atMinute, DAY, HOUR, iso, MINUTE, SECOND } from '../../shared/time.ts';
import { between, happens, pick } from './chance.ts';
import { NATION } from './places.ts';
import {
  type CarrierTrouble,
  CLOCK_STEP_MS,
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
  const moments = Array.from({ length: between(random, 3, 8) }, () => momentOf(random, sore, start, end));
  for (const moment of moments.sort((a, b) => a - b)) {
    const from = Math.max(free, moment);
    const until = from + pick(random, [3, 5, 10, 20, 40]) * MINUTE;
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
      clockStepMs: happens(random, 0.4)
        ? between(random, -CLOCK_STEP_MS / SECOND, CLOCK_STEP_MS / SECOND) * SECOND
        : 0,
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

/** Share of the messages in no feed that an officer hears of, as far as one office may say them. */
const HEARD_OF = 0.7;

/**
 * What is typed in: warnings that no feed shows; incidents and measures, and their ends; leave from above, whole, in
 * part or refused, with texts that it covers or does not; calls to those missed; corrections.
 */
export function drawEntries(
  random: Random,
  exams: readonly Exam[],
  people: readonly Person[][],
  messages: readonly Message[],
): PlannedAct[] {
  const acts: PlannedAct[] = [];
  for (const [place, exam] of exams.entries()) {
    const officers = people[place]!.filter(({ role }) => role === 'duty-officer' || role === 'deputy');
    const first = exam.sessions[0]!.startsAt;
    const last = exam.sessions[exam.sessions.length - 1]!.endsAt;
    const add = (at: number, does: PlannedAct['does'], entry?: Record<string, unknown>): void => {
      const { personId } = pick(random, officers);
      acts.push({ at, personId, does, ...(entry && { with: entry }) });
    };
    const moment = (from: number, until: number): number =>
      from + between(random, 0, Math.floor((until - from) / MINUTE)) * MINUTE;
    for (const [does, kinds] of Object.entries(MATTERS) as ['measure' | 'incident', readonly string[]][]) {
      if (!happens(random, 0.35)) continue;
      const { id, districtId } = pick(random, exam.sites);
      const district = `${exam.id}#${districtId}`;
      const at = moment(first - 3 * DAY, last + 3 * HOUR);
      add(at, does, { district, kind: pick(random, kinds), ...(does === 'incident' && { site: id }) });
      add(at + between(random, 20, 36 * 60) * MINUTE, does, { district, closed: true });
      // Whoever forgot it says so in the end.
      add(last + 13 * HOUR, does, { district, closed: true });
    }
    if (happens(random, 0.4)) {
      const at = moment(first - 2 * DAY, last - HOUR);
      add(at, 'consent', drawConsent(random, exam, at));
      add(at + between(random, 1, 60) * MINUTE, 'approve');
    }
    for (let left = between(random, 0, 3); left > 0; left -= 1) add(moment(first - 2 * DAY, last), 'tick');
    if (happens(random, 0.25)) add(moment(first - 2 * DAY, last), 'correct');
    if (place > 0) continue;
    for (const message of messages) {
      const { id, status, action, hazard, product, level, office, adcode, issuedAt, expiresAt } = message;
      const isUnseen = Object.keys(message.shownAt).length === 0 && status === 'actual';
      if (!isUnseen || message.naming !== 'own' || office.includes('、') || adcode === NATION) continue;
      if (!happens(random, HEARD_OF)) continue;
      add(issuedAt - (issuedAt % MINUTE) + between(random, 2, 40) * MINUTE, 'enter-warning', {
        ...{ id, action, hazard, product, level, issuer: { name: office, adcode }, areas: [{ adcode }] },
        ...{ issuedAt: iso(issuedAt), expiresAt: expiresAt === null ? null : iso(expiresAt) },
        references: message.references,
      });
    }
  }
  return acts;
}

/** Playbooks of the plan that an officer may open. */
const MATTERS = {
  measure: ['flood-response', 'three-stops', 'transport-stopped', 'other'],
  incident: ['power', 'flooded', 'stranded', 'roads-cut', 'damage'],
} as const;

/** Leave that covers the change it speaks of, or does not: of the other office, of another site, refused. */
export function drawConsent(random: Random, exam: Exam, at: number) {
  const site = pick(random, exam.sites);
  const session = exam.sessions.find(({ startsAt }) => startsAt > at) ?? exam.sessions.at(-1)!;
  const what = pick(random, ['halted', 'delayed', 'as-planned'] as const);
  return {
    district: `${exam.id}#${site.districtId}`,
    from: pick(random, ['司法部', '司法部', '省司法厅']),
    when: iso(at - 5 * MINUTE),
    words: '按来电办理',
    scope: pick(random, ['whole', 'whole', { sites: [site.id] }, 'refused']),
    change: {
      what,
      session: session.id,
      to: iso(session.startsAt + 2 * HOUR),
      ...(happens(random, 0.5) && { sites: [pick(random, exam.sites).id] }),
    },
  };
}

/** Officers who answer late or not at all, hold notices back, let them go, set warnings right, end what is over. */
export function drawActs(random: Random, exams: readonly Exam[], people: readonly Person[][]): PlannedAct[] {
  const acts: PlannedAct[] = [];
  for (const [place, exam] of exams.entries()) {
    const staff = people[place]!.filter((person) => person.role !== 'candidate');
    const officers = staff.filter((person) => person.role === 'duty-officer' || person.role === 'deputy');
    const first = exam.sessions[0]!.startsAt;
    const last = exam.sessions[exam.sessions.length - 1]!.endsAt;
    const some = (
      count: number,
      does: PlannedAct['does'],
      who: readonly Person[],
      also: Pick<PlannedAct, 'every'> = {},
    ): void => {
      for (let left = count; left > 0; left -= 1) {
        const at = first - 7 * DAY + between(random, 0, (last - first + 7 * DAY) / MINUTE) * MINUTE;
        acts.push({ at, personId: pick(random, who).personId, does, ...also });
      }
    };
    some(between(random, 0, 8), 'acknowledge', staff);
    some(between(random, 0, 8), 'done', staff);
    // Where the office goes through its list now and then, most of the work is done in time.
    if (happens(random, 0.6)) some(between(random, 3, 9), 'done', officers, { every: true });
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
