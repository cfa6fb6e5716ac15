/** What was acknowledged survives `kill -9`, of the services and of the program that started them. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startCarrier } from '../infra/carrier.ts';
import { type Emulators, startEmulators } from '../infra/emulators.ts';
import { dynamoClient, s3Client, sqsClient } from '../shared/io/clients.ts';
import { systemClock } from '../shared/io/clock.ts';
import { parseConfig } from '../shared/io/config.ts';
import { dynamoStore } from '../shared/io/dynamo.ts';
import type { QueueName } from '../shared/io/ports.ts';
import { queryAll } from '../shared/io/query-all.ts';
import { s3Blobs } from '../shared/io/s3.ts';
import { snsCarrier } from '../shared/io/sns.ts';
import { sqsQueue } from '../shared/io/sqs.ts';
import { NO_CREDENTIALS } from './loopback.ts';
import type { Serving } from './one-machine.ts';

const PROGRAM = fileURLToPath(new URL('./one-machine.ts', import.meta.url));
/** Acknowledged writes after which the kill comes. */
const WRITES = 300;

let dir: string;
const running: { stop(): Promise<void> }[] = [];
const children: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'machine-'));
});
afterEach(async () => {
  for (const { stop } of running.splice(0)) await stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true });
});

async function start(): Promise<Emulators> {
  const emulators = await startEmulators(dir);
  running.push(emulators);
  Object.assign(process.env, NO_CREDENTIALS, emulators.env);
  return emulators;
}

async function serve(): Promise<{ child: ChildProcess; serving: Serving }> {
  const child = fork(PROGRAM, [dir]);
  children.push(child);
  const [serving] = (await once(child, 'message')) as [Serving];
  Object.assign(process.env, NO_CREDENTIALS, serving.env, { AWS_ENDPOINT_URL_SNS: serving.sns });
  return { child, serving };
}

async function hints(queue: QueueName): Promise<string[]> {
  const QueueUrl = parseConfig(process.env).queues[queue];
  const { Messages = [] } = await sqsClient().send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
  );
  return Messages.map((message) => message.Body!);
}

const storeNow = () => dynamoStore(dynamoClient(), parseConfig(process.env).tables);

/** Puts items by ten workers until `kill` ends it; gives the keys whose put was acknowledged. */
async function putUntilKilled(kill: () => void): Promise<string[]> {
  const store = storeNow();
  const acknowledged: string[] = [];
  const worker = async (name: number) => {
    for (let n = 0; ; n++) {
      const sk = `${name}-${n}`;
      const put = await store.putIfAbsent('chain', { pk: 'exam#district', sk, event: 'x'.repeat(500) }).then(
        () => true,
        () => false,
      );
      if (!put) return;
      acknowledged.push(sk);
      if (acknowledged.length === WRITES) kill();
    }
  };
  await Promise.all(Array.from({ length: 10 }, (_, name) => worker(name)));
  return acknowledged;
}

it('keeps every acknowledged put when the services are killed', async () => {
  const { pid } = await start();
  const acknowledged = await putUntilKilled(() => process.kill(pid, 'SIGKILL'));
  await start();
  const kept = new Set((await queryAll(storeNow(), 'chain', 'exam#district')).map((item) => item.sk));
  expect(acknowledged.length).toBeGreaterThanOrEqual(WRITES);
  expect(acknowledged.filter((sk) => !kept.has(sk))).toEqual([]);
});

it('keeps every acknowledged put when the program is killed, and its services end by themselves', async () => {
  const { child, serving } = await serve();
  const acknowledged = await putUntilKilled(() => child.kill('SIGKILL'));
  await start();
  const kept = new Set((await queryAll(storeNow(), 'chain', 'exam#district')).map((item) => item.sk));
  expect(acknowledged.filter((sk) => !kept.has(sk))).toEqual([]);
  await expect(fetch(serving.env.AWS_ENDPOINT_URL_DYNAMODB!)).rejects.toThrow('fetch failed');
});

it('keeps every accepted SMS and its receipt when the program is killed', async () => {
  const { child } = await serve();
  const sns = snsCarrier();
  const accepted: string[] = [];
  const worker = async () => {
    for (;;) {
      const outcome = await sns.publish('+8613900000017', '台风红色预警');
      if (outcome.class !== 'accepted') return;
      accepted.push(outcome.messageId);
      if (accepted.length === WRITES) child.kill('SIGKILL');
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  const deliver = () => Promise.reject(new Error('not now'));
  const carrier = await startCarrier({
    clock: systemClock,
    random: Math.random,
    log: () => {},
    deliver,
    dir,
  });
  running.push(carrier);
  const kept = new Set(carrier.outbox.map((sms) => sms.messageId));
  expect(accepted.filter((id) => !kept.has(id))).toEqual([]);
  expect(carrier.owed()).toBe(carrier.outbox.length);
});

it('keeps hints and objects from one start to the next', async () => {
  const before = await start();
  await sqsQueue(sqsClient(), parseConfig(process.env).queues).hint('send', { lane: 'staff' });
  await s3Blobs(s3Client(), { record: 'record' }).put('record/x', Uint8Array.of(1, 2));
  await before.stop();
  await start();
  expect(await s3Blobs(s3Client(), { record: 'record' }).get('record/x')).toEqual(Uint8Array.of(1, 2));
  expect(await hints('send')).toEqual(['{"lane":"staff"}']);
});

it('waits for the data until the program before it has let go', async () => {
  const first = await start();
  const waiting = startEmulators(dir);
  await first.stop();
  const second = await waiting;
  running.push(second);
  expect(second.pid).not.toBe(first.pid);
});

it('offers itself to this machine only', async () => {
  const { endpoints } = await start();
  for (const url of Object.values(endpoints)) {
    expect((await fetch(url)).status).toBeGreaterThan(0);
    // Another address of this machine: it reaches what listens on all of them.
    await expect(fetch(url.replace('127.0.0.1', '127.0.0.2'))).rejects.toThrow('fetch failed');
  }
});
