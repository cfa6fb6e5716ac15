/** One warning as remembered: what each feed and each officer said of it, and the one view merged from all of them. */
import { assert } from '../outcome.ts';
import { civil, DAY, MINUTE } from '../time.ts';
import { bounded } from './coarse.ts';
import { YEAR_MIN } from './spelling.ts';
import { FEEDS, type FeedId, higher, type Message, type Warning } from './warning.ts';

/**
 * What an officer said of a message: all of it where he entered it, what he set right where he corrected it, and
 * nothing where he only confirmed it. It stands over every version that was issued before he spoke.
 */
export interface HandWord {
  by: string;
  at: number;
  fields: Partial<Omit<Message, 'id'>>;
}

/** Each feed's newest version of the message, so that provenance is kept and any order of arrival merges alike. */
export interface WarningRecord {
  id: string;
  /** First sight in any feed. */
  firstSeenAt: number;
  said: { [feed in FeedId]?: { warning: Warning; firstAt: number } };
  /** By chain and place in it, where each word is recorded. */
  words?: Record<string, HandWord>;
}

/** The merged message and where it was seen. */
export interface Revision {
  id: string;
  warning: Message;
  firstSeenAt: number;
  feeds: FeedId[];
  /** The person who last entered, confirmed or corrected it by hand; such a warning counts as official. */
  enteredBy: string | null;
  /** Place in its thread: the identifier's own stamp where it has one, since feeds differ by minutes on the rest. */
  order: number;
}

export function remember(known: WarningRecord | null, warning: Warning, now: number): WarningRecord {
  const earlier = known?.said[warning.feed];
  const newest = earlier && compareVersions(earlier.warning, warning) >= 0 ? earlier.warning : warning;
  return {
    ...known,
    id: warning.id,
    firstSeenAt: Math.min(known?.firstSeenAt ?? now, now),
    said: {
      ...known?.said,
      [warning.feed]: { warning: newest, firstAt: Math.min(earlier?.firstAt ?? now, now) },
    },
  };
}

/** A word under its key is remembered once, in any order. */
export function rememberWord(
  known: WarningRecord | null,
  id: string,
  key: string,
  word: HandWord,
): WarningRecord {
  const record = known ?? { id, firstSeenAt: word.at, said: {} };
  return { ...record, words: { ...record.words, [key]: word } };
}

/** Whether a feed has said it or an officer entered it whole; a mere correction of what is forgotten is nothing. */
export function isWhole(record: WarningRecord): boolean {
  return Object.keys(record.said).length > 0 || wordsOf(record).some(({ fields }) => fields.issuer);
}

function wordsOf(record: WarningRecord): HandWord[] {
  return Object.entries(record.words ?? {})
    .sort(([a, one], [b, other]) => one.at - other.at || (a < b ? -1 : 1))
    .map(([, word]) => word);
}

/** How far ahead of ours the clock of an office may be: more than any mistaken time zone. */
export const CLOCK_AHEAD_MS = DAY;

/** References that are remembered, the last ones: chains go from each message to the one before it. */
const REFERENCES_MAX = 100;

/** Issues that are remembered: more say nothing more. */
const ISSUES_MAX = 50;

/**
 * The message as it is remembered: within one stored item, and without a date in the future, which would outrank
 * every later version.
 */
export function memorable(warning: Warning, now: number): Warning {
  return {
    ...warning,
    areas: bounded(warning.areas, warning.issuer.adcode),
    references: warning.references.slice(-REFERENCES_MAX),
    issues: warning.issues.slice(0, ISSUES_MAX),
    issuedAt: (warning.issuedAt ?? 0) <= now + CLOCK_AHEAD_MS ? warning.issuedAt : null,
  };
}

/** True if remembering `warning` would change nothing that anybody reads. */
export function isKnown(known: WarningRecord | null, warning: Warning): boolean {
  const earlier = known?.said[warning.feed];
  return earlier !== undefined && compareVersions(earlier.warning, warning) >= 0;
}

/** Two sights of one message joined; the same whichever comes first. */
export function join(a: WarningRecord, b: WarningRecord): WarningRecord {
  let joined: WarningRecord = { ...a, firstSeenAt: Math.min(a.firstSeenAt, b.firstSeenAt) };
  if (b.words) joined.words = { ...joined.words, ...b.words };
  for (const said of Object.values(b.said)) joined = remember(joined, said.warning, said.firstAt);
  return joined;
}

/** Feeds date one message up to five minutes apart; versions further apart are a message that was changed. */
export const SAME_VERSION_MS = 5 * MINUTE;

/**
 * The view of one record: the latest version decides (of one minute, the catalogue's first). Of the versions of its time the higher level is taken, and a
 * cancel believed only where none of them says otherwise. What the latest leaves unsaid, any other may say.
 */
export function revision(record: WarningRecord): Revision {
  let seen = REVISIONS.get(record);
  if (!seen) {
    seen = merged(record);
    REVISIONS.set(record, seen);
  }
  return seen;
}

/** A record is never written into, so its view is worked out once, however many districts look at it. */
const REVISIONS = new WeakMap<WarningRecord, Revision>();

function merged(record: WarningRecord): Revision {
  const words = wordsOf(record);
  const versions = Object.values(record.said)
    .map((said) => said.warning)
    .sort((a, b) => (b.issuedAt ?? 0) - (a.issuedAt ?? 0) || FEEDS.indexOf(a.feed) - FEEDS.indexOf(b.feed));
  const newest: Message = versions[0] ?? entered(record.id, words);
  const warning = { ...newest };
  for (const other of versions) {
    if (isSameVersion(newest, other)) {
      warning.level = higher(warning.level, other.level);
      if (warning.action === 'cancel' && other.action !== 'cancel') warning.action = other.action;
      if (warning.status !== 'actual' && other.status === 'actual') warning.status = other.status;
      warning.expiresAt = latest(warning.expiresAt, other.expiresAt);
    }
    if (warning.hazard === 'other') warning.hazard = other.hazard;
    warning.expiresAt ??= other.expiresAt;
    warning.text ||= other.text;
    if (warning.references.length === 0) warning.references = other.references;
    if (warning.areas.length === 0) warning.areas = other.areas;
  }
  const stand = words.filter(({ at }) => at >= (newest.issuedAt ?? 0) || versions.length === 0);
  for (const { fields } of stand) Object.assign(warning, fields);
  return {
    id: record.id,
    warning,
    firstSeenAt: record.firstSeenAt,
    feeds: (Object.keys(record.said) as FeedId[]).sort(),
    enteredBy: stand.at(-1)?.by ?? null,
    order: orderOf(record, newest),
  };
}

/** The message as officers alone gave it: the first word that gave it whole, and what was set right since. */
function entered(id: string, words: HandWord[]): Message {
  const whole = words.filter(({ fields }) => fields.issuer);
  assert(whole.length > 0, `nobody said ${id}`);
  return Object.assign({ id }, ...whole.map(({ fields }) => fields)) as Message;
}

function orderOf({ id, firstSeenAt }: WarningRecord, { issuedAt }: Pick<Warning, 'issuedAt'>): number {
  const stamp = stampOf(id);
  return (stamp !== null && stamp <= firstSeenAt + CLOCK_AHEAD_MS ? stamp : issuedAt) ?? firstSeenAt;
}

/** The Beijing-time stamp inside a national identifier (`adcode+dept…_yyyyMMddHHmmss`), or null. */
export function stampOf(id: string): number | null {
  const match = /^\d{6}\d*_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:_\d+)?$/.exec(id);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const at = Date.UTC(year, month - 1, day, hour, minute, second) - 8 * 60 * MINUTE;
  const back = civil(at);
  const exists = back.day === day && back.month === month && back.hour === hour;
  return exists && year >= YEAR_MIN ? at : null;
}

/** Three letters of the identifier name the issuing department (GB/T 4657: 416 weather, 332 water); null elsewhere. */
export function departmentOf(id: string): string | null {
  return /^\d{6}(\d{3})\d*_\d{14}/.exec(id)?.[1] ?? null;
}

function latest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

/** Whether two feeds tell of one version; a feed that does not date it speaks of the one in hand. */
function isSameVersion(newest: Message, other: Warning): boolean {
  if (newest.issuedAt === null || other.issuedAt === null) return true;
  return newest.issuedAt - other.issuedAt <= SAME_VERSION_MS;
}

/** A total order of one feed's versions: by issue time, then by content, so that any order of arrival picks the same. */
function compareVersions(a: Warning, b: Warning): number {
  const byTime = (a.issuedAt ?? 0) - (b.issuedAt ?? 0);
  if (byTime !== 0) return byTime;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
