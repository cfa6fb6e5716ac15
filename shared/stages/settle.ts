/** Settling a notice: what senders left behind is finished, laid again, or counted. Run by the sweep until it closes. */
import { createHash } from 'node:crypto';
import { isSame } from '../activation/seal.ts';
import type { Ports } from '../io/ports.ts';
import { getAll, queryAll } from '../io/query-all.ts';
import {
  accounted,
  countsOf,
  type Delivery,
  lapsed,
  receipted,
  roll,
  type Standing,
  standing,
  unsent,
} from '../notice/delivery.ts';
import { around, type Counts, NO_COUNTS } from '../notice/notice.ts';
import { ADOPT_REST_MS, mayAdopt } from '../notice/receipts.ts';
import {
  barred,
  type Member,
  type NoticeItem,
  noticeKey,
  pointerTo,
  type Slice,
  type WorkItem,
  weight,
} from '../notice/slices.ts';
import { assert } from '../outcome.ts';
import { inParallel } from '../parallel.ts';
import { change, deliveriesOf, layWork, slicesOf } from './notices.ts';
import { applyReceipt, type ParkedReceipt } from './receive.ts';

/** Rows settled at once. */
export const SETTLE_WIDTH = 32;

interface Place {
  slice: Slice;
  member: Member;
  row: Delivery | undefined;
  stand: Standing;
}

/**
 * Brings an open notice on: claims whose worker is gone become UNKNOWN, parked receipts are adopted, people of a
 * stopped or overdue slice get their row, slices with work are laid again. Returns the counts, whose sum is the
 * audience, once every row is settled; null while anything is open, in flight or waiting for a receipt. Whoever
 * takes the counts appends the closing event; asked again, it finds the same sum.
 */
export async function settle(ports: Ports, item: NoticeItem): Promise<(Counts & { digest: string }) | null> {
  if (item.frozenAt === null) return null;
  const slices = () => slicesOf(ports.store, item.pk, item.sk);
  const open: WorkItem[] = [];
  const found: NonNullable<NoticeItem['found']> = { counts: { ...NO_COUNTS }, sms: null };
  let left = false;
  for await (const slice of slices()) {
    let places = await survey(ports, item, slice);
    if (await moveOn(ports, item, places)) places = await survey(ports, item, slice);
    left ||= places.some(({ stand }) => stand !== 'settled');
    tellOf(places, found);
    if (barred(item.state, slice, ports.clock.now())) continue;
    if (places.some(({ stand }) => stand === 'open')) open.push(pointerTo(slice));
  }
  await layWork(ports, open);
  if (!isSame(item.found, found)) await change(ports.store, item.pk, item.sk, (now) => ({ ...now, found }));
  if (left) return null;

  const counts = { ...NO_COUNTS };
  const rolls = createHash('sha256');
  let people = 0;
  for await (const slice of slices()) {
    const places = await survey(ports, item, slice);
    // A worker that came back late may have moved on what was settled a moment ago.
    if (places.some(({ stand }) => stand !== 'settled')) return null;
    const rows = await merged(
      ports,
      places.map(({ row }) => row!),
    );
    countsOf(rows, counts);
    rolls.update(roll(rows));
    people += slice.people.reduce((sum, member) => sum + weight(member), 0);
  }
  assert(accounted(counts) === people, `${noticeKey(item.pk, item.sk)}: the sum is not the audience`);
  return { ...counts, digest: rolls.digest('hex') };
}

/**
 * Adopts the receipts that were parked for the rows of a notice, also of a closed one, as long as receipts are
 * kept: one that came before its row was recorded or indexed would else be lost. Returns the counts as they were
 * found, which the next look completes.
 */
export async function adoptParked(ports: Ports, chain: string, no: string): Promise<Counts> {
  const counts = { ...NO_COUNTS };
  for await (const rows of deliveriesOf(ports, chain, no)) {
    await inParallel(rows.filter(isAdoptable), SETTLE_WIDTH, async (row) => {
      await adopt(ports, row);
    });
    countsOf(await merged(ports, rows), counts);
  }
  return counts;
}

/** Where everybody of a slice stands. */
async function survey(ports: Ports, item: NoticeItem, slice: Slice): Promise<Place[]> {
  const keys = slice.people.map(({ id }) => ({ pk: slice.pk, sk: id }));
  const rows = new Map((await getAll<Delivery>(ports.store, 'deliveries', keys)).map((row) => [row.sk, row]));
  const at = { now: ports.clock.now(), machine: ports.clock.machine() };
  const bar = barred(item.state, slice, at.now);
  const over = bar === 'stopped' || bar === 'expired';
  return slice.people.map((member) => {
    const row = rows.get(member.id);
    return { slice, member, row, stand: standing(row, item.notice.class, over, at) };
  });
}

/** Adds a slice's rows to what pages show. */
function tellOf(places: Place[], found: NonNullable<NoticeItem['found']>): void {
  const rows = places.flatMap(({ row }) => row ?? []);
  countsOf(rows, found.counts);
  for (const { firstClaimedAt: first, claimedAt: last } of rows)
    if (first !== null && last !== null) found.sms = around(found.sms, { first, last });
}

/** Moves what can be moved without a sender; true if there was anything. */
async function moveOn(ports: Ports, item: NoticeItem, places: Place[]): Promise<boolean> {
  let moved = false;
  await inParallel(places, SETTLE_WIDTH, async ({ slice, member, row, stand }) => {
    const { store, clock } = ports;
    if (stand === 'lapsed' && row) {
      await store.replaceIf('deliveries', lapsed(row, clock.now()), { state: row.state, token: row.token });
    } else if (stand === 'overdue') {
      const over =
        item.state === 'stopped'
          ? unsent(slice, member, 'SUPPRESSED', 'stopped', clock.now())
          : unsent(slice, member, 'EXPIRED', 'deadline', clock.now());
      // A late claim and this row contend for one key: whoever is second finds it taken.
      if (row) await store.replaceIf('deliveries', over, { state: row.state, token: row.token });
      else await store.putIfAbsent('deliveries', over);
    } else if (!row || !isAdoptable(row) || !(await adopt(ports, row))) {
      return;
    }
    moved = true;
  });
  return moved;
}

function isAdoptable(row: Delivery): boolean {
  return row.state === 'UNKNOWN' && row.messageId === undefined && row.to !== null;
}

/**
 * Settles a row whose answer was lost by a receipt parked for its number, if one fits and belongs to no other
 * row. The receipt is taken first, so no two rows live on one. The token changes: a worker that comes back late
 * finds that the row has moved on.
 */
async function adopt({ store, vault, clock, log }: Ports, row: Delivery): Promise<boolean> {
  const parked = await queryAll<ParkedReceipt>(store, 'receipts', await vault.hash(row.to ?? ''));
  const adopter = `${row.pk}#${row.sk}`;
  for (const receipt of parked.sort((a, b) => a.at - b.at)) {
    const now = clock.now();
    if (now - receipt.parkedAt < ADOPT_REST_MS || !mayAdopt(row, receipt.at)) continue;
    if ((await store.byIndex('deliveries', receipt.messageId)).length > 0) continue;
    if (receipt.adopter !== adopter) {
      if (!(await store.replaceIf('receipts', { ...receipt, adopter }, { adopter: null }))) continue;
    }
    const next = receipted({ ...row, token: `receipt ${receipt.messageId}` }, receipt, now);
    if (!next) continue;
    if (!(await store.replaceIf('deliveries', next, { state: row.state, token: row.token }))) return false;
    log('receipt.adopted', { notice: row.pk, person: row.sk, state: next.state });
    return true;
  }
  return false;
}

/** The rows, with the receipts of those sent that were parked before their message was known here. */
async function merged(ports: Ports, rows: Delivery[]): Promise<Delivery[]> {
  const now = new Map(rows.map((row) => [row.sk, row]));
  const sent = rows.filter((row) => row.state === 'SENT' && row.messageId !== undefined && row.to !== null);
  const keys = await Promise.all(
    sent.map(async (row) => ({ pk: await ports.vault.hash(row.to!), sk: row.messageId! })),
  );
  const parked = await getAll<ParkedReceipt>(ports.store, 'receipts', keys);
  const byMessage = new Map(parked.map((receipt) => [receipt.messageId, receipt]));
  for (const row of sent) {
    const receipt = byMessage.get(row.messageId!);
    if (receipt) now.set(row.sk, await applyReceipt(ports, row, receipt));
  }
  return [...now.values()];
}
