/** One recipient, workers that die, stall and lose answers at every call: the promise of design, checked on the code itself. */
import { expect, test } from 'vitest';
import { ATTEMPTS_MAX } from '../shared/notice/delivery.ts';
import { SECOND } from '../shared/time.ts';
import { type Bounds, type Ending, explore } from './crash-model.ts';
import { INFORMATION, notice } from './delivery-room.ts';

const NOTICES = { action: notice(), information: notice(INFORMATION) };

const ALONE: Bounds = {
  rounds: [{ afterMs: 0, work: ['send'] }],
  mishaps: 2,
  switches: 0,
  leases: true,
  receipts: null,
};
const TWO: Bounds = { ...ALONE, rounds: [{ afterMs: 0, work: ['send', 'send'] }], mishaps: 1, switches: 2 };
/** The sweep finds the lapsed claim after a minute; after three, what is unknown is opened again. */
const SWEPT: Bounds = {
  ...ALONE,
  rounds: [
    { afterMs: 0, work: ['send'] },
    { afterMs: 61 * SECOND, work: ['settle', 'send'] },
    { afterMs: 121 * SECOND, work: ['settle', 'send'] },
  ],
};
const RECEIVED: Bounds = {
  ...ALONE,
  rounds: [
    { afterMs: 0, work: ['send', 'receive'] },
    { afterMs: 61 * SECOND, work: ['receive', 'settle', 'send'] },
  ],
  mishaps: 1,
  switches: 1,
};

const INTERRUPTED = { ...SWEPT, mishaps: 1, switches: 1 };

test.each([
  ['action', 'one worker, two mishaps', ALONE],
  ['action', 'one worker, two mishaps, a receipt for every SMS', { ...ALONE, receipts: 'SUCCESS' }],
  ['action', 'one worker, two mishaps, a failure for every SMS', { ...ALONE, receipts: 'FAILURE' }],
  ['action', 'two workers on a doubled hint', TWO],
  ['action', 'two workers whose slice lease does not hold', { ...TWO, leases: false, switches: 1 }],
  ['action', 'the sweep and a sender after it, themselves dying', SWEPT],
  ['action', 'the sweep and a sender in each other’s way', INTERRUPTED],
  ['action', 'receipts in the midst of it', RECEIVED],
  ['information', 'one worker, two mishaps', ALONE],
  ['information', 'two workers on a doubled hint', TWO],
  ['information', 'the sweep and a sender in each other’s way', INTERRUPTED],
  ['information', 'receipts in the midst of it', RECEIVED],
] as ['action' | 'information', string, Bounds][])(
  '%s, %s: never too many, never silently none',
  { timeout: 120_000 },
  async (kind, _, bounds) => {
    const finals = new Map<string, number>();
    await explore(NOTICES[kind], bounds, (ending) => {
      check(ending, ATTEMPTS_MAX[kind]);
      const final = `${ending.row?.state} after ${ending.sms}`;
      finals.set(final, (finals.get(final) ?? 0) + 1);
    });
    expect([...finals.keys()]).toEqual(expect.arrayContaining(['SENT after 1', 'REJECTED after 0']));
  },
);

function check({ sms, row, counts, story }: Ending, most: number): void {
  const how = story.join('\n');
  expect(sms, how).toBeLessThanOrEqual(most);
  expect(row, how).toBeDefined();
  expect(counts.audience, how).toBe(1);
  if (sms > 0) expect(['REJECTED', 'SUPPRESSED', 'EXPIRED', 'DEFERRED'], how).not.toContain(row?.state);
  if (sms === 0) expect(['UNKNOWN', 'REJECTED'], how).toContain(row?.state);
}
