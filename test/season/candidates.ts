/** What candidates were owed and what they got, by the oracle's own reading. */
import type { NoticeKind } from '../../shared/notice/notice.ts';
import type { Slice } from '../../shared/notice/slices.ts';
import type { Exam, Person } from '../../shared/plan/exam.ts';
import { HOUR, localDay, MINUTE } from '../../shared/time.ts';
import { COLOURS, type Level, rank } from '../../shared/warning/warning.ts';
import type { Lived } from './drive.ts';
import {
  type Calm,
  type Finding,
  highest,
  isForCandidates,
  isMatterOpen,
  isOver,
  rosterAt,
  type Sky,
  SLACK_MS,
  type Told,
  type Ward,
} from './oracle.ts';
import type { Holding } from './outlook.ts';
import {
  inPaper,
  isQuiet,
  own,
  SUMMARY_UNLESS_TOLD_MS,
  summarySlots,
  TOLD_WITHIN,
  WAIT_MS,
} from './rules.ts';

/** What a text to a candidate says, read from its words alone. */
interface Words {
  kind: 'reminder' | 'summary' | 'all-clear';
  level: Level | null;
}

const COLOUR_WORDS: Record<string, Level> = { 蓝色: 'blue', 黄色: 'yellow', 橙色: 'orange', 红色: 'red' };

function read(sms: string): Words | null {
  const text = sms.replace(/^【[^】]+】/, '');
  const level = COLOUR_WORDS[/[蓝黄橙红]色/.exec(text)?.[0] ?? ''] ?? null;
  if (/解除/.test(text)) return { kind: 'all-clear', level };
  if (/^截至/.test(text)) return { kind: 'summary', level };
  return /发布.+预警/.test(text) && level !== null ? { kind: 'reminder', level } : null;
}

/** What is over a person, of everything: over the site, and over the home county where the roster has one. */
export function anythingOver(person: Person, ward: Ward, holding: readonly Holding[]): Holding[] {
  const site = ward.sites.find(({ id }) => id === person.siteId);
  if (!site) return [];
  const home = person.homeAdcode === null ? null : { adcode: person.homeAdcode, coastal: false };
  return holding.filter((each) => isOver(each, site) || (home !== null && isOver(each, home)));
}

/** What is over a person of what candidates are told by itself. */
function over(person: Person, ward: Ward, holding: readonly Holding[]): Holding[] {
  return anythingOver(person, ward, holding.filter(isForCandidates));
}

/** What one person was told, in order, and when an all-clear at the site reset it. */
export interface Memory {
  told: Told[];
  resets: number[];
}

/** When an all-clear last went out at a site: what was told there before is told no more. */
export function resetsAt(ward: Ward, siteId: string | null): number[] {
  return [...ward.state.notices.values()]
    .filter(({ notice, releasedAt }) => notice.kind === 'all-clear' && releasedAt !== null)
    .filter(({ notice }) => notice.audience.who === 'told' && notice.audience.siteId === siteId)
    .map(({ releasedAt }) => releasedAt!);
}

function resetOf(wards: readonly Ward[], person: Person, at: number): number {
  const resets = wards.flatMap((ward) => resetsAt(ward, person.siteId)).filter((reset) => reset <= at);
  return Math.max(Number.NEGATIVE_INFINITY, ...resets);
}

export function memoryOf(person: Person, ward: Ward): Memory {
  const reached = (told: Told): boolean => {
    const { state, reason } = told.row;
    return state !== 'EXPIRED' && (state !== 'SUPPRESSED' || reason === 'not-in-roster');
  };
  const mine = ({ row }: Told): boolean => row.sk === person.personId || row.also.includes(person.personId);
  const toCandidates = ward.told.filter(({ notice }) => notice.audience.who !== 'posts');
  return {
    told: toCandidates.filter((told) => mine(told) && reached(told)),
    resets: resetsAt(ward, person.siteId),
  };
}

/** The highest level told by `at` since the last all-clear. */
function toldBy({ told, resets }: Memory, at: number): Level | null {
  const since = Math.max(Number.NEGATIVE_INFINITY, ...resets.filter((reset) => reset <= at));
  let top: Level | null = null;
  for (const { at: when, notice } of told) {
    if (when > at || when < since || notice.kind === 'all-clear') continue;
    if (rank(notice.level) > rank(top)) top = notice.level;
  }
  return top;
}

/** Nobody lost: whoever is owed a reminder for a while without trouble has it, or stands on the call list. */
export function judgeReminders(lived: Lived, ward: Ward, calm: Calm): Finding[] {
  const findings: Finding[] = [];
  const owedSince = new Map<string, { level: Level; at: number }>();
  const memories = new Map<string, Memory>();
  const held = heldBack(lived, ward);
  for (const sky of ward.skies) {
    const people = rosterAt(lived, ward.exam, sky.at).filter(({ role }) => role === 'candidate');
    if (!sky.open || sky.counted.length === 0) {
      owedSince.clear();
      continue;
    }
    for (const person of people) {
      if (!person.phone.startsWith('+86')) continue;
      const key = `${person.personId}|${person.siteId}`;
      const level = owedTo(person, ward, sky);
      const since = owedSince.get(key);
      if (level === null || held(person, level, sky.at)) {
        owedSince.delete(key);
        continue;
      }
      const memory = memories.get(key) ?? memoryOf(person, ward);
      memories.set(key, memory);
      const has =
        rank(toldBy(memory, sky.at)) >= rank(level) || isCapped(person, memory, level, sky.at, ward);
      if (has || !since || since.level !== level || !calm.between(since.at, sky.at)) {
        if (has) owedSince.delete(key);
        else owedSince.set(key, { level, at: sky.at });
        continue;
      }
      if (sky.at - since.at < SLACK_MS) continue;
      findings.push({
        kind: 'lost',
        at: sky.at,
        what: `${ward.chain} ${person.personId} at ${person.siteId} was owed ${level} since ${new Date(since.at).toISOString()}`,
      });
      owedSince.set(key, { level, at: Number.POSITIVE_INFINITY });
    }
  }
  return findings;
}

/** The level a person is owed at this tick without any hold, or null. */
function owedTo(person: Person, ward: Ward, sky: Sky): Level | null {
  const { exam } = ward;
  const { at } = sky;
  const above = over(person, ward, sky.counted);
  const level = highest(above.filter(({ sure }) => sure));
  if (level === null || highest(above) !== level) return null;
  const sessions = own(exam, person.sessionIds);
  const next = sessions.find((session) => session.admitFrom > at);
  if (!next || inPaper(sessions, at)) return null;
  const within = TOLD_WITHIN[level];
  if (within !== undefined && next.startsAt - at > within * HOUR) return null;
  if (isQuiet(level, at, exam)) return null;
  const waits = above.some(
    (each) =>
      each.level === level && at < each.firstSeenAt + WAIT_MS && (within !== undefined || !isPlausible(each)),
  );
  return waits ? null : level;
}

function isPlausible({ message, firstSeenAt }: Holding): boolean {
  const age = firstSeenAt - message.issuedAt;
  return age <= 24 * HOUR - MINUTE && age >= -9 * MINUTE;
}

/** What officers stopped, rejected or paused is no longer owed of that level. */
function heldBack(lived: Lived, ward: Ward): (person: Person, level: Level, at: number) => boolean {
  const hits = lived.acts.flatMap(({ at, act, refused }) => {
    if (act.with?.district !== ward.chain) return [];
    const record = ward.state.notices.get(act.notice ?? '');
    const holds = ['stop', 'reject', 'pause', 'correct'].includes(act.does);
    return refused === null && record && holds && record.notice.audience.who === 'candidates'
      ? [{ at, siteId: record.notice.audience.siteId, level: record.notice.level }]
      : [];
  });
  return (person, level, at) =>
    hits.some((hit) => hit.at <= at && hit.siteId === person.siteId && hit.level === level);
}

/**
 * Three a day and six an activation, red apart, counted for all who sit the same papers at the site: what was for some
 * of them counts for the others, too. At most one an hour.
 */
function isCapped(
  { siteId, sessionIds }: Person,
  { told }: Memory,
  level: Level,
  at: number,
  { exam, state }: Ward,
): boolean {
  if (level === 'red') return false;
  const papers = sessionIds.join();
  const sent = [...state.notices.values()].flatMap(({ notice: { audience }, releasedAt, stoppedAt }) => {
    const isTheirs =
      audience.who === 'candidates' &&
      audience.siteId === siteId &&
      audience.cells.some((cell) => cell.sessionIds.join() === papers);
    return isTheirs && releasedAt !== null && releasedAt <= at && stoppedAt === null ? [releasedAt] : [];
  });
  const day = localDay(at, exam.timeZone);
  const opened = state.activations.findLast(({ openedAt }) => openedAt <= at)?.openedAt ?? 0;
  return (
    sent.filter((each) => localDay(each, exam.timeZone) === day).length >= 3 ||
    sent.filter((each) => each >= opened).length >= 6 ||
    told.some((each) => each.notice.kind !== 'all-clear' && each.at <= at && at - each.at < HOUR)
  );
}

/** Evening before and exam morning: whoever sits that day under a warning hears of it, unless told lately. */
export function judgeSummaries(lived: Lived, ward: Ward, calm: Calm): Finding[] {
  const findings: Finding[] = [];
  const held = heldBack(lived, ward);
  for (const { at: slot, day } of summarySlots(ward.exam)) {
    if (!calm.between(slot - 2 * MINUTE, slot + SLACK_MS + MINUTE)) continue;
    const skies = ward.skies.filter(({ at }) => at >= slot && at <= slot + SLACK_MS);
    const before = ward.skies.findLast(({ at }) => at < slot);
    if (skies.length === 0 || !before) continue;
    for (const person of rosterAt(lived, ward.exam, slot)) {
      const sessions = own(ward.exam, person.sessionIds);
      const next = sessions.find((session) => session.admitFrom > slot);
      if (person.role !== 'candidate' || !next || localDay(next.startsAt, ward.exam.timeZone) !== day)
        continue;
      if (!person.phone.startsWith('+86') || inPaper(sessions, slot)) continue;
      const levels = new Set([before, ...skies].map((sky) => steadyLevel(person, ward, sky)));
      const [level = null] = levels;
      if (levels.size !== 1 || level === null || ![before, ...skies].every(({ open }) => open)) continue;
      if (held(person, level, slot + SLACK_MS)) continue;
      const memory = memoryOf(person, ward);
      const lately = memory.told.some(
        (each) =>
          each.notice.level === level &&
          each.at >= slot - SUMMARY_UNLESS_TOLD_MS &&
          // Signals wait for each other across the hour, too.
          each.at <= slot + WAIT_MS + SLACK_MS,
      );
      if (lately || isCapped(person, memory, level, slot, ward)) continue;
      findings.push({
        kind: 'lost',
        at: slot,
        what: `${ward.chain} ${person.personId} got no summary of ${level}`,
      });
    }
  }
  return findings;
}

function steadyLevel(person: Person, ward: Ward, sky: Sky): Level | null {
  const above = over(person, ward, sky.counted);
  const sure = highest(above.filter((each) => each.sure));
  return sure === highest(above) ? sure : null;
}

/** Every SMS that reached a candidate's number, held against the sky it was sent under. */
export function judgeTexts(lived: Lived, wards: readonly Ward[], calm: Calm): Finding[] {
  const findings: Finding[] = [];
  const owners = ownersOf(lived);
  const beside = besideWeather(lived, wards);
  const said = new Map<string, { at: number; level: Level | null; text: string }[]>();
  for (const { at, to, text } of lived.carrier.outbox) {
    const candidates = owners.get(to);
    if (!candidates) continue;
    const say = (kind: Finding['kind'], what: string): void => {
      const [first] = candidates;
      findings.push({
        kind,
        at,
        what: `${first?.person.personId} at ${first?.person.siteId}: ${what}: ${text}`,
      });
    };
    if (beside.has(text)) {
      const sits = candidates.every(({ person, exam }) => inPaper(own(exam, person.sessionIds), at));
      if (sits) say('other', 'during a paper');
      continue;
    }
    const words = read(text);
    if (!words) {
      say('other', 'a text that is none of ours');
      continue;
    }
    const verdicts = candidates.map(({ person, exam }) => {
      const ward = wards.find(
        (each) => each.exam === exam && each.sites.some(({ id }) => id === person.siteId),
      )!;
      return faultOf(words, person, ward, at, calm);
    });
    // People may share a number: what is right for one of them is right.
    if (verdicts.every((verdict) => verdict !== null)) say(...verdicts[0]!);
    const [only] = candidates;
    if (candidates.length > 1 || !only || words.kind === 'all-clear') continue;
    const since = resetOf(wards, only.person, at);
    const before = (said.get(to) ?? []).filter(
      (each) => each.at > since && each.text !== text && !isMissed(wards, to, each.at),
    );
    if (words.kind === 'reminder' && before.some((each) => rank(each.level) >= rank(words.level))) {
      say('beyond-policy', `told of ${words.level} again`);
    }
    said.set(to, [...before, { at, level: words.level, text }]);
  }
  return findings;
}

/** Whether what the carrier took for a number at this time came to nothing: who was not reached is told anew. */
function isMissed(wards: readonly Ward[], to: string, at: number): boolean {
  return wards.some(({ told }) =>
    told.some(
      ({ row }) =>
        row.to === to && row.state === 'UNDELIVERED' && Math.abs((row.claimedAt ?? 0) - at) < MINUTE,
    ),
  );
}

/** Texts of notices that rest on no warning: a consent, an incident, a measure, a correction. */
function besideWeather({ store }: Lived, wards: readonly Ward[]): Set<string> {
  const others = wards.flatMap(({ chain, state }) =>
    [...state.notices.values()]
      .filter(({ notice: { kind } }) => !WEATHER.includes(kind))
      .map(({ notice: { no } }) => `${chain}#${no}`),
  );
  const keys = new Set(others);
  return new Set(store.items<Slice>('slices').flatMap(({ pk, text }) => (keys.has(pk) ? [text] : [])));
}

const WEATHER: readonly NoticeKind[] = ['candidate-reminder', 'candidate-summary', 'all-clear'];

function ownersOf({ world }: Lived): Map<string, { person: Person; exam: Exam }[]> {
  const owners = new Map<string, { person: Person; exam: Exam }[]>();
  for (const { examId, people } of world.rosters) {
    const exam = world.exams.find(({ id }) => id === examId)!;
    for (const person of people) {
      if (person.role !== 'candidate') continue;
      const there = owners.get(person.phone) ?? [];
      if (there.some((other) => other.person.personId === person.personId)) continue;
      owners.set(person.phone, [...there, { person, exam }]);
    }
  }
  return owners;
}

/** Blue and yellow wait from first sight, so that of signals issued together one is told. */
function isTooEarly(
  person: Person,
  ward: Ward,
  level: Level | null,
  skies: readonly Sky[],
  at: number,
): boolean {
  if (level !== 'blue' && level !== 'yellow') return false;
  const above = skies
    .flatMap((sky) => over(person, ward, sky.counted))
    .filter((each) => each.level === level);
  // A look that broke off may have remembered it before: as early as an office showed it.
  const seen = above.map(({ message, firstSeenAt }) =>
    Math.min(firstSeenAt, ...Object.values(message.shownAt)),
  );
  return seen.length > 0 && seen.every((shownAt) => at < shownAt + WAIT_MS - MINUTE);
}

/** What is wrong with a text that was taken at `at` for this person; null if nothing is. */
function faultOf(
  words: Words,
  person: Person,
  ward: Ward,
  at: number,
  calm: Calm,
): [Finding['kind'], string] | null {
  const { exam } = ward;
  const sessions = own(exam, person.sessionIds);
  if (inPaper(sessions, at)) return ['other', 'during a paper'];
  const lastAdmits = Math.max(...sessions.map((session) => session.admitFrom));
  const lastEnds = Math.max(...sessions.map((session) => session.endsAt));
  if (at >= (words.kind === 'all-clear' ? lastEnds : lastAdmits)) return ['after-deadline', 'too late'];
  // What was let go in time may still be on its way when the night begins.
  const level = words.kind === 'reminder' ? words.level : null;
  if (isQuiet(level, at, exam) && isQuiet(level, at - SLACK_MS, exam)) return ['other', 'in the quiet hours'];
  const back = calm.reach(at);
  const skies = ward.skies.filter((sky) => sky.at >= back && sky.at <= at);
  if (words.kind === 'all-clear') {
    const clear = skies.some(
      (sky) =>
        !isMatterOpen(ward, person.siteId, sky.at) &&
        anythingOver(person, ward, sky.counted).every(({ sure, blind }) => !sure && !blind),
    );
    return clear ? null : ['other', 'an all-clear while something holds'];
  }
  if (words.kind === 'reminder' && isTooEarly(person, ward, words.level, skies, at)) {
    return ['other', 'before it had waited for others'];
  }
  const holds = skies.some((sky) => {
    const above = over(person, ward, sky.counted);
    const sure = highest(above.filter((each) => each.sure));
    return COLOURS.some(
      (colour) =>
        colour === words.level &&
        (colour === sure ||
          above.some((each) => !each.sure && each.level === colour && rank(colour) > rank(sure))),
    );
  });
  return holds ? null : ['other', `nothing of ${words.level} holds`];
}
