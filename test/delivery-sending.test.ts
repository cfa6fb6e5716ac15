/** Sending: pace, numbers, refusals, stops and deadlines. */
import { describe, expect, test } from 'vitest';
import { accounted } from '../shared/notice/delivery.ts';
import type { Person } from '../shared/plan/exam.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { grantNow, setGrant } from '../shared/stages/grant.ts';
import { receive } from '../shared/stages/receive.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { send } from '../shared/stages/send.ts';
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
  notice,
  officer,
  phone,
  rowsOf,
  START,
  say,
  sendFor,
  settleNow,
  slicesOf,
  tally,
  untilSettled,
  withRoster,
} from './delivery-room.ts';
import { faultyPorts } from './faults.ts';

describe('sending', () => {
  test('everybody is told once, at little more than three calls per SMS', async () => {
    const made = await frozen(candidates(600), {}, { carrier: { partsPerSecond: 100 } });
    await setGrant(made.ports, 100);
    const { ports, calls } = faultyPorts(made.ports, { at: 0, when: 'before' });
    expect(await sendFor(made, HOUR, ports)).toBe(false);
    expect(tally(rowsOf(made))).toEqual({ SENT: 600 });
    expect([...heard(made).values()].every((count) => count === 1)).toBe(true);
    expect(calls.length / 600).toBeLessThanOrEqual(3.2);
  });

  test('a receipt takes two calls, and a batch of them one look at the breaker', async () => {
    const made = await frozen(candidates(60), {}, { carrier: { partsPerSecond: 100 } });
    await sendFor(made, HOUR);
    const { ports, calls } = faultyPorts(made.ports, { at: 0, when: 'before' });
    await inTime(made, () => receive(ports, made.carrier.takeReceipts(START + HOUR)));
    expect(tally(rowsOf(made))).toEqual({ DELIVERED: 60 });
    expect(calls.length).toBeLessThanOrEqual(2 * 60 + 1);
  });

  test('the pace is the grant, to the second', async () => {
    const made = await frozen(candidates(200));
    await sendFor(made, HOUR);
    const perSecond = Map.groupBy(made.carrier.outbox, ({ at }) => Math.floor((at - START) / SECOND));
    expect([...perSecond.values()].map((sms) => sms.length)).toEqual(Array.from({ length: 10 }, () => 20));
  });

  test('a sender whose time is over leaves the rest to the next', async () => {
    const made = await frozen(candidates(100));
    expect(await sendFor(made, 2 * SECOND)).toBe(true);
    expect(rowsOf(made)).toHaveLength(40);
    expect(await sendFor(made, HOUR)).toBe(false);
    expect(tally(rowsOf(made))).toEqual({ SENT: 100 });
  });

  test('two senders at once tell nobody twice', async () => {
    const made = await frozen(candidates(700));
    await Promise.all([sendFor(made, HOUR), sendFor(made, HOUR), sendFor(made, HOUR)]);
    expect(tally(rowsOf(made))).toEqual({ SENT: 700 });
    expect(made.carrier.outbox).toHaveLength(700);
  });

  test('one number for two people is one SMS, and both count', async () => {
    const made = await frozen([candidate(1), candidate(2, { phone: phone(1) }), candidate(3)]);
    const counts = await untilSettled(made);
    expect(counts).toMatchObject({ audience: 3, delivered: 3 });
    expect(made.carrier.outbox.map(({ to }) => to)).toEqual([phone(1), phone(3)]);
  });

  test('who shares a number with somebody who sits sooner is told by the same SMS, outside the papers of both', async () => {
    const late = candidate(2, { phone: phone(1), sessionIds: ['b1', 'b2'] });
    const made = await frozen([candidate(1), late]);
    expect(slicesOf(made)).toMatchObject([
      { sessionIds: ['a1', 'a2', 'b1', 'b2'], people: [{ id: 'C-00001', also: ['C-00002'] }] },
    ]);
  });

  test('a number outside the mainland is never texted, it is for the call list', async () => {
    const made = await frozen([candidate(1), candidate(2, { phone: '+85290000002' })]);
    expect(await untilSettled(made)).toMatchObject({ audience: 2, delivered: 1, rejected: 1 });
    expect(heard(made).has('+85290000002')).toBe(false);
  });

  test('the number is the one of the moment of sending, and who has left is suppressed', async () => {
    const made = await frozen(candidates(3));
    await made.store.remove('roster', { pk: 'fk#v1#s1', sk: 'C-00002' });
    await importRoster(made.ports, EXAM, 'v1', [candidate(3, { phone: phone(33) })]);
    expect(await untilSettled(made)).toMatchObject({ audience: 3, delivered: 2, suppressed: 1 });
    expect(made.carrier.outbox.map(({ to }) => to)).toEqual([phone(1), phone(33)]);
  });

  test('a refused number is rejected, whatever class the notice has', async () => {
    const made = await frozen(candidates(3), {}, { carrier: { refuse: [phone(2)] } });
    expect(await untilSettled(made)).toMatchObject({ delivered: 2, rejected: 1 });
  });

  test('a throttled SMS is tried again until it is taken, lowers the rate, and counts as no attempt', async () => {
    const made = await frozen(candidates(60), INFORMATION, { carrier: { throttle: 0.3 } });
    expect(await sendFor(made, HOUR)).toBe(false);
    expect(tally(rowsOf(made))).toEqual({ SENT: 60 });
    expect(rowsOf(made).every(({ attempt }) => attempt === 1)).toBe(true);
    expect(rowsOf(made).some(({ deferrals }) => deferrals > 0)).toBe(true);
    expect((await grantNow(made.ports)).rate).toBeLessThan(20);
  });

  test('staff of the district and of each site get the text of their place', async () => {
    const staff = [officer(1, 'site-lead', 's1'), officer(2, 'site-lead', 's2'), officer(3, 'office')];
    const made = await frozen(staff, {
      kind: 'duty',
      lane: 'staff',
      template: 'duty.confirm@1',
      slots: { 预警: '台风橙色', 截止: '20日10:00' },
      siteSlots: { s1: { 码: '0001' }, s2: { 码: '0002' } },
      audience: { who: 'posts', posts: ['site-lead'], sites: ['s1', 's2'] },
    });
    expect(await untilSettled(made)).toMatchObject({ audience: 2, delivered: 2 });
    expect(made.carrier.outbox.map(({ text }) => /码(\d{4})/.exec(text)?.[1])).toEqual(['0001', '0002']);
  });
});

describe('stopping and time', () => {
  test('a stop takes effect within a second of the grant, and the rest is suppressed', async () => {
    const made = await frozen(candidates(400));
    const sending = begun(made, () => send(made.ports, START + HOUR));
    await made.time.runUntil(START + 5 * SECOND);
    await say(made, 'stopped');
    const sent = made.carrier.outbox.length;
    await inTime(made, () => sending);
    expect(made.carrier.outbox.length - sent).toBeLessThanOrEqual(20);
    const counts = await settleNow(made);
    expect(counts).toMatchObject({ audience: 400, sent: made.carrier.outbox.length });
    expect(accounted(counts!)).toBe(400);
    expect(counts!.suppressed).toBe(400 - made.carrier.outbox.length);
  });

  test('what was stopped never goes on', async () => {
    const made = await frozen(candidates(2));
    expect(await say(made, 'stopped')).toBe(true);
    expect(await say(made, 'sending')).toBe(false);
    await sendFor(made, HOUR);
    expect(made.carrier.outbox).toEqual([]);
  });

  test('a pause holds, a resume goes on after the next sweep', async () => {
    const made = await frozen(candidates(40));
    await say(made, 'paused');
    expect(await sendFor(made, HOUR)).toBe(false);
    expect(await settleNow(made)).toBeNull();
    expect(made.carrier.outbox).toEqual([]);
    await say(made, 'sending');
    expect(await untilSettled(made)).toMatchObject({ audience: 40, delivered: 40 });
  });

  test('nothing is published at or after the deadline of a slice; the others go on', async () => {
    const people = [...candidates(100), ...candidates(30, { sessionIds: ['b1', 'b2'] }).map(renumbered)];
    const made = await frozen(people);
    const admission = instant('2024-09-21T08:15:00+08:00');
    await made.time.runUntil(admission - 2 * SECOND);
    await sendFor(made, HOUR);
    const first = made.carrier.outbox.filter(({ at }) => at < admission);
    expect(first.length).toBeLessThanOrEqual(40);
    expect(await untilSettled(made)).toMatchObject({
      audience: 130,
      expired: 100 - first.length,
      delivered: 30 + first.length,
    });
    expect(made.carrier.outbox.filter(({ at }) => at >= admission)).toHaveLength(30);
  });

  const renumbered = (person: Person, place: number): Person =>
    candidate(1_000 + place, { sessionIds: person.sessionIds });

  test('a reminder ends with its warning, where that is earlier', async () => {
    const made = await frozen(candidates(1), { validUntil: START + HOUR });
    expect(slicesOf(made)).toMatchObject([{ deadline: START + HOUR }]);
    await made.time.runUntil(START + HOUR);
    await sendFor(made, HOUR);
    expect(await settleNow(made)).toMatchObject({ audience: 1, expired: 1 });
  });

  test('during papers nothing is published; between them it is', async () => {
    const made = await withRoster(candidates(2));
    await freeze(made.ports, EXAM, CHAIN, notice({ kind: 'exam-change', deadline: START + 48 * HOUR }), 'v1');
    const inPaper = instant('2024-09-21T10:00:00+08:00');
    await freeze(
      made.ports,
      EXAM,
      CHAIN,
      notice({ no: '0002', createdAt: inPaper, deadline: inPaper + 48 * HOUR }),
      'v1',
    );
    await say(made, 'stopped');
    await made.time.runUntil(inPaper);
    expect(await untilSettled(made, '0002')).toMatchObject({ audience: 2, delivered: 2 });
    const noon = instant('2024-09-21T12:00:00+08:00');
    expect(made.carrier.outbox.every(({ at }) => at >= noon && at < noon + 2 * MINUTE)).toBe(true);
  });

  test('the soonest paper goes first, then the higher level', async () => {
    const made = await withRoster([
      candidate(1, { sessionIds: ['b1', 'b2'] }),
      candidate(2),
      candidate(3, { siteId: 's2' }),
    ]);
    await freeze(made.ports, EXAM, CHAIN, notice(INFORMATION), 'v1');
    const raised = notice({
      no: '0002',
      level: 'red',
      template: 'candidate-reminder.wind.red@1',
      audience: {
        who: 'candidates',
        siteId: 's2',
        cells: [{ siteId: 's2', home: null, sessionIds: ['a1', 'a2'] }],
        dropTold: [],
      },
    });
    await freeze(made.ports, EXAM, CHAIN, raised, 'v1');
    await sendFor(made, MINUTE);
    expect(made.carrier.outbox.map(({ to }) => to)).toEqual([phone(3), phone(2), phone(1)]);
  });
});
