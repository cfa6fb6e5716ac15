/** The loopback carrier's own promises: what it answered is on the disk, and every receipt is handed over at last. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LoopbackCarrierOptions, logEvent, startCarrier } from '../infra/carrier.ts';
import { memoryLog } from '../shared/io/memory/log.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { receiptsOf } from '../shared/io/receipts-log.ts';
import { snsCarrier } from '../shared/io/sns.ts';
import { HOUR, instant } from '../shared/time.ts';
import { NO_CREDENTIALS } from './loopback.ts';

const START = instant('2024-09-19T08:00:00+08:00');
const TO = '+8613900000017';

let dir: string;
let domain: { at: number };
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'carrier-'));
  domain = { at: START };
});
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await rm(dir, { recursive: true });
});

async function start(options: Partial<LoopbackCarrierOptions> = {}) {
  const carrier = await startCarrier({
    clock: { now: () => domain.at, machine: () => domain.at },
    random: seededRandom(1),
    log: memoryLog().log,
    deliver: async () => {},
    dir,
    ...options,
  });
  stops.push(carrier.stop);
  Object.assign(process.env, NO_CREDENTIALS, { AWS_ENDPOINT_URL_SNS: carrier.endpoint });
  return { carrier, sns: snsCarrier() };
}

/** Receipts as they are handed over, for as many as are awaited. */
function inbox(expected: number, refuseFirst = 0) {
  const taken: string[] = [];
  let refusals = refuseFirst;
  let done = () => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const deliver = async (event: CloudWatchLogsEvent) => {
    if (refusals-- > 0) throw new Error('not now');
    taken.push(...receiptsOf(event).receipts.map((receipt) => receipt.messageId));
    if (taken.length >= expected) done();
  };
  return { taken, all, deliver };
}

it('remembers its outbox and the receipts it owes when it is started again', async () => {
  const before = await start({ behaviour: { lose: 0.5 } });
  for (let n = 0; n < 8; n++) await before.sns.publish(TO, `第${n}号`);
  await before.carrier.stop();
  domain.at = START + HOUR;
  const { taken, all, deliver } = inbox(8);
  const after = await start({ deliver });
  expect(after.carrier.outbox).toEqual(before.carrier.outbox);
  await all;
  expect(taken.sort()).toEqual(before.carrier.outbox.map((sms) => sms.messageId).sort());
});

it('hands over no receipt before its time, and none twice', async () => {
  const { taken, all, deliver } = inbox(2);
  const first = await start({ deliver });
  await first.sns.publish(TO, '一');
  await first.sns.publish(TO, '二');
  await first.carrier.stop();
  expect(taken).toEqual([]);
  domain.at = START + HOUR;
  const second = await start({ deliver });
  await all;
  await second.carrier.stop();
  const third = await start({ deliver });
  expect(third.carrier.owed()).toBe(0);
  expect(taken).toHaveLength(2);
});

it('offers a receipt again until it is taken, and says that it was not', async () => {
  const { taken, all, deliver } = inbox(1, 2);
  const log = memoryLog();
  const { carrier, sns } = await start({ deliver, log: log.log });
  await sns.publish(TO, '一');
  domain.at = START + HOUR;
  await all;
  expect(taken).toEqual([carrier.outbox[0]?.messageId]);
  expect(log.entries).toEqual(Array(2).fill({ event: 'receipts.not-taken', fields: { owed: 1 } }));
});

it('hands successes and failures over as the two groups of the delivery log', async () => {
  const groups: string[] = [];
  const { all, deliver } = inbox(20);
  const { sns } = await start({
    behaviour: { undelivered: 0.5 },
    async deliver(event) {
      groups.push(...receiptsOf(event).receipts.map((receipt) => receipt.status));
      await deliver(event);
    },
  });
  for (let n = 0; n < 20; n++) await sns.publish(TO, `第${n}号`);
  domain.at = START + HOUR;
  await all;
  expect(groups.join(' ')).toMatch(/^(SUCCESS )+(FAILURE ?)+$/);
});

it('goes on from a journal whose last line a crash cut short', async () => {
  const before = await start();
  await before.sns.publish(TO, '一');
  await before.carrier.stop();
  const path = join(dir, 'carrier.jsonl');
  await writeFile(path, `${await readFile(path, 'utf8')}{"sms":{"at":17`);
  const after = await start();
  await after.sns.publish(TO, '二');
  await after.carrier.stop();
  const { carrier } = await start();
  expect(carrier.outbox.map((sms) => sms.text)).toEqual(['一', '二']);
});

it('holds its answers back when it is told to be slow', async () => {
  const { carrier } = await start({ behaviour: { answerAfterMs: 60_000 } });
  const impatient = snsCarrier({ timeoutMs: 2_000 });
  expect(await impatient.publish(TO, '一')).toMatchObject({ class: 'unknown' });
  expect(carrier.outbox).toHaveLength(1);
});

it.each<[string, Record<string, string>]>([
  ['another action', { Action: 'CreateTopic', PhoneNumber: TO, Message: '一' }],
  ['a topic', { Action: 'Publish', TopicArn: 'arn:aws:sns:ap-southeast-1:000000000000:t', Message: '一' }],
  ['a number that is not E.164', { Action: 'Publish', PhoneNumber: '13900000017', Message: '一' }],
  ['no text', { Action: 'Publish', PhoneNumber: TO }],
  ['a text above 1,600 characters', { Action: 'Publish', PhoneNumber: TO, Message: '一'.repeat(1_601) }],
])('refuses %s', async (_, form) => {
  const { carrier } = await start();
  const answer = await fetch(carrier.endpoint, { method: 'POST', body: new URLSearchParams(form) });
  expect(answer.status).toBe(400);
  expect(carrier.outbox).toEqual([]);
});

it('writes receipts that the reader of the delivery log reads back', () => {
  const receipt = {
    messageId: 'm-1',
    status: 'FAILURE' as const,
    providerResponse: 'Phone is currently unreachable/unavailable',
    destination: TO,
    at: START + 4_321,
    publishedAt: START + 123,
  };
  expect(receiptsOf(logEvent([receipt], 'FAILURE'))).toEqual({ receipts: [receipt], issues: [] });
});
