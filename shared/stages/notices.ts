/** Reading and projecting notices: the item that senders obey, its slices, its rows, and pointers to open work. */
import type { Ports, Store } from '../io/ports.ts';
import { queryPages } from '../io/query-all.ts';
import { type Delivery, personsOf } from '../notice/delivery.ts';
import { type Counts, type DeliveryState, TOLD_STATES, UNREACHED_STATES } from '../notice/notice.ts';
import { type NoticeItem, noticeKey, type SendState, type Slice, type WorkItem } from '../notice/slices.ts';
import { catchUp } from './chain.ts';

/**
 * Projects the chain's word on a notice, and the roster version in use: false where it does not apply (no such item
 * yet, closed) or says nothing new. What was stopped never goes on. The record is read after the item that it is
 * compared with, so a word that is on its way is never taken back. Senders see it within one second of the grant;
 * after a resume the sweep lays the work again.
 */
export async function project({ store }: Pick<Ports, 'store'>, chain: string, no: string): Promise<boolean> {
  return await change(store, chain, no, async (item) => {
    const { notices, census } = await catchUp(store, chain);
    const said = notices.get(no)?.state;
    const state = isSendState(said) && item.state !== 'stopped' ? said : item.state;
    const rosterVersion = census?.version ?? item.rosterVersion;
    return state === item.state && rosterVersion === item.rosterVersion
      ? null
      : { ...item, state, rosterVersion };
  });
}

function isSendState(state: string | undefined): state is SendState {
  return state === 'sending' || state === 'paused' || state === 'stopped';
}

/** Projects the closing event: the item is not settled again. False where it was closed before or is unknown. */
export async function projectClosed(
  ports: Pick<Ports, 'store'>,
  chain: string,
  no: string,
  closed: Counts & { digest: string },
): Promise<boolean> {
  return await change(ports.store, chain, no, (item) => ({ ...item, closed }));
}

/**
 * Replaces an open notice item by what `to` makes of it, however many others write at once. False where there
 * is no open item or `to` declines. Whatever senders go by is in the condition.
 */
export async function change(
  store: Store,
  chain: string,
  no: string,
  to: (item: NoticeItem) => NoticeItem | null | Promise<NoticeItem | null>,
): Promise<boolean> {
  for (;;) {
    const item = await store.get<NoticeItem>('notices', { pk: chain, sk: no });
    const next = item && item.closed === null ? await to(item) : null;
    if (!item || !next) return false;
    const { state, frozenAt, rosterVersion } = item;
    if (await store.replaceIf('notices', next, { state, frozenAt, rosterVersion, closed: null })) return true;
  }
}

/** The slices of a notice, one after the other. */
export async function* slicesOf(store: Store, chain: string, no: string): AsyncGenerator<Slice> {
  for await (const page of queryPages<Slice>(store, 'slices', noticeKey(chain, no))) yield* page;
}

/** The rows of a notice, page by page, by person id. Rows hold numbers: for the console and call list only. */
export async function* deliveriesOf(
  ports: Pick<Ports, 'store'>,
  chain: string,
  no: string,
): AsyncGenerator<Delivery[]> {
  yield* queryPages<Delivery>(ports.store, 'deliveries', noticeKey(chain, no));
}

/** How somebody was told: by which notice, in whose row the number stands, and in which slice. */
export interface Told {
  no: string;
  row: Delivery;
  /** When, by SMS or by phone. */
  at: number;
  byPhone: boolean;
}

/** Everybody told by one of these notices or from its call list, by person id; by the last, so at the number told last. */
export async function toldOf(
  ports: Pick<Ports, 'store'>,
  chain: string,
  notices: string[],
): Promise<Map<string, Told>> {
  const told = new Map<string, Told>();
  for (const no of notices.toSorted())
    for await (const [person, how] of toldBy(ports, chain, no)) told.set(person, how);
  return told;
}

/** Everybody told by a notice; twice who was told by phone, too. */
export async function* toldBy(
  ports: Pick<Ports, 'store'>,
  chain: string,
  no: string,
): AsyncGenerator<[string, Told]> {
  const calls = (await catchUp(ports.store, chain)).notices.get(no)?.calls;
  for await (const page of deliveriesOf(ports, chain, no)) {
    for (const row of page) {
      for (const person of personsOf(row)) {
        if (TOLD_STATES.includes(row.state))
          yield [person, { no, row, at: row.claimedAt ?? row.at, byPhone: false }];
        const call = calls?.get(person);
        if (call?.outcome === 'told') yield [person, { no, row, at: call.at, byPhone: true }];
      }
    }
  }
}

/** Somebody on a call list, by ids alone. */
export interface Unreached {
  person: string;
  siteId: string | null;
  state: DeliveryState;
  /** The carrier's reason, or ours. */
  why: string | null;
}

/** The call list of a notice, by person id; whoever was called stays on it. */
export async function unreached(
  ports: Pick<Ports, 'store'>,
  chain: string,
  no: string,
): Promise<Unreached[]> {
  const sites = new Map<string, string | null>();
  for await (const { sk, siteId } of slicesOf(ports.store, chain, no)) sites.set(sk, siteId);
  const list: Unreached[] = [];
  for await (const page of deliveriesOf(ports, chain, no)) {
    for (const row of page) {
      if (!UNREACHED_STATES.includes(row.state)) continue;
      for (const person of personsOf(row)) {
        list.push({ person, siteId: sites.get(row.slice) ?? null, state: row.state, why: row.reason });
      }
    }
  }
  return list;
}

/** Lays pointers to slices that have work, then a hint. Laying one again changes nothing. */
export async function layWork(ports: Pick<Ports, 'store' | 'queue'>, pointers: WorkItem[]): Promise<void> {
  for (const pointer of pointers) await ports.store.put('work', pointer);
  if (pointers.length > 0) await ports.queue.hint('send', {});
}
