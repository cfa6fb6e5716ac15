/** What the office owes itself: posts told of a start and a raise, due times, silent feeds, reasons. */
import type { Effect, SealedEvent } from '../../shared/activation/events.ts';
import { open } from '../../shared/activation/seal.ts';
import type { NoticeKind } from '../../shared/notice/notice.ts';
import type { Person, Post } from '../../shared/plan/exam.ts';
import { atMinute, localDay, MINUTE } from '../../shared/time.ts';
import { type Colour, type Level, rank } from '../../shared/warning/warning.ts';
import type { Lived } from './drive.ts';
import {
  type Calm,
  concerns,
  type Finding,
  highest,
  isOver,
  rosterAt,
  type Sky,
  SLACK_MS,
  type Ward,
} from './oracle.ts';
import { inWindow, isNight } from './rules.ts';

interface Owed {
  post: Post;
  kind: NoticeKind;
  /** Blue and yellow wait for the morning. */
  sleeps: boolean;
}

const OF_DISTRICT: readonly Owed[] = [
  { post: 'duty-officer', kind: 'duty', sleeps: false },
  { post: 'commander', kind: 'command-brief', sleeps: true },
  { post: 'deputy', kind: 'command-brief', sleeps: true },
  { post: 'office', kind: 'command-brief', sleeps: true },
  { post: 'liaison', kind: 'linkage', sleeps: false },
  { post: 'partner', kind: 'linkage', sleeps: false },
  { post: 'assessment', kind: 'assessment', sleeps: false },
];
const OF_SITE: readonly Owed[] = [{ post: 'site-lead', kind: 'duty', sleeps: true }];

/** Minutes from a level's start to the due time. */
const DUE: Record<string, Record<Colour, number>> = {
  duty: { blue: 60, yellow: 30, orange: 15, red: 10 },
  linkage: { blue: 240, yellow: 120, orange: 60, red: 30 },
  assessment: { blue: 240, yellow: 120, orange: 60, red: 30 },
  'site-safety-check': { blue: 720, yellow: 360, orange: 180, red: 60 },
  shelter: { blue: 360, yellow: 240, orange: 120, red: 60 },
};

/** Staff get at most this many SMS a day; then they are called. */
const STAFF_SMS_PER_DAY = 8;

/** Every post hears of a start and of each raise; the night rule lets all but the duty officer sleep. */
export function judgeDuties(lived: Lived, ward: Ward, calm: Calm): Finding[] {
  const everywhere = { siteId: null, over: (sky: Sky) => sky.counted };
  const places = ward.sites.map((site) => ({
    siteId: site.id,
    over: (sky: Sky) => sky.counted.filter((each) => isOver(each, site)),
  }));
  return [
    ...risesOf(lived, ward, calm, everywhere, OF_DISTRICT),
    ...places.flatMap((place) => risesOf(lived, ward, calm, place, OF_SITE)),
  ];
}

interface Place {
  siteId: string | null;
  over: (sky: Sky) => Sky['counted'];
}

function risesOf(lived: Lived, ward: Ward, calm: Calm, place: Place, owed: readonly Owed[]): Finding[] {
  const findings: Finding[] = [];
  let top: Level | null = null;
  for (const [index, sky] of ward.skies.entries()) {
    const over = place.over(sky);
    if (over.length === 0 || !sky.open) {
      top = null;
      continue;
    }
    const level = highest(over);
    if (level === null || rank(level) <= rank(top)) continue;
    top = level;
    const until = sky.at + SLACK_MS;
    const steady = ward.skies
      .slice(index)
      .filter(({ at }) => at <= until)
      .every(
        (each) =>
          each.open &&
          highest(place.over(each).filter(({ sure }) => sure)) === level &&
          highest(place.over(each)) === level,
      );
    const later = ward.skies.findLast(({ at }) => at <= until);
    if (!steady || !later || !calm.between(sky.at - SLACK_MS, until) || !isNeeded(lived, ward, place, sky.at))
      continue;
    for (const { post, kind, sleeps } of owed) {
      const asleep = sleeps && rank(level) < rank('orange') && isNight(sky.at, ward.exam);
      if (asleep) continue;
      for (const person of rosterAt(lived, ward.exam, sky.at)) {
        if (person.role !== post || person.siteId !== place.siteId || hears(ward, person, kind, sky.at))
          continue;
        findings.push({
          kind: 'lost',
          at: sky.at,
          what: `${ward.chain} ${post} ${person.personId} got no ${kind} of ${level} at ${place.siteId ?? 'the district'}`,
        });
      }
    }
  }
  return findings;
}

/** A site needs nothing after its own last session. */
function isNeeded(lived: Lived, ward: Ward, { siteId }: Place, at: number): boolean {
  if (siteId === null) return true;
  const papers = rosterAt(lived, ward.exam, at)
    .filter((person) => person.siteId === siteId)
    .flatMap(({ sessionIds }) => sessionIds);
  return ward.exam.sessions.some(({ id, endsAt }) => papers.includes(id) && endsAt > at);
}

/** Told since a minute before, or called because the day's SMS are used up. */
function hears(ward: Ward, person: Person, kind: NoticeKind, at: number): boolean {
  const mine = ward.told.filter(
    ({ row }) => row.sk === person.personId || row.also.includes(person.personId),
  );
  return (
    smsOnDay(mine, ward.exam, at) >= STAFF_SMS_PER_DAY ||
    mine.some(
      ({ notice, row, at: when }) =>
        notice.kind === kind && when >= at - MINUTE && when <= at + SLACK_MS && row.state !== 'EXPIRED',
    )
  );
}

/** How many of these fall on the local day of `at`. */
function smsOnDay(told: readonly Ward['told'][number][], { timeZone }: Ward['exam'], at: number): number {
  const day = localDay(at, timeZone);
  return told.filter((each) => localDay(each.at, timeZone) === day).length;
}

/** Nobody of the staff gets more SMS in a day than the plan allows: reminders and escalations give way. */
export function judgeStaffSms(ward: Ward): Finding[] {
  const findings: Finding[] = [];
  const staff = ward.told.filter(({ notice }) => notice.audience.who === 'posts');
  for (const [person, told] of Map.groupBy(staff, ({ row }) => row.sk)) {
    for (const [day, sent] of Map.groupBy(told, ({ at }) => localDay(at, ward.exam.timeZone))) {
      // One of the evening may be tried after midnight, or one of yesterday this morning.
      if (sent.length > STAFF_SMS_PER_DAY + 1)
        findings.push({
          kind: 'other',
          at: sent.at(-1)!.at,
          what: `${ward.chain} ${person} got ${sent.length} SMS on ${day}`,
        });
    }
  }
  return findings;
}

/** Nothing is due later than the plan's span after it was given, the night apart. */
export function judgeDueTimes(lived: Lived, ward: Ward): Finding[] {
  const findings: Finding[] = [];
  for (const sealed of lived.store.items<SealedEvent & Record<string, unknown>>('chain')) {
    if (sealed.pk !== ward.chain) continue;
    const { at, effects } = open(sealed);
    for (const effect of effects) {
      const latest = latestDue(ward, effect, at);
      if (latest === null || effect.kind !== 'tasks-opened' || effect.dueAt <= latest) continue;
      findings.push({
        kind: 'other',
        at,
        what: `${ward.chain} ${effect.step} of ${effect.level} is due too late`,
      });
    }
  }
  return findings;
}

function latestDue({ exam }: Ward, effect: Effect, at: number): number | null {
  if (effect.kind !== 'tasks-opened') return null;
  const spans = DUE[effect.step];
  if (!spans) return null;
  const colour = effect.level === 'unknown' ? 'yellow' : effect.level;
  const sleeps = effect.step === 'duty' && rank(effect.level) < rank('orange') && isNight(at, exam);
  const morning = atMinute(at, 7 * 60 + 30, exam.timeZone);
  const from = !sleeps ? at : morning > at ? morning : atMinute(at, 7 * 60 + 30, exam.timeZone, 1);
  return from + spans[colour] * MINUTE;
}

/** A feed that is silent beyond its limit is told once to the duty officer, in the plan's window. */
export function judgeSilence(ward: Ward, calm: Calm): Finding[] {
  const findings: Finding[] = [];
  const silences = new Map<string, { feed: string; since: number; from: number; told: boolean }>();
  const told = ward.told.filter(({ notice }) => notice.template.startsWith('feed-silent.broken'));
  const officers = ward.told.filter(
    ({ notice: { audience } }) => audience.who === 'posts' && audience.posts.includes('duty-officer'),
  );
  // Of two officers each gets the same.
  const toDuty = officers.filter(({ row }) => row.sk === officers[0]?.row.sk);
  for (const { at, outlook } of ward.skies) {
    if (!inWindow(ward.exam, at)) continue;
    for (const [feed, since] of outlook.silent) {
      const key = `${feed} ${since}`;
      const silence = silences.get(key) ?? { feed, since, from: at, told: false };
      silences.set(key, silence);
      if (silence.told || at - silence.from < SLACK_MS || !calm.between(silence.from, at)) continue;
      silence.told = true;
      // It may have fallen silent yesterday, when the day's SMS were used up.
      const calls = [silence.from, at].some((when) => smsOnDay(toDuty, ward.exam, when) >= STAFF_SMS_PER_DAY);
      if (!calls && !told.some((each) => each.at >= silence.from - MINUTE && each.at <= at + MINUTE)) {
        findings.push({ kind: 'lost', at, what: `${ward.chain} nobody was told that ${feed} is silent` });
      }
    }
  }
  return findings;
}

/** Every message that was read has a reason in every record, and none joins that does not concern it. */
export function judgeReasons(lived: Lived, ward: Ward): Finding[] {
  const findings: Finding[] = [];
  const at = lived.world.end;
  const read = new Set(lived.heard.flatMap(({ takenAt, shows }) => (takenAt === null ? [] : shows)));
  for (const message of lived.world.messages) {
    if (!read.has(message.id)) continue;
    const reason = ward.state.reasons.get(message.id);
    if (reason === undefined)
      findings.push({ kind: 'other', at, what: `${ward.chain}: no word on ${message.id}` });
    if (message.status === 'exercise' && reason !== 'not-actual') {
      findings.push({ kind: 'other', at, what: `${ward.chain}: the drill ${message.id} is ${reason}` });
    }
  }
  const byId = new Map(lived.world.messages.map((message) => [message.id, message]));
  for (const { id, warnings } of ward.state.activations) {
    for (const warning of warnings) {
      const message = byId.get(warning)!;
      // An event that was once shown by its title alone may have joined then.
      const wordless = lived.world.messages.some(
        (each) => each.story === message.story && each.shownAt['nmc-alarm'],
      );
      const seen = { message, level: message.level, sure: true, blind: false, firstSeenAt: 0, wordless };
      if (message.status === 'exercise' || !concerns(seen, ward.district, ward.sites)) {
        findings.push({ kind: 'false-activation', at, what: `${id} holds ${warning}` });
      }
    }
  }
  return findings;
}

/** What an officer stopped or refused stays so: the same text is not made again. */
export function judgeStops(lived: Lived, ward: Ward): Finding[] {
  const findings: Finding[] = [];
  for (const { at, act, refused } of lived.acts) {
    if (act.with?.district !== ward.chain) continue;
    const record = ward.state.notices.get(act.notice ?? '');
    if (refused !== null || !record || (act.does !== 'stop' && act.does !== 'reject')) continue;
    if (record.stoppedAt === null || Math.abs(record.stoppedAt - at) > MINUTE) continue;
    const { kind, level, warningId, audience, slots } = record.notice;
    const again = [...ward.state.notices.values()].find(
      ({ notice }) =>
        notice.createdAt >= at &&
        notice.kind === kind &&
        notice.level === level &&
        notice.warningId === warningId &&
        // A summary of the morning is another than that of the evening before.
        notice.slots.时间 === slots.时间 &&
        JSON.stringify(notice.audience) === JSON.stringify(audience),
    );
    if (again) {
      findings.push({
        kind: 'other',
        at,
        what: `${ward.chain}: what ${act.does} held back is made again as ${again.notice.no}`,
      });
    }
  }
  return findings;
}
