/** What a lost answer leaves behind, and what receipts make of it. */
import { describe, expect, test } from 'vitest';
import { deliver } from '../shared/stages/deliver.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { grantNow } from '../shared/stages/grant.ts';
import { receive } from '../shared/stages/receive.ts';
import { send } from '../shared/stages/send.ts';
import { adoptParked } from '../shared/stages/settle.ts';
import { HOUR, MINUTE, SECOND } from '../shared/time.ts';
import {
  begun,
  CHAIN,
  candidates,
  EXAM,
  frozen,
  INFORMATION,
  inTime,
  itemOf,
  notice,
  phone,
  type Room,
  rowsOf,
  START,
  sendFor,
  settleNow,
  slicesOf,
  slowCarrier,
  tally,
  untilSettled,
} from './delivery-room.ts';
import { faultyPorts } from './faults.ts';

describe('what the answer does not say', () => {
  test('an action is sent once more, with the same words, when no receipt came within two minutes', async () => {
    const made = await frozen(candidates(1), {}, { carrier: { lose: 1 } });
    const counts = await untilSettled(made, '0001', { receipts: false });
    expect(counts).toMatchObject({ audience: 1, unknown: 1 });
    const [first, second, ...more] = made.carrier.outbox;
    expect(second?.text).toBe(first?.text);
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(120 * SECOND);
    expect(more).toEqual([]);
  });

  test('information is never sent again by itself', async () => {
    const made = await frozen(candidates(1), INFORMATION, { carrier: { lose: 1 } });
    expect(await untilSettled(made, '0001', { receipts: false })).toMatchObject({ unknown: 1 });
    expect(made.carrier.outbox).toHaveLength(1);
  });

  test('a receipt for the number settles it, and nothing is sent again', async () => {
    const made = await frozen(candidates(5), {}, { carrier: { lose: 1 } });
    expect(await untilSettled(made)).toMatchObject({ audience: 5, delivered: 5, unknown: 0 });
    expect(made.carrier.outbox).toHaveLength(5);
  });

  test('a receipt that comes after the close still settles it', async () => {
    const made = await frozen(candidates(1), INFORMATION, { carrier: { lose: 1 } });
    await untilSettled(made, '0001', { receipts: false });
    await receive(made.ports, made.carrier.takeReceipts(made.time.clock.now()));
    await made.time.runUntil(made.time.clock.now() + MINUTE);
    await adoptParked(made.ports, CHAIN, '0001');
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 1 });
  });

  test('a receipt that the carrier took long to log is tied by when it took the SMS', async () => {
    const made = await frozen(candidates(1), {}, { carrier: { lose: 1 } });
    await sendFor(made, MINUTE);
    await made.time.runUntil(START + 20 * MINUTE);
    const [receipt] = made.carrier.takeReceipts(made.time.clock.now());
    await receive(made.ports, [{ ...receipt!, at: START + 15 * MINUTE }]);
    await made.time.runUntil(START + 21 * MINUTE);
    await settleNow(made);
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 1 });
  });

  test('one receipt settles one row, not two of the same number', async () => {
    const made = await frozen(candidates(1), INFORMATION, { carrier: { lose: 1 } });
    await sendFor(made, MINUTE);
    await freeze(made.ports, EXAM, CHAIN, notice({ ...INFORMATION, no: '0002' }), 'v1');
    made.carrier.behave({ outage: true, lose: 0 });
    await sendFor(made, MINUTE);
    await made.time.runUntil(START + MINUTE);
    await receive(made.ports, made.carrier.takeReceipts(made.time.clock.now()));
    await made.time.runUntil(START + 2 * MINUTE);
    await settleNow(made, '0002');
    await settleNow(made, '0001');
    expect([...tally2(made)].sort()).toEqual(['DELIVERED', 'UNKNOWN']);
  });

  function tally2(made: Room): string[] {
    return [...rowsOf(made, '0001'), ...rowsOf(made, '0002')].map(({ state }) => state);
  }

  test('a claim whose worker died is unknown, is counted, and follows the same rule', async () => {
    for (const [change, sms] of [
      [{}, 1],
      [INFORMATION, 0],
    ] as const) {
      const made = await frozen(candidates(1), change);
      const dying = {
        ...made.ports,
        carrier: { publish: () => Promise.reject(new Error('the process died')) },
      };
      await expect(sendFor(made, MINUTE, dying)).rejects.toThrow('the process died');
      const counts = await untilSettled(made, '0001', { receipts: false });
      expect(counts).toMatchObject(sms === 1 ? { sent: 1 } : { unknown: 1 });
      expect(made.carrier.outbox).toHaveLength(sms);
    }
  });

  test('a claim whose lease ran out before the publish publishes nothing', async () => {
    const made = await frozen(candidates(1), INFORMATION);
    const slow = {
      ...made.ports,
      store: {
        ...made.store,
        async putIfAbsent(...[table, item]: Parameters<typeof made.store.putIfAbsent>) {
          const won = await made.store.putIfAbsent(table, item);
          if (table === 'deliveries') await made.ports.clock.sleep(57 * SECOND);
          return won;
        },
      },
    };
    await sendFor(made, 50 * SECOND, slow);
    expect(made.carrier.outbox).toEqual([]);
    expect(tally(rowsOf(made))).toEqual({ DEFERRED: 1 });
    expect(await untilSettled(made)).toMatchObject({ delivered: 1 });
  });

  test('a claim that was written although the store said otherwise is known by its token', async () => {
    for (const answer of [() => false, () => Promise.reject(new Error('lost'))]) {
      const made = await frozen(candidates(1), INFORMATION);
      const doubtful = {
        ...made.ports,
        store: {
          ...made.store,
          async putIfAbsent(...[table, item]: Parameters<typeof made.store.putIfAbsent>) {
            const won = await made.store.putIfAbsent(table, item);
            return table === 'deliveries' ? answer() : won;
          },
        },
      };
      await sendFor(made, MINUTE, doubtful);
      expect(tally(rowsOf(made))).toEqual({ SENT: 1 });
    }
  });

  test('what a sender read before another one tried again is not enough to try a third time', async () => {
    const made = await frozen(candidates(1), {}, { carrier: { lose: 1 } });
    await sendFor(made, MINUTE);
    const [before] = rowsOf(made);
    await untilSettled(made, '0001', { receipts: false });
    expect(made.carrier.outbox).toHaveLength(2);
    const [slice] = slicesOf(made);
    const errand = { member: slice!.people[0]!, before, to: phone(1) };
    const job = { item: await itemOf(made), slice: slice! };
    expect(
      await deliver(
        made.ports,
        job,
        errand,
        async () => true,
        () => {},
      ),
    ).toBeNull();
    expect(made.carrier.outbox).toHaveLength(2);
  });

  test('a worker that comes back after a receipt was adopted does not undo it', async () => {
    const made = await frozen(candidates(1), INFORMATION);
    const slow = slowCarrier(made, 5 * MINUTE, 'after');
    const late = begun(made, () => send(slow, START + HOUR));
    await made.time.runUntil(START + 20 * SECOND);
    await receive(made.ports, made.carrier.takeReceipts(made.time.clock.now()));
    for (const minutes of [2, 3]) {
      await made.time.runUntil(START + minutes * MINUTE);
      await settleNow(made);
    }
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 1 });
    await inTime(made, () => late);
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 1 });
    expect(made.logs.map(({ event }) => event)).toContain('sms.late');
  });

  test('a record that is written again because its answer was lost does not undo a receipt', async () => {
    const made = await frozen(candidates(1), INFORMATION);
    let lost = 0;
    const doubtful = {
      ...made.ports,
      store: {
        ...made.store,
        async replaceIf(...args: Parameters<typeof made.store.replaceIf>) {
          const won = await made.store.replaceIf(...args);
          if (args[0] !== 'deliveries' || lost > 0) return won;
          lost += 1;
          const receipt = { messageId: 'sms-00000001', destination: phone(1), at: START };
          await receive(made.ports, [{ ...receipt, status: 'SUCCESS', providerResponse: '' }]);
          throw new Error('lost');
        },
      },
    };
    await sendFor(made, MINUTE, doubtful);
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 1 });
  });

  test('a worker that comes back after its lease still records what it knows', async () => {
    const made = await frozen(candidates(1), INFORMATION);
    const slow = slowCarrier(made, 2 * MINUTE, 'after');
    const late = begun(made, () => send(slow, START + HOUR));
    await made.time.runUntil(START + 61 * SECOND);
    expect(await settleNow(made)).toBeNull();
    expect(tally(rowsOf(made))).toEqual({ UNKNOWN: 1 });
    await inTime(made, () => late);
    expect(tally(rowsOf(made))).toEqual({ SENT: 1 });
  });
});

describe('receipts', () => {
  test.each([
    ['a success delivers', ['SUCCESS'], 'DELIVERED'],
    ['a failure says why', ['FAILURE'], 'UNDELIVERED'],
    ['a success after a failure corrects it', ['FAILURE', 'SUCCESS'], 'DELIVERED'],
    ['a failure after a success changes nothing', ['SUCCESS', 'FAILURE'], 'DELIVERED'],
    ['the same twice is the same', ['FAILURE', 'FAILURE'], 'UNDELIVERED'],
  ] as const)('%s', async (_, statuses, state) => {
    for (const when of ['after the record', 'before it']) {
      const made = await frozen(candidates(1), INFORMATION);
      const messageId = 'sms-00000001';
      const take = async () => {
        for (const status of statuses) {
          await receive(made.ports, [
            {
              messageId,
              status,
              providerResponse: 'Phone has blocked SMS',
              destination: phone(1),
              at: START,
            },
          ]);
        }
      };
      if (when === 'before it') await take();
      await sendFor(made, MINUTE);
      if (when === 'after the record') await take();
      expect(await settleNow(made)).not.toBeNull();
      expect(rowsOf(made)).toMatchObject([{ state, reason: state === 'UNDELIVERED' ? 'blocked' : null }]);
    }
  });

  test('cost two calls each, for the known and for the unknown, and one for all of them', async () => {
    const made = await frozen(candidates(50));
    await sendFor(made, HOUR);
    await made.time.runUntil(START + MINUTE);
    const known = made.carrier.takeReceipts(made.time.clock.now());
    const unknown = known.map((receipt) => ({ ...receipt, messageId: `other-${receipt.messageId}` }));
    const { ports, calls } = faultyPorts(made.ports, { at: 0, when: 'before' });
    await receive(ports, [...known, ...unknown]);
    expect(calls).toHaveLength(201);
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 50 });
  });

  test('an index that lags loses none', async () => {
    const made = await frozen(candidates(40), INFORMATION, { indexLag: 25 });
    await sendFor(made, HOUR);
    await made.time.runUntil(START + MINUTE);
    await receive(made.ports, made.carrier.takeReceipts(made.time.clock.now()));
    expect(await settleNow(made)).toMatchObject({ audience: 40, delivered: 40 });
  });

  test('an account without quota opens the breaker; probes are accepted all the same, and only one that arrives closes it', async () => {
    const made = await frozen(candidates(3));
    const receipt = { messageId: 'x', destination: phone(9), at: START };
    await receive(made.ports, [
      { ...receipt, status: 'FAILURE', providerResponse: 'No quota left for account' },
    ]);
    expect((await grantNow(made.ports)).broken).toMatchObject({ why: 'no-quota' });
    await sendFor(made, 15 * SECOND);
    expect(made.carrier.outbox.length).toBeLessThan(3);
    await receive(made.ports, [
      { ...receipt, messageId: 'sent before', status: 'SUCCESS', providerResponse: '' },
    ]);
    expect((await grantNow(made.ports)).broken).toMatchObject({ why: 'no-quota' });
    await made.time.runUntil(START + MINUTE);
    await receive(made.ports, made.carrier.takeReceipts(made.time.clock.now()));
    expect((await grantNow(made.ports)).broken).toBeNull();
    await sendFor(made, HOUR);
    expect(made.carrier.outbox).toHaveLength(3);
  });
});
