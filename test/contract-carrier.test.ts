/** What every carrier that is not the real one must do: the one in memory and the one on loopback behind the SDK. */
import { afterEach, describe, expect, it } from 'vitest';
import { startCarrier } from '../infra/carrier.ts';
import {
  type AcceptedSms,
  type CarrierBehaviour,
  DELIVERED_RESPONSE,
} from '../shared/io/carrier-behaviour.ts';
import { memoryCarrier } from '../shared/io/memory/carrier.ts';
import { memoryLog } from '../shared/io/memory/log.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import type { Carrier, Receipt } from '../shared/io/ports.ts';
import { receiptsOf } from '../shared/io/receipts-log.ts';
import { snsCarrier } from '../shared/io/sns.ts';
import { HOUR, instant } from '../shared/time.ts';
import { NO_CREDENTIALS } from './loopback.ts';

const START = instant('2024-09-19T08:00:00+08:00');
const TEXT = '【考试中心】台风红色预警生效，考试时间不变，请留在室内，听从考点安排。';
const phone = (n: number) => `+86139${String(n).padStart(8, '0')}`;

interface CarrierUnderTest {
  carrier: Carrier;
  outbox: readonly AcceptedSms[];
  behave(change: Partial<CarrierBehaviour>): void;
  /** Lets domain time reach `now` and gives every receipt handed over until none is owed. */
  receiptsBy(now: number): Promise<Receipt[]>;
}

/** Both clocks stand still until they are moved. */
function stillClock() {
  const clock = { at: START, now: () => clock.at, machine: () => clock.at };
  return clock;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function inMemory(behaviour: Partial<CarrierBehaviour>): Promise<CarrierUnderTest> {
  const carrier = memoryCarrier(stillClock(), seededRandom(7), behaviour);
  return {
    carrier,
    outbox: carrier.outbox,
    behave: carrier.behave,
    receiptsBy: async (now) => carrier.takeReceipts(now),
  };
}

async function onLoopback(behaviour: Partial<CarrierBehaviour>): Promise<CarrierUnderTest> {
  const clock = stillClock();
  const taken: Receipt[] = [];
  let allTaken = () => {};
  const running = await startCarrier({
    clock,
    random: seededRandom(7),
    log: memoryLog().log,
    behaviour,
    async deliver(event) {
      taken.push(...receiptsOf(event).receipts);
      if (taken.length === running.outbox.length) allTaken();
    },
  });
  stops.push(running.stop);
  Object.assign(process.env, NO_CREDENTIALS, { AWS_ENDPOINT_URL_SNS: running.endpoint });
  return {
    carrier: snsCarrier(),
    outbox: running.outbox,
    behave: running.behave,
    async receiptsBy(now) {
      const all = new Promise<void>((resolve) => {
        allTaken = resolve;
      });
      clock.at = now;
      if (running.outbox.length > 0) await all;
      return taken;
    },
  };
}

const makers: [string, (behaviour: Partial<CarrierBehaviour>) => Promise<CarrierUnderTest>][] = [
  ['memory', inMemory],
  ['loopback, through the SDK', onLoopback],
];

describe.each(makers)('carrier contract: %s', (_, make) => {
  it('takes an SMS once, whole, dated and counted', async () => {
    const { carrier, outbox } = await make({});
    const text = TEXT.repeat(3);
    const outcome = await carrier.publish(phone(1), text);
    expect(outcome.class).toBe('accepted');
    const messageId = outcome.class === 'accepted' ? outcome.messageId : '';
    expect(outbox).toEqual([{ at: START, to: phone(1), text, parts: 2, messageId }]);
  });

  it.each<[string, Partial<CarrierBehaviour>, string]>([
    ['refuses a number for good', { refuse: [phone(1)] }, 'refused'],
    ['throttles', { throttle: 1 }, 'throttled'],
    ['is out of order', { outage: true }, 'unknown'],
  ])('keeps nothing of an SMS when it %s', async (_, behaviour, expected) => {
    const { carrier, outbox } = await make(behaviour);
    expect((await carrier.publish(phone(1), TEXT)).class).toBe(expected);
    expect(outbox).toEqual([]);
  });

  it('keeps an SMS whose answer is lost, and owes its receipt', async () => {
    const { carrier, outbox, receiptsBy } = await make({ lose: 1 });
    expect((await carrier.publish(phone(1), TEXT)).class).toBe('unknown');
    expect(outbox).toMatchObject([{ to: phone(1), text: TEXT }]);
    const receipts = await receiptsBy(START + HOUR);
    expect(receipts).toMatchObject([
      { messageId: outbox[0]?.messageId, status: 'SUCCESS', destination: phone(1) },
    ]);
  });

  it('gives each SMS one receipt, a few seconds later', async () => {
    const { carrier, outbox, receiptsBy } = await make({});
    for (let n = 0; n < 15; n++) await carrier.publish(phone(n), TEXT);
    const receipts = await receiptsBy(START + HOUR);
    expect(receipts.map((receipt) => receipt.messageId).sort()).toEqual(
      outbox.map((sms) => sms.messageId).sort(),
    );
    for (const receipt of receipts) {
      expect(receipt).toMatchObject({ publishedAt: START, providerResponse: DELIVERED_RESPONSE });
      expect(receipt.at).toBeGreaterThanOrEqual(START + 2_000);
      expect(receipt.at).toBeLessThanOrEqual(START + 6_000);
    }
  });

  it('says of an SMS that does not arrive why it did not', async () => {
    const { carrier, receiptsBy } = await make({
      undelivered: 1,
      undeliveredBecause: 'No quota left for account',
    });
    await carrier.publish(phone(1), TEXT);
    expect(await receiptsBy(START + HOUR)).toMatchObject([
      { status: 'FAILURE', providerResponse: 'No quota left for account' },
    ]);
  });

  it('throttles what runs more than a second ahead of its rate, parts counted', async () => {
    const { carrier, outbox } = await make({ partsPerSecond: 10 });
    const classes: string[] = [];
    for (let n = 0; n < 10; n++) classes.push((await carrier.publish(phone(n), TEXT.repeat(3))).class);
    expect(classes.join(' ')).toMatch(/^(accepted )+(throttled ?)+$/);
    expect(outbox.map((sms) => sms.parts)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('behaves anew from one SMS to the next', async () => {
    const { carrier, behave } = await make({});
    expect((await carrier.publish(phone(1), TEXT)).class).toBe('accepted');
    behave({ outage: true });
    expect((await carrier.publish(phone(1), TEXT)).class).toBe('unknown');
    behave({ outage: false });
    expect((await carrier.publish(phone(1), TEXT)).class).toBe('accepted');
  });
});

it('ends a scenario the same way in memory and on loopback', async () => {
  const behaviour = { partsPerSecond: 1_000, lose: 0.2, throttle: 0.2, undelivered: 0.3, refuse: [phone(3)] };
  const ends = [];
  for (const [, make] of makers) {
    const { carrier, outbox, receiptsBy } = await make(behaviour);
    const classes: string[] = [];
    for (let n = 0; n < 60; n++) classes.push((await carrier.publish(phone(n % 7), `${TEXT}第${n}号`)).class);
    const receipts = (await receiptsBy(START + HOUR)).map(({ destination, at, status }) => ({
      destination,
      at,
      status,
    }));
    const sent = outbox.map(({ at, to, text, parts }) => ({ at, to, text, parts }));
    const byTime = (a: { at: number; destination: string }, b: typeof a) => a.at - b.at;
    ends.push({ classes, sent, receipts: receipts.sort(byTime) });
  }
  expect(new Set(ends[0]?.classes)).toEqual(new Set(['accepted', 'unknown', 'throttled', 'refused']));
  expect(ends[1]).toEqual(ends[0]);
});
