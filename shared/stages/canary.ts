/** The officers who get the text of a large notice first: whether the rest may go, and what the office must know. */
import type { Effect } from '../activation/events.ts';
import type { State } from '../activation/state.ts';
import type { Ports } from '../io/ports.ts';
import type { Delivery } from '../notice/delivery.ts';
import { CANARY_RECEIPT_MS, type NoticeItem, noticeKey } from '../notice/slices.ts';

/** Whether the audience may be told: a canary's SMS was accepted, or they have waited long enough. */
export async function gateOpen(ports: Pick<Ports, 'store' | 'clock'>, item: NoticeItem): Promise<boolean> {
  // Before it is frozen nobody knows whether somebody tries first.
  if (item.frozenAt === null) return false;
  if (item.gate === null || ports.clock.now() >= item.gate.until) return true;
  const rows = await canaryRows(ports, item);
  return rows.some(({ state }) => state === 'SENT' || state === 'DELIVERED');
}

/** A finding, once, where none was accepted in time, or none brought a receipt. */
export async function canaryFindings(
  ports: Pick<Ports, 'store' | 'clock'>,
  item: NoticeItem,
  { findings }: State,
): Promise<Effect[]> {
  const now = ports.clock.now();
  const { gate, frozenAt, sk: notice } = item;
  if (gate === null || frozenAt === null || now < frozenAt + CANARY_RECEIPT_MS) return [];
  if (findings.some(({ code, params }) => code.startsWith('canary-') && params.notice === notice)) return [];
  const states = (await canaryRows(ports, item)).map(({ state }) => state);
  if (states.includes('DELIVERED')) return [];
  if (states.includes('SENT')) return [{ kind: 'finding', code: 'canary-no-receipt', params: { notice } }];
  return now < gate.until ? [] : [{ kind: 'finding', code: 'canary-not-accepted', params: { notice } }];
}

async function canaryRows(
  { store }: Pick<Ports, 'store'>,
  { pk, sk, gate }: NoticeItem,
): Promise<Delivery[]> {
  const keys = (gate?.canaries ?? []).map((id) => ({ pk: noticeKey(pk, sk), sk: id }));
  return await store.getMany<Delivery>('deliveries', keys);
}
