/**
 * Once a minute, over everything: decide again, do again whatever a lost hint or a dead process left undone, settle
 * what can be settled, and seal the record. Whatever else fails, this one brings the house in order.
 */
import type { Effect } from '../activation/events.ts';
import { isSame } from '../activation/seal.ts';
import { openNotices } from '../activation/state.ts';
import type { Ports } from '../io/ports.ts';
import { RECEIPT_PARK_MS } from '../limits.ts';
import type { Notice } from '../notice/notice.ts';
import type { NoticeItem } from '../notice/slices.ts';
import { inTurn } from '../parallel.ts';
import { MINUTE } from '../time.ts';
import { canaryFindings } from './canary.ts';
import { append, appendAll, catchUp } from './chain.ts';
import { decideAll } from './deciding.ts';
import { expandCharge } from './expand.ts';
import { grantNow } from './grant.ts';
import { projectClosed } from './notices.ts';
import { type Charge, inEveryDistrict } from './office.ts';
import { sealRecord } from './record.ts';
import { forgetPeople } from './retention.ts';
import { adoptParked, settle } from './settle.ts';

const SETTLED = { by: 'system', cause: { kind: 'settled' } } as const;

/** How often parked receipts are offered to closed notices: their numbers are for the record, not for a decision. */
export const ADOPT_EVERY_MINUTES = 10;

/**
 * Works until everything is done or machine time reaches `untilMachine`; the next run goes on from the tables. What
 * is quick and starts the sending comes first in every district, then what may take long.
 */
export async function sweep(ports: Ports, untilMachine: number): Promise<void> {
  const { store, clock } = ports;
  const late = (): boolean => clock.machine() >= untilMachine;
  const eachDistrict = (work: (charge: Charge) => Promise<void>) => async (): Promise<void> =>
    inEveryDistrict(store, async (charge) => {
      if (!late()) await work(charge);
    });
  const steps = [
    () => decideAll(ports),
    eachDistrict(async (charge) => expandCharge(ports, charge, await catchUp(store, charge.chain))),
    () => settleAll(ports, late),
    () => adoptLateReceipts(ports, late),
    eachDistrict((charge) => forgetPeople(ports, charge, late)),
    () => inEveryDistrict(store, ({ chain }) => sealRecord(ports, chain)),
    () => tellBroken(ports),
  ];
  // What is in trouble keeps nothing else waiting: neither its own district's other steps nor other districts.
  await inTurn(steps, (step) => step());
}

/** The office hears of a broken carrier by SMS, so over that carrier; the operators hear of it by this line. */
async function tellBroken(ports: Ports): Promise<void> {
  const { broken } = await grantNow(ports);
  if (broken) ports.log('carrier.broken', { why: broken.why });
}

type Closing = Extract<Effect, { kind: 'notice-closed' }>;

/** Settles what is open anywhere, the soonest deadline first; what closed in a district is recorded as one event. */
async function settleAll(ports: Ports, late: () => boolean): Promise<void> {
  const open: { chain: string; notice: Notice }[] = [];
  const closed = new Map<string, Closing[]>();
  let left = false;
  const steps = [
    () =>
      inEveryDistrict(ports.store, async ({ chain }) => {
        for (const { notice } of openNotices(await catchUp(ports.store, chain))) open.push({ chain, notice });
      }),
    () =>
      inTurn(
        open.sort((a, b) => a.notice.deadline - b.notice.deadline),
        async ({ chain, notice }) => {
          if (late()) return;
          const closing = await settleNotice(ports, chain, notice);
          if (closing) closed.set(chain, [...(closed.get(chain) ?? []), closing]);
          else left = true;
        },
      ),
    () => inTurn(closed, ([chain, closings]) => recordClosed(ports, chain, closings)),
    async () => (left ? ports.queue.hint('send', {}) : undefined),
  ];
  await inTurn(steps, (step) => step());
}

/**
 * Receipts still move a closed notice. Those that came before their row could be found are parked; while carriers
 * may still answer, the rows that lack an answer are looked at again now and then. What has moved is recorded, as
 * it may have made the call list longer.
 */
async function adoptLateReceipts(ports: Ports, late: () => boolean): Promise<void> {
  const now = ports.clock.now();
  if (Math.floor(now / MINUTE) % ADOPT_EVERY_MINUTES !== 0) return;
  await inEveryDistrict(ports.store, async ({ chain }) => {
    const movable = [...(await catchUp(ports.store, chain)).notices.values()].filter(
      ({ notice, counts }) =>
        counts !== null && counts.sent + counts.unknown > 0 && now - notice.deadline < RECEIPT_PARK_MS,
    );
    // Not always the same first, or a run too short for all of them would never come to the last.
    const first = Math.floor(now / MINUTE / ADOPT_EVERY_MINUTES) % Math.max(1, movable.length);
    for (const { notice, counts } of [...movable.slice(first), ...movable.slice(0, first)]) {
      if (late()) return;
      const moved = await adoptParked(ports, chain, notice.no);
      if (isSame(counts, moved)) continue;
      await append(ports, chain, SETTLED, (state) =>
        isSame(state.notices.get(notice.no)?.counts, moved)
          ? []
          : [{ kind: 'notice-recounted', no: notice.no, counts: moved }],
      );
    }
  });
}

/** The closing of a notice of which nothing is left; else null. */
async function settleNotice(ports: Ports, chain: string, notice: Notice): Promise<Closing | null> {
  const item = await ports.store.get<NoticeItem>('notices', { pk: chain, sk: notice.no });
  const state = await catchUp(ports.store, chain);
  const said = item ? await canaryFindings(ports, item, state) : [];
  if (said.length > 0) await append(ports, chain, SETTLED, () => said);
  const closed = item && (await settle(ports, item));
  if (!closed) return null;
  const { digest, ...counts } = closed;
  // Projected first: should the process die before the record has it, the next sweep settles again and appends it.
  await projectClosed(ports, chain, notice.no, closed);
  return { kind: 'notice-closed', no: notice.no, counts, digest };
}

async function recordClosed(ports: Ports, chain: string, closings: readonly Closing[]): Promise<void> {
  await appendAll(ports, chain, SETTLED, ({ notices }) =>
    closings.filter(({ no }) => notices.get(no)?.counts === null).map((closing) => [closing]),
  );
  for (const { no, counts } of closings) ports.log('notice.closed', { chain, notice: no, ...counts });
}
