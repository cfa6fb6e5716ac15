/** Every call of a whole delivery fails once, before its effect and after it: nobody is lost, nobody is told too often. */
import { describe, expect, test } from 'vitest';
import type { Ports } from '../shared/io/ports.ts';
import { ATTEMPTS_MAX, accounted } from '../shared/notice/delivery.ts';
import type { Counts, Notice } from '../shared/notice/notice.ts';
import type { NoticeItem } from '../shared/notice/slices.ts';
import type { Person } from '../shared/plan/exam.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { receive } from '../shared/stages/receive.ts';
import { send } from '../shared/stages/send.ts';
import { settle } from '../shared/stages/settle.ts';
import { MINUTE, SECOND } from '../shared/time.ts';
import {
  CHAIN,
  candidate,
  candidates,
  EXAM,
  heard,
  INFORMATION,
  inTime,
  notice,
  phone,
  type Room,
  rowsOf,
  withRoster,
} from './delivery-room.ts';
import { type FaultPlan, faultyPorts } from './faults.ts';

/** Among them two who share a number, and one who is never texted. */
function audience(count: number): Person[] {
  const shared = candidate(count - 1, { phone: phone(count - 2) });
  return [...candidates(count - 2), shared, candidate(count, { phone: '+85290000001' })];
}

/** One minute of the office: each step stands by itself, and a step that fails is done again next minute. */
async function minute(made: Room, ports: Ports, message: Notice, receipts: boolean): Promise<Counts | null> {
  const { time, carrier, store } = made;
  const step = async <T>(work: () => Promise<T>): Promise<T | null> =>
    await inTime(made, work).catch((fault: Error) => {
      expect(fault.message).toContain('injected');
      return null;
    });
  await step(() => freeze(ports, EXAM, CHAIN, message, 'v1'));
  await step(() => send(ports, time.clock.machine() + 50 * SECOND));
  await time.runUntil(time.clock.now() + MINUTE);
  // What the platform did not see taken it delivers again.
  const due = receipts ? carrier.takeReceipts(time.clock.now()) : [];
  for (let tries = 0; due.length > 0 && tries < 3; tries += 1) {
    const taken = await step(async () => {
      await receive(ports, due);
      return true;
    });
    if (taken) break;
  }
  const item = await store.get<NoticeItem>('notices', { pk: CHAIN, sk: message.no });
  return item && (await step(() => settle(ports, item)));
}

async function delivery(people: Person[], plan: FaultPlan, message: Notice, receipts: boolean) {
  const made = await withRoster(people);
  const { ports, calls } = faultyPorts(made.ports, plan);
  for (let minutes = 0; minutes < 30; minutes += 1) {
    const counts = await minute(made, ports, message, receipts);
    if (counts) return { made, calls, counts };
  }
  throw new Error(`call ${plan.at} ${plan.when}: the sum did not close`);
}

describe.each([
  ['action', notice(), false, audience(60)],
  ['action with receipts', notice(), true, audience(12)],
  ['information', notice(INFORMATION), false, audience(12)],
] as const)('%s', (_, message, receipts, people) => {
  test.each([
    ['one call', 1],
    ['all calls for a while', 12],
  ] as const)(
    '%s failing, at every place, before or after its effect',
    { timeout: 120_000 },
    async (_, times) => {
      const undisturbed = await delivery(people, { at: 0, when: 'before' }, message, receipts);
      const step = times === 1 ? 1 : 7;
      for (let at = 1; at <= undisturbed.calls.length; at += step) {
        for (const when of ['before', 'after'] as const) {
          const { made, counts } = await delivery(people, { at, when, times }, message, receipts);
          const where = `call ${at}, ${when}: ${undisturbed.calls[at - 1]}`;
          expect(accounted(counts), where).toBe(people.length);
          expect(counts.audience, where).toBe(people.length);
          expect(counts.expired + counts.suppressed, where).toBe(0);
          expect(Math.max(...heard(made).values()), where).toBeLessThanOrEqual(ATTEMPTS_MAX[message.class]);
          for (const row of rowsOf(made)) {
            const times = heard(made).get(row.to ?? '') ?? 0;
            if (row.state === 'SENT' || row.state === 'DELIVERED') expect(times, where).toBeGreaterThan(0);
            if (times === 0) expect(['UNKNOWN', 'REJECTED'], where).toContain(row.state);
          }
        }
      }
    },
  );
});
