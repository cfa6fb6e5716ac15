/** Taking receipts, in any order and at any time: applied where the SMS is known, parked where it is not yet. */
import type { Ports, Receipt } from '../io/ports.ts';
import { RECEIPT_PARK_MS } from '../limits.ts';
import { type Delivery, receipted } from '../notice/delivery.ts';
import { type ReceiptNews, receiptReason } from '../notice/receipts.ts';
import { inParallel } from '../parallel.ts';
import { SECOND } from '../time.ts';
import { exhaust, reportDelivered } from './grant.ts';

/** Receipts worked on at once: a batch holds thousands, a store connection pool about 50. */
export const RECEIPTS_WIDTH = 32;

/** A receipt whose SMS is not known: under the number's keyed hash, by message id. */
export type ParkedReceipt = ReceiptNews & {
  pk: string;
  sk: string;
  /** When the carrier took it, or where it does not say so, when it answered. */
  at: number;
  /** The row that lives on it, where its message was never recorded. */
  adopter: string | null;
  parkedAt: number;
  /** Epoch second. */
  tidyAt: number;
};

/** At most two calls per receipt where nobody else moves its row, find it, then move or park; one more per batch. */
export async function receive(ports: Ports, receipts: Receipt[]): Promise<void> {
  await inParallel(receipts, RECEIPTS_WIDTH, (receipt) => receiveOne(ports, receipt));
  const dry = receipts.some(
    (one) => one.status === 'FAILURE' && receiptReason(one.providerResponse) === 'no-quota',
  );
  if (dry) return await exhaust(ports);
  const arrived = receipts.filter(({ status }) => status === 'SUCCESS');
  const newest = Math.max(...arrived.map(({ at, publishedAt = at }) => publishedAt));
  if (arrived.length > 0) await reportDelivered(ports, newest);
}

/** The row as a receipt for its message leaves it; where it has changed meanwhile, it is read and asked again. */
export async function applyReceipt(ports: Ports, found: Delivery, receipt: ReceiptNews): Promise<Delivery> {
  let row = found;
  while (row.messageId === receipt.messageId) {
    const next = receipted(row, receipt, ports.clock.now());
    if (!next) return row;
    if (await ports.store.replaceIf('deliveries', next, { state: row.state, token: row.token })) {
      ports.log('receipt.taken', { notice: row.pk, person: row.sk, state: next.state, reason: next.reason });
      return next;
    }
    row = (await ports.store.get<Delivery>('deliveries', { pk: row.pk, sk: row.sk })) ?? row;
  }
  return row;
}

async function receiveOne(ports: Ports, receipt: Receipt): Promise<void> {
  const rows = await ports.store.byIndex<Delivery>('deliveries', receipt.messageId);
  if (rows.length === 0) await park(ports, receipt);
  for (const row of rows) await applyReceipt(ports, row, receipt);
}

/** A success outranks a failure of the same message, whichever came first. */
async function park({ store, vault, clock, log }: Ports, receipt: Receipt): Promise<void> {
  const { messageId, status, providerResponse, at, publishedAt = at } = receipt;
  const parkedAt = clock.now();
  const item: ParkedReceipt = {
    pk: await vault.hash(receipt.destination),
    sk: messageId,
    messageId,
    status,
    providerResponse,
    at: publishedAt,
    adopter: null,
    parkedAt,
    tidyAt: Math.ceil((parkedAt + RECEIPT_PARK_MS) / SECOND),
  };
  const kept = await store.putIfAbsent('receipts', item);
  if (!kept && status === 'SUCCESS')
    await store.replaceIf('receipts', item, { status: 'FAILURE', adopter: null });
  log('receipt.parked', { messageId, status });
}
