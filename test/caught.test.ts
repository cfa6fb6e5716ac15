/** What no other test noticed when the sabotage tool changed it. */
import { describe, expect, test } from 'vitest';
import type { ChainEvent } from '../shared/activation/events.ts';
import { brokenAt, GENESIS, seal } from '../shared/activation/seal.ts';
import type { FeedReader } from '../shared/io/ports.ts';
import { LEASE_MS } from '../shared/limits.ts';
import type { Delivery } from '../shared/notice/delivery.ts';
import { ADOPT_REST_MS } from '../shared/notice/receipts.ts';
import { noticeKey } from '../shared/notice/slices.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { poll } from '../shared/stages/poll.ts';
import { checkRecord, sealRecord } from '../shared/stages/record.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { MINUTE, pad, SECOND } from '../shared/time.ts';
import {
  CHAIN,
  candidates,
  EXAM,
  frozen,
  notice,
  phone,
  room,
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
      pk: await made.ports.vault.hash(phone(1)),
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
    const { ports } = faultyPorts(made.ports, { at: 3, when: 'before' });
    await expect(freeze(ports, EXAM, CHAIN, notice(), 'v1')).rejects.toThrow('injected');
    await importRoster(made.ports, EXAM, 'v2', candidates(5));
    expect(await freeze(made.ports, EXAM, CHAIN, notice(), 'v2')).toMatchObject({ audience: 2 });
    await sendFor(made, MINUTE);
    expect(rowsOf(made)).toHaveLength(2);
  });
});

describe('a poll', () => {
  const answer = {
    kind: 'body' as const,
    bytes: Buffer.from(
      JSON.stringify([
        {
          identifier: '35050041600000_20240920093000',
          headline: '泉州市气象台发布台风橙色预警信号[II级/严重]',
          effective: '2024-09-20 09:30:00.0',
          eventType: '11B01',
          severity: 'orange',
          msgType: 'Alert',
        },
      ]),
    ),
    contentType: null,
    etag: '"1"',
    lastModified: null,
  };

  test('that dies at any of its calls is told everything by the next, though the office answers by ETag', async () => {
    for (let at = 1, died = true; died; at += 1) {
      const made = room();
      const feeds: FeedReader = {
        read: async ({ etag }) => (etag === answer.etag ? { kind: 'unchanged' } : answer),
      };
      const { ports } = faultyPorts({ ...made.ports, feeds }, { at, when: 'before' });
      died = await poll(ports, 'gjzwfw').then(
        () => false,
        () => true,
      );
      await poll({ ...made.ports, feeds }, 'gjzwfw');
      expect(made.store.items('warnings'), `died at call ${at}`).toHaveLength(1);
    }
  });
});

describe('the record', () => {
  const event = (seq: number): ChainEvent => ({
    seq,
    at: seq,
    by: 'system',
    cause: { kind: 'decided' },
    effects: [],
  });

  test('an event that was sealed after another one than it follows now is noticed', () => {
    const first = seal(event(1), GENESIS);
    expect(brokenAt([first, seal(event(2), first.hash)])).toBeNull();
    const after = seal(event(2), seal({ ...event(1), by: 'D1' }, GENESIS).hash);
    expect(brokenAt([first, after])).toEqual({ seq: 2, why: 'does not follow the hash before it' });
  });

  test('an event that was changed is noticed', () => {
    const sealed = seal(event(1), GENESIS);
    const changed = { ...sealed, json: sealed.json.replace('system', 'D1') };
    expect(brokenAt([changed])).toEqual({ seq: 1, why: 'was changed' });
  });

  test('an event dated before the one it follows is noticed', () => {
    const first = seal(event(1), GENESIS);
    const earlier = seal({ ...event(2), at: 0 }, first.hash);
    expect(brokenAt([first, earlier])).toEqual({ seq: 2, why: 'time ran backwards' });
  });

  test('a record that was rewritten whole, hashes and all, differs from its sealed copy', async () => {
    const made = room();
    await made.store.put('chain', { pk: CHAIN, sk: pad(1, 8), ...seal(event(1), GENESIS) });
    await sealRecord(made.ports, CHAIN);
    expect((await checkRecord(made.ports, CHAIN)).problems).toEqual([]);
    await made.store.put('chain', { pk: CHAIN, sk: pad(1, 8), ...seal({ ...event(1), by: 'D1' }, GENESIS) });
    expect((await checkRecord(made.ports, CHAIN)).problems).toEqual(['event 1 differs from its sealed copy']);
  });
});
