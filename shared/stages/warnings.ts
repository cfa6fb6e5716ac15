/** The warnings and feeds as remembered: read whole for a decision, written one item at a time. */
import type { Item, Key, Store } from '../io/ports.ts';
import { getAll, queryAll } from '../io/query-all.ts';
import { Fault } from '../outcome.ts';
import { DAY, localDay } from '../time.ts';
import type { FeedRecord } from '../warning/health.ts';
import {
  type HandWord,
  isKnown,
  isWhole,
  join,
  remember,
  rememberWord,
  type WarningRecord,
} from '../warning/record.ts';
import { FEEDS, type FeedId, type Warning } from '../warning/warning.ts';

/** How far back warnings are looked at: a plan's window opens 7 days before the exam, and the longest signals last days. */
export const WARNING_DAYS = 10;

/** Writers of one warning meet at most a few times: one per feed. */
const REMEMBER_ATTEMPTS_MAX = 10;

type StoredWarning = Item & { record: WarningRecord; revision: number };
type StoredFeed = Item & { record: FeedRecord };

/**
 * Every warning first seen in the last days, or tomorrow by the clock of another process; two sights of one warning
 * (around midnight) are joined.
 */
export async function loadWarnings(store: Store, now: number): Promise<readonly WarningRecord[]> {
  const days = Array.from({ length: WARNING_DAYS + 2 }, (_, back) => localDay(now + (1 - back) * DAY));
  const found = await Promise.all(days.map((day) => queryAll<StoredWarning>(store, 'warnings', day)));
  const before = READ.get(store);
  const items = found
    .reverse()
    .flat()
    .map((item, place) => {
      const was = before?.items[place];
      return was && was.revision === item.revision && was.sk === item.sk && was.pk === item.pk ? was : item;
    });
  if (before?.items.length === items.length && items.every((item, place) => item === before.items[place]))
    return before.records;
  const byId = new Map<string, WarningRecord>();
  for (const { record } of items) {
    const known = byId.get(record.id);
    byId.set(record.id, known ? join(known, record) : record);
  }
  const records = [...byId.values()].filter(isWhole);
  READ.set(store, { items, records });
  return records;
}

/** What a warm process read last: while nothing is new it is the same list, of which all that follows is known. */
const READ = new WeakMap<Store, { items: (StoredWarning & Key)[]; records: readonly WarningRecord[] }>();

/** Remembers one message; true if it said anything new. */
export async function rememberWarning(
  store: Store,
  known: WarningRecord | null,
  warning: Warning,
  now: number,
): Promise<boolean> {
  if (isKnown(known, warning)) return false;
  const key: Key = { pk: localDay(known?.firstSeenAt ?? now), sk: warning.id };
  return await change(store, key, (stored) =>
    isKnown(stored, warning) ? null : remember(stored, warning, now),
  );
}

/** An officer's word, recorded in a chain, laid beside what the feeds say; laid again it changes nothing. */
export async function layWord(store: Store, id: string, key: string, word: HandWord): Promise<void> {
  await change(store, { pk: localDay(word.at), sk: id }, (stored) =>
    stored?.words?.[key] ? null : rememberWord(stored, id, key, word),
  );
}

/** Replaces a record by what `to` makes of it; false where that is nothing new. */
async function change(
  store: Store,
  key: Key,
  to: (stored: WarningRecord | null) => WarningRecord | null,
): Promise<boolean> {
  for (let attempt = 0; attempt < REMEMBER_ATTEMPTS_MAX; attempt += 1) {
    const stored = await store.get<StoredWarning>('warnings', key);
    const record = to(stored?.record ?? null);
    if (record === null) return false;
    const item = { ...key, record, revision: (stored?.revision ?? 0) + 1 };
    const won = stored
      ? await store.replaceIf('warnings', item, { revision: stored.revision })
      : await store.putIfAbsent('warnings', item);
    if (won) return true;
  }
  throw new Fault('warning-lost-every-race', { retryable: true });
}

export async function loadFeeds(store: Store): Promise<FeedRecord[]> {
  const items = await getAll<StoredFeed>(store, 'feeds', FEEDS.map(feedKey));
  return items.map(({ record }) => record).sort((a, b) => FEEDS.indexOf(a.feed) - FEEDS.indexOf(b.feed));
}

export async function loadFeed(store: Store, feed: FeedId): Promise<FeedRecord | null> {
  const item = await store.get<StoredFeed>('feeds', feedKey(feed));
  return item?.record ?? null;
}

/** One poller writes a feed at a time; a second one at the same minute writes the same. */
export async function saveFeed(store: Store, record: FeedRecord): Promise<void> {
  await store.put('feeds', { ...feedKey(record.feed), record });
}

function feedKey(feed: FeedId): Key {
  return { pk: feed, sk: '-' };
}
