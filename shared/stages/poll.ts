/** One look at one feed: read, keep raw, understand, remember, and let every district decide. */

import { digest } from '../activation/seal.ts';
import type { FeedAnswer, Item, Key, Ports } from '../io/ports.ts';
import { inParallel } from '../parallel.ts';
import { localDay, MINUTE, SECOND } from '../time.ts';
import { CATALOGUE } from '../warning/catalogue.ts';
import { isPlaced, issuerAdcode } from '../warning/compose.ts';
import { NATION, tierOf } from '../warning/divisions.ts';
import { afterBadAnswer, afterGoodAnswer, type FeedRecord, isRelayed } from '../warning/health.ts';
import { wordsOnPage } from '../warning/nmc-alarm.ts';
import { parseReading } from '../warning/parse.ts';
import { emptyReading } from '../warning/reading.ts';
import { memorable, revision, type WarningRecord } from '../warning/record.ts';
import type { Entry, FeedId, Parsed, Warning } from '../warning/warning.ts';
import { decideAll } from './deciding.ts';
import { charges } from './office.ts';
import { loadFeed, loadWarnings, rememberWarning, saveFeed } from './warnings.ts';

/** Changes when a parser understands more than before: stored validators of an older one are not sent. */
export const PARSER_VERSION = '1';

/** Documents and further pages fetched in one look; the rest follow at the next, a minute later. */
export const FETCHES_PER_POLL_MAX = 60;

/** Documents fetched at once. */
const FETCHES_AT_ONCE = 4;

/**
 * Machine time after the feed's own answer in which further fetches begin. With the last one's limit it is a minute,
 * so a look at a slow site ends before its function does, and the rest follow at the next.
 */
export const LOOK_MS = 30 * SECOND;

/** Raw text kept of one unreadable entry, in characters: enough for a person to read it. */
export const QUARANTINE_CHARACTERS_MAX = 20_000;

/** Objects of a relay taken in one look; the rest follow at the next. */
const RELAYED_PER_POLL_MAX = 10;

/** Faults when nothing could be remembered; what the office or the network did is the feed's state, never a fault. */
export async function poll(ports: Ports, feed: FeedId): Promise<void> {
  const now = ports.clock.now();
  const catalogued = newRecord(ports, feed, now);
  const { kind, official, silentAfterMs } = catalogued;
  // What the catalogue says of a feed may be put right at any time.
  const stored = { ...catalogued, ...(await loadFeed(ports.store, feed)), kind, official, silentAfterMs };
  const relayed = await takeRelayed(ports, stored, now);
  const record = relayed.next;
  const sameParser = record.parserVersion === PARSER_VERSION;
  const answer = await ports.feeds.read({
    feed,
    link: null,
    etag: sameParser ? record.etag : null,
    lastModified: sameParser ? record.lastModified : null,
  });
  let { heard } = relayed;
  if (answer.kind !== 'not-yet' && !(answer.kind === 'failed' && isRelayed(record, now))) {
    const taken = await take(ports, record, answer, now);
    await saveFeed(ports.store, taken.next);
    tell(ports, answer.kind, taken.next);
    heard += taken.heard;
  }
  // Nothing new leaves the decision to the sweep, which asks it every minute anyway.
  if (heard > 0) await decideAll(ports);
}

function tell(ports: Ports, answer: string, { feed, brokenReason, listed }: FeedRecord): void {
  ports.log('feed.read', { feed, answer, broken: brokenReason, listed: listed?.length ?? null });
}

/**
 * What a relay brought since the last look, in the order of its names: `inbox/<feed>/…` holds answers as the site
 * gave them. Each is removed once it is remembered, and then stands among the readings.
 */
async function takeRelayed(ports: Ports, record: FeedRecord, now: number): Promise<Taken> {
  const { feed } = record;
  let taken: Taken = { next: record, heard: 0 };
  for (const key of (await ports.blobs.list(`inbox/${feed}/`)).slice(0, RELAYED_PER_POLL_MAX)) {
    const bytes = await ports.blobs.get(key);
    // Another look at the same minute took it.
    if (!bytes) continue;
    const answer = { kind: 'body', bytes, contentType: null, etag: null, lastModified: null } as const;
    const { next, heard } = await take(ports, taken.next, answer, now);
    taken = {
      next: next.brokenReason === null ? { ...next, relayedAt: now } : next,
      heard: taken.heard + heard,
    };
    await saveFeed(ports.store, taken.next);
    tell(ports, 'relayed', taken.next);
    await ports.blobs.remove(key);
  }
  return taken;
}

function newRecord(ports: Ports, feed: FeedId, now: number): FeedRecord {
  const { kind, official, silentAfterMinutes } = CATALOGUE[feed];
  return {
    feed,
    kind,
    official: ports.feeds.isOfficial?.(feed) ?? official,
    silentAfterMs: silentAfterMinutes * MINUTE,
    firstPolledAt: now,
    lastGoodAt: null,
    brokenReason: null,
    newestContentAt: null,
    listed: null,
    missing: {},
    lastCompleteAt: null,
    etag: null,
    lastModified: null,
    parserVersion: null,
    contentHash: null,
  };
}

interface Taken {
  next: FeedRecord;
  /** Messages that said anything new. */
  heard: number;
}

async function take(
  ports: Ports,
  record: FeedRecord,
  answer: Exclude<FeedAnswer, { kind: 'not-yet' }>,
  now: number,
): Promise<Taken> {
  const bad = (reason: string): Taken => ({ next: afterBadAnswer(record, reason), heard: 0 });
  if (answer.kind === 'failed') return bad(answer.reason);
  if (answer.kind === 'unchanged') {
    if (record.contentHash === null) return bad('unchanged-before-any-content');
    return { next: afterGoodAnswer(record, now, 'unchanged'), heard: 0 };
  }
  const contentHash = digest(answer.bytes);
  // Most answers repeat the one before.
  if (contentHash !== record.contentHash) await keepRaw(ports, record.feed, contentHash, answer.bytes, now);
  const first = parseReading(record.feed, answer.bytes, { now, contentType: answer.contentType });
  if (first.state === 'broken') return bad(first.reason ?? 'unreadable');
  const until = ports.clock.machine() + LOOK_MS;
  const pages = [first, ...(await furtherPages(ports, record.feed, first, now, until))];
  const documents = await documentsOf(ports, record, first.entries, now, until);
  const broken = pages.find((each) => each.state === 'broken');
  const whole = [...pages, ...documents.readings].filter((each) => each.state === 'ok');
  const heard = await remember(ports, record.feed, whole, now, until);
  const unread = await setAside(ports, record.feed, whole, now);
  const ids = whole.flatMap((each) => each.warnings.map((warning) => warning.id));
  // A page that never came, or that tells another count: what is missing may stand there.
  if (broken && record.kind === 'set') {
    return { next: { ...afterBadAnswer(record, broken.reason ?? 'incomplete', ids), ...unread }, heard };
  }
  const index = first.entries.length > 0 && { taken: documents.taken, lacking: documents.lacking };
  // An index alone says nothing of what stands in its documents.
  if (documents.failed !== null) {
    const blind = { ...afterBadAnswer(record, documents.failed), etag: null, lastModified: null };
    return { next: { ...blind, parserVersion: PARSER_VERSION, ...index, ...unread }, heard };
  }
  const complete = whole.every((each) => each.quarantined.length === 0) && hasAllRows(first, pages);
  const listed = record.kind === 'set' ? ids : null;
  const next: FeedRecord = {
    ...afterGoodAnswer(record, now, { contentHash, listed, complete }),
    // With documents left to fetch the index must be read again, though it says the same.
    etag: documents.left ? null : answer.etag,
    lastModified: documents.left ? null : answer.lastModified,
    parserVersion: PARSER_VERSION,
    ...index,
    ...unread,
  };
  return { next, heard };
}

/** Whether a list that says how long it is has brought that many rows. */
function hasAllRows(first: Parsed, pages: Parsed[]): boolean {
  if (first.page === null) return true;
  return pages.reduce((rows, { warnings }) => rows + warnings.length, 0) === first.page.count;
}

/** A reading is kept under its hash: the same content is kept once, and a person can look at what was said. */
async function keepRaw(
  ports: Ports,
  feed: FeedId,
  hash: string,
  bytes: Uint8Array,
  now: number,
): Promise<void> {
  await ports.blobs.put(`readings/${feed}/${localDay(now)}/${hash}`, bytes);
}

/** The pages after the first, to the first that is no good: one that tells another count belongs to another list. */
async function furtherPages(
  ports: Ports,
  feed: FeedId,
  first: Parsed,
  now: number,
  until: number,
): Promise<Parsed[]> {
  const pages: Parsed[] = [];
  for (let page = 2; page <= (first.page?.of ?? 1); page += 1) {
    const inTime = page <= FETCHES_PER_POLL_MAX && ports.clock.machine() < until;
    const further = inTime
      ? (await fetchPart(ports, feed, `?pageNo=${page}`, now)).reading
      : unread('too-many-pages');
    const agrees = further.state === 'broken' || further.page?.count === first.page?.count;
    pages.push(agrees ? further : { ...further, state: 'broken', reason: 'count-changed' });
    if (pages.at(-1)?.state === 'broken') break;
  }
  return pages;
}

interface Documents {
  readings: Parsed[];
  /** Those of the index that were understood, and need not be fetched again. */
  taken: string[];
  /** Whether some were not. */
  left: boolean;
  /** Those that were asked for in vain: the next look asks for the others first. */
  lacking: string[];
  /** Why one of them did not come, where the office did not say that it is not there. */
  failed: string | null;
}

/**
 * The documents an index points to, each taken once for each time it was updated. A nationwide index is cut by its
 * identifiers to the nation's and our own provinces'; an entry with another identifier may be of anywhere.
 */
async function documentsOf(
  ports: Ports,
  record: FeedRecord,
  entries: Entry[],
  now: number,
  until: number,
): Promise<Documents> {
  if (entries.length === 0) return { readings: [], taken: [], left: false, lacking: [], failed: null };
  const before = new Set(record.parserVersion === PARSER_VERSION ? record.taken : []);
  const provinces = new Set((await charges(ports.store)).map(({ district }) => district.adcode.slice(0, 2)));
  const wanted = entries.filter(({ id }) => {
    const office = issuerAdcode(id) ?? NATION;
    return provinces.size === 0 || office === NATION || provinces.has(office.slice(0, 2));
  });
  const taken = wanted.map(entryKey).filter((key) => before.has(key));
  const lacking = new Set(record.lacking);
  const fresh = wanted
    .filter((entry) => !before.has(entryKey(entry)))
    .sort((a, b) => Number(lacking.has(entryKey(a))) - Number(lacking.has(entryKey(b))))
    .slice(0, FETCHES_PER_POLL_MAX);
  const parts: Part[] = [];
  await inParallel(fresh.entries(), FETCHES_AT_ONCE, async ([place, { link }]) => {
    if (ports.clock.machine() < until) parts[place] = await fetchPart(ports, record.feed, link, now);
  });
  const readings: Parsed[] = [];
  let failed: string | null = null;
  for (const [place, entry] of fresh.entries()) {
    const part = parts[place];
    if (!part) continue;
    const { came, reading } = part;
    const isWhole = reading.state === 'ok' && reading.quarantined.length === 0;
    if (isWhole) taken.push(entryKey(entry));
    else lacking.add(entryKey(entry));
    if (reading.state === 'ok') readings.push(reading);
    else if (came || NOT_THERE.test(reading.reason ?? '')) {
      // One document that cannot be read is set aside and asked for again; the others count.
      const raw = `${entry.link} ${reading.reason}`;
      readings.push({ ...reading, state: 'ok', quarantined: [{ path: entry.link, raw }] });
    } else failed ??= reading.reason;
  }
  const done = new Set(taken);
  const open = wanted.map(entryKey).filter((key) => !done.has(key));
  const left = open.length > 0;
  return { readings, taken, left, lacking: open.filter((key) => lacking.has(key)), failed };
}

/** A link that an index gives again with a later time has new content. */
function entryKey({ link, updatedAt }: Entry): string {
  return `${updatedAt ?? '-'} ${link}`;
}

/** Answers by which an office says that there is no such document. */
const NOT_THERE = /^http-4(?:04|10)$/;

interface Part {
  came: boolean;
  reading: Parsed;
}

async function fetchPart(ports: Ports, feed: FeedId, link: string, now: number): Promise<Part> {
  const answer = await fetched(ports, feed, link, now);
  if (answer.kind === 'body') {
    return {
      came: true,
      reading: parseReading(feed, answer.bytes, { now, contentType: answer.contentType }),
    };
  }
  const reason = answer.kind === 'failed' ? answer.reason : `unexpected-${answer.kind}`;
  return { came: false, reading: unread(reason) };
}

/** What stands behind a link of a feed, which is kept. */
async function fetched(ports: Ports, feed: FeedId, link: string, now: number): Promise<FeedAnswer> {
  const answer = await ports.feeds.read({ feed, link, etag: null, lastModified: null });
  if (answer.kind === 'body') await keepRaw(ports, feed, digest(answer.bytes), answer.bytes, now);
  return answer;
}

function unread(reason: string): Parsed {
  return { state: 'broken', reason, ...emptyReading() };
}

/** Stores what the readings say; returns how many messages said anything new. */
async function remember(
  ports: Ports,
  feed: FeedId,
  readings: Parsed[],
  now: number,
  until: number,
): Promise<number> {
  let heard = 0;
  const all = readings.flatMap((reading) => reading.warnings);
  if (all.length === 0) return heard;
  const known = new Map((await loadWarnings(ports.store, now)).map((record) => [record.id, record]));
  for (const said of all) {
    const before = known.get(said.id) ?? null;
    const warning = memorable(
      { ...said, text: said.text || (await wordsOf(ports, said, before, now, until)) },
      now,
    );
    const isNew = await rememberWarning(ports.store, before, warning, now);
    if (isNew) {
      heard += 1;
      ports.log('warning.heard', { id: warning.id, feed, action: warning.action, level: warning.level });
    }
  }
  return heard;
}

/** The words of a province's warning whose list has titles alone: how far it reaches stands in them. */
async function wordsOf(
  ports: Ports,
  { id, feed, issuer }: Warning,
  known: WarningRecord | null,
  now: number,
  until: number,
): Promise<string> {
  const { words } = CATALOGUE[feed];
  if (words === undefined || tierOf(issuer.adcode ?? '') !== 'province') return '';
  if ((known && revision(known).warning.text !== '') || ports.clock.machine() >= until) return '';
  const page = await fetched(ports, feed, `${words}${id}.html`, now);
  return page.kind === 'body' ? wordsOnPage(page.bytes) : '';
}

/**
 * Keeps for a person what could not be read, and each warning that is nowhere: it is remembered, but reaches no
 * site by itself. Says whether there was anything new.
 */
async function setAside(
  ports: Ports,
  feed: FeedId,
  readings: Parsed[],
  now: number,
): Promise<Pick<FeedRecord, 'unreadAt'>> {
  const nowhere = readings
    .flatMap((reading) => reading.warnings)
    .filter(
      ({ status, action, areas }) => status === 'actual' && action !== 'cancel' && !areas.some(isPlaced),
    )
    .map(({ id, headline, areas, text }) => ({
      path: id,
      raw: [headline, ...areas.map(({ name }) => name), text].join('\n'),
    }));
  let isNew = false;
  for (const { path, raw } of [...readings.flatMap((reading) => reading.quarantined), ...nowhere]) {
    const item: Item & Key = {
      pk: feed,
      sk: digest(raw),
      path,
      raw: raw.slice(0, QUARANTINE_CHARACTERS_MAX),
      firstSeenAt: now,
    };
    if (!(await ports.store.putIfAbsent('quarantine', item))) continue;
    isNew = true;
    ports.log('entry.quarantined', { feed, path });
  }
  return isNew ? { unreadAt: now } : {};
}
