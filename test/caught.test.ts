/** What no other test noticed when the sabotage tool changed it. */
import { describe, expect, test } from 'vitest';
import { LEASE_MS } from '../shared/limits.ts';
import type { Delivery } from '../shared/notice/delivery.ts';
import { ADOPT_REST_MS } from '../shared/notice/receipts.ts';
import { noticeKey } from '../shared/notice/slices.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { numberHash } from '../shared/stages/receive.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { MINUTE, SECOND } from '../shared/time.ts';
import {
  CHAIN,
  candidates,
  EXAM,
  frozen,
  notice,
  phone,
  rowsOf,
  sendFor,
  settleNow,
  slicesOf,
  withRoster,
} from './delivery-room.ts';
import { faultyPorts } from './faults.ts';

describe('delivery', () => {
  test("a slice under another sender's lease is left alone", async () => {
    const made = await frozen(candidates(3));
    const [slice] = slicesOf(made);
    const leaseUntil = made.time.clock.machine() + LEASE_MS;
    await made.store.put('slices', { ...slice!, token: 'another', leaseUntil });
    await sendFor(made, 10 * SECOND);
    expect(made.carrier.outbox).toEqual([]);
  });

  test("a receipt settles no SMS but its own, however well it would fit another's number and time", async () => {
    const made = await frozen(candidates(1), {}, { carrier: { lose: 1 } });
    await sendFor(made, 10 * SECOND);
    const [unknown] = rowsOf(made);
    const sent = { ...unknown!, pk: noticeKey(CHAIN, '0002'), state: 'SENT', messageId: 'm2' };
    await made.store.put('deliveries', sent as Delivery);
    const news = { messageId: 'm2', status: 'SUCCESS', providerResponse: '' };
    const at = made.time.clock.now();
    const parked = {
      ...news,
      pk: numberHash(phone(1)),
      sk: 'm2',
      at,
      adopter: null,
      parkedAt: at,
      tidyAt: 0,
    };
    await made.store.put('receipts', parked);
    await made.time.runUntil(at + ADOPT_REST_MS + SECOND);
    await settleNow(made);
    expect(rowsOf(made)).toMatchObject([{ state: 'UNKNOWN' }]);
  });

  test('an audience comes from the roster that its notice was given, though another is adopted by then', async () => {
    const made = await withRoster(candidates(2));
    const { ports } = faultyPorts(made.ports, { at: 2, when: 'before' });
    await expect(freeze(ports, EXAM, CHAIN, notice(), 'v1')).rejects.toThrow('injected');
    await importRoster(made.ports, EXAM, 'v2', candidates(5));
    expect(await freeze(made.ports, EXAM, CHAIN, notice(), 'v2')).toMatchObject({ audience: 2 });
    await sendFor(made, MINUTE);
    expect(rowsOf(made)).toHaveLength(2);
  });
});
