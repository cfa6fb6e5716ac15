/** What is known of a feed: when it last answered well, what it lists, and whether its silence must be told. */
import { DAY, MINUTE } from '../time.ts';
import type { FeedId } from './warning.ts';

export interface FeedRecord {
  feed: FeedId;
  kind: 'set' | 'window' | 'tracks';
  official: boolean;
  silentAfterMs: number;
  firstPolledAt: number;
  /** Last answer that was understood, or 304. */
  lastGoodAt: number | null;
  /** Why the last answer was no good; null if it was. */
  brokenReason: string | null;
  /** Last time the content differed from the time before. */
  newestContentAt: number | null;
  /** Set feeds only: identifiers in the last complete reading; null before the first. */
  listed: string[] | null;
  /** Set feeds only: once listed and since missing, with the first complete reading that lacked each. */
  missing: Record<string, number>;
  lastCompleteAt: number | null;
  /** Set feeds only: whether every entry of the last good reading was understood; a 304 repeats it either way. */
  complete?: boolean;
  etag: string | null;
  lastModified: string | null;
  /** Version of the parser that read the stored validators' content; a newer parser reads again. */
  parserVersion: string | null;
  contentHash: string | null;
  /** When a relay last brought a good answer; absent: never. */
  relayedAt?: number;
  /** When the feed last said something new that nobody could read or place; absent: never. */
  unreadAt?: number;
  /** Index feeds only: documents that were taken already, of those the index still lists. */
  taken?: string[];
  /** And those that were asked for in vain. */
  lacking?: string[];
}

export type FeedState = 'fresh' | 'quiet' | 'stale' | 'broken';

/** A set lapses a warning only after two complete readings without it at least this far apart. */
export const LAPSE_SPAN_MS = 5 * MINUTE;

/** Without new content for this long a feed in good contact is `quiet`: signals are renewed daily in any storm. */
export const QUIET_AFTER_MS = DAY;

/** How long a warning missing from a set is remembered as such: longer than warnings are looked back at, or it would count again. */
export const MISSING_KEPT_MS = 14 * DAY;

export function feedState(record: FeedRecord, now: number): FeedState {
  if (record.brokenReason !== null) return 'broken';
  if (now - (record.lastGoodAt ?? record.firstPolledAt) >= record.silentAfterMs) return 'stale';
  return now - (record.newestContentAt ?? record.firstPolledAt) >= QUIET_AFTER_MS ? 'quiet' : 'fresh';
}

/** Whether what the feed lists and leaves out may be believed now: blind is not calm. */
export function canSee(record: FeedRecord, now: number): boolean {
  const state = feedState(record, now);
  return state === 'fresh' || state === 'quiet';
}

/** Whether a relay stands for the site, whose own failures then say nothing. */
export function isRelayed(record: FeedRecord, now: number): boolean {
  return record.relayedAt !== undefined && now - record.relayedAt < record.silentAfterMs;
}

/** Since when the feed has given no good answer, once that is longer than its own limit; else null. */
export function silentSince(record: FeedRecord, now: number): number | null {
  const since = record.lastGoodAt ?? record.firstPolledAt;
  return now - since >= record.silentAfterMs ? since : null;
}

/** What a good answer lists: for a set its identifiers, for other kinds null. */
export interface Listing {
  contentHash: string;
  listed: readonly string[] | null;
  /** False where an entry could not be understood: what is missing may stand there. */
  complete: boolean;
}

/** A good answer; unchanged content repeats the last. */
export function afterGoodAnswer(record: FeedRecord, now: number, answer: Listing | 'unchanged'): FeedRecord {
  const next: FeedRecord = { ...record, lastGoodAt: now, brokenReason: null };
  if (answer !== 'unchanged' && answer.contentHash !== record.contentHash) {
    next.contentHash = answer.contentHash;
    next.newestContentAt = now;
  }
  const { complete, listed } =
    answer === 'unchanged' ? { complete: record.complete ?? true, listed: record.listed } : answer;
  if (listed === null) return next;
  if (!complete) return { ...withListed(next, listed), complete };
  const present = new Set(listed);
  const missing: Record<string, number> = {};
  for (const id of record.listed ?? []) if (!present.has(id)) missing[id] = now;
  for (const [id, at] of Object.entries(record.missing)) {
    if (!present.has(id) && now - at < MISSING_KEPT_MS) missing[id] = at;
  }
  return { ...next, listed: [...listed], missing, lastCompleteAt: now, complete };
}

/** A bad answer; what it did show, before it broke off, is listed all the same. */
export function afterBadAnswer(
  record: FeedRecord,
  reason: string,
  shown: readonly string[] = [],
): FeedRecord {
  const next = { ...record, brokenReason: reason };
  return record.kind === 'set' && shown.length > 0 ? withListed(next, shown) : next;
}

/** More is listed than was known; nothing is missing on the word of half a reading. */
function withListed(record: FeedRecord, more: readonly string[]): FeedRecord {
  const listed = new Set([...(record.listed ?? []), ...more]);
  const missing = Object.entries(record.missing).filter(([id]) => !listed.has(id));
  return { ...record, listed: [...listed], missing: Object.fromEntries(missing) };
}

/** Whether this set feed has dropped the warning for good: two complete readings without it, far enough apart. */
export function hasDropped(record: FeedRecord, id: string): boolean {
  const since = record.missing[id];
  return since !== undefined && (record.lastCompleteAt ?? since) - since >= LAPSE_SPAN_MS;
}
