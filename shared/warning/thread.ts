/**
 * Messages of one event in order: issue → update → cancel or lapse. Folded from the records on each look, never
 * stored, so any order and any duplication of the same messages gives the same threads.
 */
import { DAY } from '../time.ts';
import { canSee, type FeedRecord, hasDropped, silentSince } from './health.ts';
import { departmentOf, type Revision, revision, type WarningRecord } from './record.ts';
import type { FeedId } from './warning.ts';

export interface Thread {
  /** Identifier of its first message. */
  id: string;
  /** Oldest first; only the newest can be in force. */
  revisions: Revision[];
}

/** A warning without an end that no set lists is over this long after its issue. */
export const UNENDED_LASTS_MS = DAY;

/**
 * Threads of the actual messages: by reference to an identifier, else by issuer, hazard and product while the
 * thread of that key has not ended. One message that refers to several threads makes them one. Messages of another
 * status thread with nothing: a drill never ends a storm.
 */
export function threads(records: readonly WarningRecord[]): readonly Thread[] {
  let found = THREADS.get(records);
  if (!found) {
    found = threaded(records);
    THREADS.set(records, found);
  }
  return found;
}

/** One list of records is threaded once, however many districts look at it. */
const THREADS = new WeakMap<readonly WarningRecord[], readonly Thread[]>();

function threaded(records: readonly WarningRecord[]): Thread[] {
  const revisions = inOrder(records.map(revision).filter((each) => each.warning.status === 'actual'));
  const byId = new Map<string, Thread>();
  const byKey = new Map<string, Thread>();
  const all = new Set<Thread>();
  for (const next of revisions) {
    const key = eventKey(next);
    const running = byKey.get(key);
    const found = new Set(next.warning.references.flatMap((id) => byId.get(id) ?? []));
    if (found.size === 0 && running && continues(running, next)) found.add(running);
    const [thread = { id: next.id, revisions: [] }, ...others] = found;
    for (const other of others) {
      all.delete(other);
      thread.revisions = inOrder([...thread.revisions, ...other.revisions]);
      thread.id = thread.revisions[0]!.id;
      for (const each of other.revisions) byId.set(each.id, thread);
      for (const [its, held] of byKey) if (held === other) byKey.set(its, thread);
    }
    thread.revisions.push(next);
    all.add(thread);
    byId.set(next.id, thread);
    byKey.set(key, thread);
  }
  return [...all];
}

export function newest(thread: Thread): Revision {
  return thread.revisions[thread.revisions.length - 1]!;
}

/** How the newest message of a thread stands. `held`: it would be over, but no feed that carries it can be seen. */
export type Standing = 'in-force' | 'held' | 'cancelled' | 'expired' | 'lapsed';

/** A fresh set that still lists a warning keeps it in force; only fresh sets lapse one; blind holds it. */
export function standing(thread: Thread, feeds: ReadonlyMap<FeedId, FeedRecord>, now: number): Standing {
  const current = newest(thread);
  if (current.warning.action === 'cancel') return 'cancelled';
  if (isListed(thread, feeds, now)) return 'in-force';
  const carriers = carriersOf(current, feeds);
  const sets = carriers.filter((feed) => feed.kind === 'set');
  const { expiresAt } = current.warning;
  const end = expiresAt ?? current.order + UNENDED_LASTS_MS;
  if (now >= end && (expiresAt !== null || sets.length === 0)) {
    const blind = carriers.length > 0 && !carriers.some((feed) => canSee(feed, now));
    return blind ? 'held' : 'expired';
  }
  if (isDropped(current.id, sets, now)) return 'lapsed';
  return now >= end && !sets.some((feed) => canSee(feed, now)) ? 'held' : 'in-force';
}

/** Whether a set that can be seen lists the newest message. */
export function isListed(thread: Thread, feeds: ReadonlyMap<FeedId, FeedRecord>, now: number): boolean {
  const current = newest(thread);
  return carriersOf(current, feeds).some((feed) => canSee(feed, now) && feed.listed?.includes(current.id));
}

/**
 * Whether the sets have dropped the message: those that did, once seen to, do not bring it back by going blind. The
 * others have their say until they count as silent, as they stood at the last look of those: one bad answer ends nothing.
 */
function isDropped(id: string, sets: readonly FeedRecord[], now: number): boolean {
  const dropped = sets.filter((feed) => hasDropped(feed, id));
  const looks = dropped.map((feed) => (canSee(feed, now) ? now : (feed.lastGoodAt ?? now)));
  return (
    dropped.length > 0 &&
    sets.every((feed) => dropped.includes(feed) || silentSince(feed, Math.max(...looks)) !== null)
  );
}

function carriersOf({ feeds: ids }: Revision, feeds: ReadonlyMap<FeedId, FeedRecord>): FeedRecord[] {
  return ids.map((id) => feeds.get(id)).filter((feed) => feed !== undefined);
}

/** Whether `next` belongs to a running thread of its key: not after a cancel, nor long after its end. */
function continues(thread: Thread, next: Revision): boolean {
  const last = newest(thread);
  if (last.warning.action === 'cancel') return false;
  const end = Math.max(last.warning.expiresAt ?? 0, last.order + UNENDED_LASTS_MS);
  return next.warning.action !== 'issue' || next.order <= end;
}

/** Issuer (division and department where the identifier tells them, else name), hazard and product. */
function eventKey(each: Revision): string {
  const { issuer, hazard, product, hazardText } = each.warning;
  const department = departmentOf(each.id);
  const who = issuer.adcode && department ? `${issuer.adcode}/${department}` : issuer.name;
  return `${who}|${hazard === 'other' ? hazardText : hazard}|${product}`;
}

/**
 * Oldest first. Of one instant an end comes before what was issued together with it, which stands; but after the
 * very message it ends.
 */
function inOrder(revisions: Revision[]): Revision[] {
  const orders = new Map(revisions.map((each) => [each.id, each.order]));
  const place = ({ warning, order }: Revision): number => {
    if (warning.action !== 'cancel') return 1;
    return warning.references.some((id) => orders.get(id) === order) ? 2 : 0;
  };
  return revisions.sort((a, b) => a.order - b.order || place(a) - place(b) || (a.id < b.id ? -1 : 1));
}
