/** The carrier of a scenario, in memory: keeps what it accepted and owes a receipt for each. */
import {
  type AcceptedSms,
  accepted,
  type CarrierBehaviour,
  judge,
  WELL_BEHAVED,
} from '../carrier-behaviour.ts';
import type { Carrier, Clock, Random, Receipt } from '../ports.ts';

export interface MemoryCarrier extends Carrier {
  /** What it accepted, in order, those whose answer was lost among them. */
  outbox: readonly AcceptedSms[];
  /** Changes how it behaves from now on. */
  behave(change: Partial<CarrierBehaviour>): void;
  /** Takes the receipts due by `now` (domain time), earliest first. */
  takeReceipts(now: number): Receipt[];
  /** When the next receipt is due; null while none is owed. */
  nextReceiptAt(): number | null;
}

/** The outcomes of the real carrier's refusals. */
const NO = {
  'out-of-order': { class: 'unknown', reason: 'InternalErrorException 500' },
  refused: { class: 'refused', reason: 'InvalidParameterException 400' },
  throttled: { class: 'throttled', reason: 'ThrottledException 429' },
} as const;

/** Paces itself by the machine's time and dates what it does by domain time. */
export function memoryCarrier(
  clock: Pick<Clock, 'now' | 'machine'>,
  random: Random,
  behaviour: Partial<CarrierBehaviour> = {},
): MemoryCarrier {
  let current: CarrierBehaviour = { ...WELL_BEHAVED, ...behaviour };
  let freeAt = 0;
  let owed: Receipt[] = [];
  const outbox: AcceptedSms[] = [];

  return {
    outbox,

    async publish(to, text) {
      const draws = { fate: random(), delivery: random(), delay: random() };
      const judged = judge(current, freeAt, { to, text }, clock.machine(), draws);
      freeAt = judged.freeAt;
      const { verdict } = judged;
      if (verdict.kind !== 'accepted') return NO[verdict.kind];
      const messageId = `sms-${String(outbox.length + 1).padStart(8, '0')}`;
      const { sms, receipt } = accepted(verdict, { to, text }, clock.now(), messageId);
      outbox.push(sms);
      owed.push(receipt);
      return verdict.answered
        ? { class: 'accepted', messageId }
        : { class: 'unknown', reason: 'TimeoutError' };
    },

    behave(change) {
      current = { ...current, ...change };
    },

    takeReceipts(now) {
      const due = owed.filter((receipt) => receipt.at <= now).sort((a, b) => a.at - b.at);
      owed = owed.filter((receipt) => receipt.at > now);
      return due;
    },

    nextReceiptAt() {
      return owed.reduce<number | null>((next, { at }) => (next === null || at < next ? at : next), null);
    },
  };
}
