/** Freezing an audience, and the sum that closes a notice. */
import { describe, expect, test } from 'vitest';
import { accounted, claimed } from '../shared/notice/delivery.ts';
import type { Notice } from '../shared/notice/notice.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { project } from '../shared/stages/notices.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { send } from '../shared/stages/send.ts';
import { settle } from '../shared/stages/settle.ts';
import { HOUR, instant, MINUTE, SECOND } from '../shared/time.ts';
import {
  begun,
  CHAIN,
  candidate,
  candidates,
  EXAM,
  frozen,
  heard,
  INFORMATION,
  inTime,
  itemOf,
  notice,
  phone,
  type Room,
  rowsOf,
  START,
  say,
  sendFor,
  settleNow,
  slicesOf,
  slowCarrier,
  tally,
  untilSettled,
  withRoster,
} from './delivery-room.ts';
import { faultyPorts } from './faults.ts';

describe('freezing', () => {
  test('a pause that came meanwhile is not taken back by whoever read the record before it', async () => {
    const made = await frozen(candidates(2));
    await say(made, 'paused');
    expect((await itemOf(made)).state).toBe('paused');
    // Another process, whose fold is older than the pause.
    const late = { ...made.ports, store: { ...made.ports.store } };
    expect(await project(late, CHAIN, '0001')).toBe(false);
    expect((await itemOf(made)).state).toBe('paused');
  });

  test('done twice, or by two at once, it is done once', async () => {
    const made = await withRoster(candidates(1_200));
    const freezing = () => freeze(made.ports, EXAM, CHAIN, notice(), 'v1');
    const items = await Promise.all([freezing(), freezing(), freezing()]);
    expect(await freezing()).toEqual(items[0]);
    expect(items[0]).toMatchObject({ audience: 1_200, slices: 3, state: 'sending' });
    const ids = slicesOf(made).flatMap(({ people }) => people.map(({ id }) => id));
    expect(new Set(ids).size).toBe(1_200);
    expect(ids).toHaveLength(1_200);
  });

  test('a crash at any of its calls loses nobody and doubles nobody', async () => {
    const people = candidates(520);
    for (const when of ['before', 'after'] as const) {
      for (let at = 1, crashed = true; crashed; at += 1) {
        const made = await withRoster(people);
        const { ports } = faultyPorts(made.ports, { at, when });
        crashed = await freeze(ports, EXAM, CHAIN, notice(), 'v1').then(
          () => false,
          () => true,
        );
        const item = await freeze(made.ports, EXAM, CHAIN, notice(), 'v1');
        expect(item).toMatchObject({ audience: 520, slices: 2 });
        expect(slicesOf(made).map(({ people: some }) => some.length)).toEqual([500, 20]);
        expect(made.queue.drain('send').length).toBeGreaterThan(0);
      }
    }
  });

  test('a person told by an earlier notice, or still to be told by it, is dropped; one it failed to tell is not', async () => {
    const made = await frozen(candidates(4), {}, { carrier: { refuse: [phone(4)] } });
    const again = (no: string) =>
      freeze(
        made.ports,
        EXAM,
        CHAIN,
        notice({ no, audience: { ...notice().audience, dropTold: ['0001'] } as Notice['audience'] }),
        'v1',
      );
    expect(await again('0002')).toMatchObject({ audience: 0 });
    await sendFor(made, MINUTE);
    await say(made, 'stopped');
    expect(await again('0003')).toMatchObject({ audience: 1 });
    expect(slicesOf(made, '0003')).toMatchObject([{ people: [{ id: 'C-00004' }] }]);
  });

  test('an all-clear goes to those told, at the number told, also when they have left the roster', async () => {
    const made = await frozen(
      [...candidates(3), candidate(4, { phone: phone(1) })],
      {},
      { carrier: { refuse: [phone(2)] } },
    );
    await untilSettled(made);
    await made.store.remove('roster', { pk: 'fk#v1#s1', sk: 'C-00001' });
    await importRoster(made.ports, EXAM, 'v1', [candidate(3, { phone: phone(33) })]);
    const clear = notice({
      no: '0002',
      kind: 'all-clear',
      level: null,
      template: 'all-clear.lifted@1',
      slots: { 机构: '市气象台', 时间: '20日12:00', 预警: '台风橙色', 号: '0002' },
      audience: { who: 'told', siteId: 's1', notices: ['0001'], withinHours: 48 },
      createdAt: made.time.clock.now(),
    });
    await freeze(made.ports, EXAM, CHAIN, clear, 'v1');
    const before = made.carrier.outbox.length;
    expect(await untilSettled(made, '0002')).toMatchObject({ audience: 3, delivered: 3 });
    const heardIt = made.carrier.outbox.slice(before).map(({ to }) => to);
    expect(heardIt.toSorted()).toEqual([phone(1), phone(3)]);
    expect(slicesOf(made, '0002')).toMatchObject([{ deadline: instant('2024-09-21T17:30:00+08:00') }]);
  });

  test('of yellow, only those told near their paper get an all-clear', async () => {
    const made = await frozen([candidate(1), candidate(2, { sessionIds: ['b1', 'b2'] })], INFORMATION);
    await untilSettled(made);
    const told = (withinHours: number) => ({
      who: 'told' as const,
      siteId: 's1',
      notices: ['0001'],
      withinHours,
    });
    for (const [no, hours, audience] of [
      ['0002', 48, 2],
      ['0003', 24, 1],
    ] as const) {
      const item = await freeze(made.ports, EXAM, CHAIN, notice({ no, audience: told(hours) }), 'v1');
      expect(item).toMatchObject({ audience });
    }
  });

  test('a notice that was stopped before it was frozen sends nothing and still closes', async () => {
    const made = await withRoster(candidates(5));
    await freeze(made.ports, EXAM, CHAIN, notice(), 'v1', 'stopped');
    await sendFor(made, MINUTE);
    expect(await settleNow(made)).toMatchObject({ audience: 5, suppressed: 5 });
    expect(made.carrier.outbox).toEqual([]);
  });
});

/** Ports on which a worker claims the first person right after each look at the deliveries. */
function claimedOnceRead(made: Room, write: 'put' | 'putIfAbsent'): Room['ports'] {
  const [slice] = slicesOf(made);
  const at = { now: START, machine: START };
  const claim = claimed(slice!, slice!.people[0]!, undefined, 'late', phone(1), at);
  const getMany = async (...args: Parameters<typeof made.store.getMany>) => {
    const rows = await made.store.getMany(...args);
    if (args[0] === 'deliveries') await made.store[write]('deliveries', claim);
    return rows;
  };
  return { ...made.ports, store: { ...made.store, getMany } as Room['ports']['store'] };
}

describe('the sum', () => {
  test('is closed whatever the carrier does: 5 % lost, 10 % throttled, receipts out of order', async () => {
    for (const change of [{}, INFORMATION]) {
      const made = await frozen(candidates(400), change, {
        seed: 7,
        carrier: { lose: 0.05, throttle: 0.1, undelivered: 0.03 },
      });
      const { takeReceipts } = made.carrier;
      made.carrier.takeReceipts = (now) => takeReceipts(now).reverse();
      const counts = await untilSettled(made);
      expect(accounted(counts)).toBe(400);
      expect(counts.audience).toBe(400);
      expect(counts.expired + counts.suppressed + counts.rejected).toBe(0);
      expect(Math.max(...heard(made).values())).toBeLessThanOrEqual(change === INFORMATION ? 1 : 2);
      expect(heard(made).size).toBe(400);
    }
  });

  test('is asked for twice and says the same, digest included', async () => {
    const made = await frozen(candidates(30));
    const counts = await untilSettled(made);
    expect(await settleNow(made)).toEqual(counts);
    expect(counts.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('and a late claim contend for one key: the claim is waited for', async () => {
    const made = await frozen(candidates(1));
    await say(made, 'stopped');
    const contended = claimedOnceRead(made, 'putIfAbsent');
    const item = await itemOf(made);
    expect(await settle(contended, item)).toBeNull();
    expect(tally(rowsOf(made))).toEqual({ CLAIMED: 1 });
  });

  test('looks once more when all is settled: a worker that comes back just then is waited for', async () => {
    const made = await frozen(candidates(1));
    await say(made, 'stopped');
    expect(await settleNow(made)).toMatchObject({ suppressed: 1 });
    const contended = claimedOnceRead(made, 'put');
    expect(await settle(contended, await itemOf(made))).toBeNull();
  });

  test('waits for a claim in flight', async () => {
    const made = await frozen(candidates(1));
    const slow = slowCarrier(made, 4 * SECOND, 'before');
    const sending = begun(made, () => send(slow, START + HOUR));
    await made.time.runUntil(START + SECOND);
    await say(made, 'stopped');
    expect(await settleNow(made)).toBeNull();
    await inTime(made, () => sending);
    expect(await settleNow(made)).toMatchObject({ audience: 1, sent: 1 });
  });
});

test('no name and no number is in a log, a hint or a fault', async () => {
  const made = await frozen(
    candidates(30),
    {},
    { carrier: { lose: 0.2, throttle: 0.1, refuse: [phone(3)] } },
  );
  await untilSettled(made);
  const said = JSON.stringify([made.logs, made.queue.drain()]);
  expect(said).toContain('sms.accepted');
  for (const person of candidates(30)) {
    expect(said).not.toContain(person.name);
    expect(said).not.toContain(person.phone.slice(3));
  }
});
