/** Entry points: what goes in reaches the stage, what comes out says nothing of anybody. */
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent, Context, SQSEvent } from 'aws-lambda';
import { beforeEach, describe, expect, test } from 'vitest';
import { handler as expand } from '../functions/expand.ts';
import { handler as poll } from '../functions/poll.ts';
import { handler as receipts } from '../functions/receipts.ts';
import { handler as send } from '../functions/send.ts';
import { handler as sweep } from '../functions/sweep.ts';
import { house, RUN_MARGIN_MS, runUntil, usePorts } from '../functions/wire.ts';
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { memoryCarrier } from '../shared/io/memory/carrier.ts';
import { type LogEntry, memoryLog } from '../shared/io/memory/log.ts';
import { memoryQueue } from '../shared/io/memory/queue.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { Clock, Ports } from '../shared/io/ports.ts';
import { Fault } from '../shared/outcome.ts';
import { SECOND } from '../shared/time.ts';
import type { FeedId } from '../shared/warning/warning.ts';

const NUMBER = '+8613900000012';
const NOON = Date.UTC(2024, 8, 19, 4);
const clock: Clock = { now: () => NOON, machine: () => NOON, sleep: async () => {} };
const context = { getRemainingTimeInMillis: () => 60 * SECOND } as Context;

let ports: Ports;
let log: LogEntry[];

beforeEach(() => {
  const random = seededRandom(1);
  const written = memoryLog();
  log = written.entries;
  ports = {
    clock,
    random,
    store: memoryStore(),
    blobs: memoryBlobs(),
    vault: memoryVault(),
    queue: memoryQueue(),
    carrier: memoryCarrier(clock, random),
    feeds: { read: async () => ({ kind: 'failed', reason: 'no-source' }) },
    log: written.log,
  };
  usePorts(ports);
});

function hints(...bodies: string[]): SQSEvent {
  return { Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) } as SQSEvent;
}

function logEvent(messages: string[], messageType = 'DATA_MESSAGE'): CloudWatchLogsEvent {
  const logEvents = messages.map((message, index) => ({ id: String(index), timestamp: NOON, message }));
  return { awslogs: { data: gzipSync(JSON.stringify({ messageType, logEvents })).toString('base64') } };
}

/** Everything a process would print of an error that leaves it. */
function printed(error: unknown): string {
  return `${inspect(error, { depth: 9, showHidden: true })} ${(error as Error).stack}`;
}

/** An error as AWS makes them: a name, a status, and a message that quotes what it was sent. */
function awsLike(): Error {
  const error = new Error(`Invalid parameter: PhoneNumber Reason: ${NUMBER} is not valid`);
  return Object.assign(error, { name: 'InvalidParameterException', $metadata: { httpStatusCode: 400 } });
}

describe('the error boundary', () => {
  const cases: [string, () => unknown, { kind: string; reason: string; retryable: boolean }][] = [
    [
      'A fault keeps its reason and loses its cause.',
      () => new Fault('store.put ThrottlingException 400', { retryable: true, cause: awsLike() }),
      { kind: 'fault', reason: 'store.put ThrottlingException 400', retryable: true },
    ],
    [
      'An error of a library keeps its name and status and loses its message.',
      awsLike,
      { kind: 'bug', reason: 'InvalidParameterException 400', retryable: false },
    ],
    [
      'A failed assertion says what this program relied on.',
      () => new Error('bug: a slice without people'),
      { kind: 'bug', reason: 'a slice without people', retryable: false },
    ],
    [
      'What is thrown without being an error is told without being quoted.',
      () => NUMBER,
      { kind: 'bug', reason: 'unnamed', retryable: false },
    ],
  ];

  test.each(cases)('%s', async (_, thrown, failure) => {
    const handler = house('trial', async () => {
      throw thrown();
    });
    const error: unknown = await handler({}, context).catch((caught: unknown) => caught);
    expect(log).toEqual([{ event: 'run.failed', fields: { function: 'trial', ...failure } }]);
    expect((error as Error).message).toBe(`${failure.kind}: ${failure.reason}`);
    expect(printed(error)).not.toContain(NUMBER.slice(3));
  });

  test('The place of a failure stays readable.', async () => {
    const handler = house('trial', async () => {
      throw awsLike();
    });
    const error = await handler({}, context).catch((caught: unknown) => caught as Error);
    expect((error as Error).stack).toContain('wire.test.ts');
  });

  test('A run that ends leaves a heartbeat, and its answer is its own.', async () => {
    const handler = house('trial', async ({ n }: { n: number }) => n + 1);
    expect(await handler({ n: 1 }, context)).toBe(2);
    expect(log).toEqual([{ event: 'run.ended', fields: { function: 'trial' } }]);
  });
});

describe('the handlers', () => {
  test('A run takes up nothing new in the last seconds of its time.', () => {
    expect(runUntil(context)).toBe(NOON + 60 * SECOND - RUN_MARGIN_MS);
  });

  test('A tick of a feed is a look at that feed.', async () => {
    await poll({ feed: 'gjzwfw' }, context);
    expect(log.map(({ event, fields }) => [event, fields.feed ?? fields.function])).toContainEqual([
      'feed.read',
      'gjzwfw',
    ]);
  });

  test('A tick of a feed that nobody knows is a bug, not a look.', async () => {
    await expect(poll({ feed: 'horoscope' as FeedId }, context)).rejects.toThrow('not in the catalogue');
  });

  test('With nothing to do, the sweep ends well.', async () => {
    await sweep({}, context);
    expect(log.at(-1)).toEqual({ event: 'run.ended', fields: { function: 'sweep' } });
  });

  test('A hint without work is done with.', async () => {
    expect(await send(hints('{}', '{}'), context)).toEqual({
      batchItemFailures: [],
    });
  });

  test('A hint of a record that is not open is done with.', async () => {
    await expect(expand(hints('{"chain":"exam#none"}'), context)).resolves.toBeUndefined();
  });

  test.each([
    ['no chain', '{}', 'without chain'],
    ['a chain that is no word', '{"chain":7}', 'without chain'],
    ['no object', 'null', 'without chain'],
    ['no JSON', NUMBER, 'SyntaxError'],
  ])('A hint with %s is refused.', async (_, body, words) => {
    const error: unknown = await expand(hints(body), context).catch((caught: unknown) => caught);
    expect((error as Error).message).toContain(words);
    expect(printed(error)).not.toContain(NUMBER.slice(3));
  });

  test('A receipt for an SMS not known yet is parked; a line that is none is named by its place, never quoted.', async () => {
    const receipt = {
      notification: { messageId: 'sms-1' },
      delivery: { destination: NUMBER, providerResponse: 'accepted' },
      status: 'SUCCESS',
    };
    await receipts(logEvent([JSON.stringify(receipt), `gone: ${NUMBER}`]), context);
    expect(log.map(({ event }) => event)).toEqual(['receipt.unreadable', 'receipt.parked', 'run.ended']);
    expect(JSON.stringify(log)).not.toContain(NUMBER.slice(3));
  });

  test('CloudWatch asking whether anybody is there is no receipt.', async () => {
    await receipts(logEvent([], 'CONTROL_MESSAGE'), context);
    expect(log.map(({ event }) => event)).toEqual(['run.ended']);
  });
});
