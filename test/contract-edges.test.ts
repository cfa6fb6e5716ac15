/** What every place for objects and every queue must do, whatever it is made of. */
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '../infra/emulators.ts';
import { s3Client, sqsClient } from '../shared/io/clients.ts';
import { parseConfig } from '../shared/io/config.ts';
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { memoryQueue } from '../shared/io/memory/queue.ts';
import type { Blobs, Queue, QueueName } from '../shared/io/ports.ts';
import { s3Blobs } from '../shared/io/s3.ts';
import { sqsQueue } from '../shared/io/sqs.ts';
import { inParallel } from '../shared/parallel.ts';
import { NO_CREDENTIALS } from './loopback.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
  Object.assign(process.env, emulators.env, NO_CREDENTIALS);
}, 60_000);
afterAll(() => emulators.stop());

const blobMakers: [string, () => Blobs][] = [
  ['memory', memoryBlobs],
  ['S3, embedded', () => s3Blobs(s3Client(), parseConfig(process.env).buckets)],
];

describe.each(blobMakers)('blobs contract: %s', (_, make) => {
  let blobs: Blobs;
  beforeAll(() => {
    blobs = make();
  });

  it('gives back the very bytes', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await blobs.put('readings/bytes', bytes);
    expect(await blobs.get('readings/bytes')).toEqual(bytes);
  });

  it('keeps an empty object apart from a missing one', async () => {
    await blobs.put('readings/empty', new Uint8Array());
    expect(await blobs.get('readings/empty')).toEqual(new Uint8Array());
    expect(await blobs.get('readings/missing')).toBeNull();
  });

  it('shares no bytes with its callers', async () => {
    const bytes = Uint8Array.of(1, 2, 3);
    await blobs.put('readings/own', bytes);
    bytes[0] = 9;
    const read = await blobs.get('readings/own');
    expect(read).toEqual(Uint8Array.of(1, 2, 3));
    read![0] = 9;
    expect(await blobs.get('readings/own')).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('takes an object of 5 MB and replaces it', async () => {
    const large = new Uint8Array(5 * 1024 * 1024).fill(7);
    await blobs.put('readings/large', large);
    expect((await blobs.get('readings/large'))?.length).toBe(large.length);
    await blobs.put('readings/large', Uint8Array.of(1));
    expect(await blobs.get('readings/large')).toEqual(Uint8Array.of(1));
  });

  it('removes an object, and finds none to remove', async () => {
    await blobs.put('inbox/gjzwfw/1.json', Uint8Array.of(1));
    await blobs.remove('inbox/gjzwfw/1.json');
    expect([await blobs.get('inbox/gjzwfw/1.json'), await blobs.list('inbox/')]).toEqual([null, []]);
    await expect(blobs.remove('inbox/gjzwfw/1.json')).resolves.toBeUndefined();
  });

  it('lists the keys of a prefix in order of code points, and no others', async () => {
    const keys = [
      'record/x#福州/0',
      'record/x#福州/00000001-ab',
      'record/x#福州/00000002 cd',
      'record/x#福州/🌀',
    ];
    for (const key of [...keys, 'record/x#福', 'record/y'].reverse()) await blobs.put(key, Uint8Array.of(1));
    expect(await blobs.list('record/x#福州/')).toEqual(keys);
    expect(await blobs.list('record/nothing')).toEqual([]);
  });

  it('lists more keys than one answer of S3 holds', async () => {
    const keys = Array.from({ length: 1_003 }, (_, i) => `readings/many/${String(i).padStart(5, '0')}`);
    await inParallel(keys, 50, (key) => blobs.put(key, new Uint8Array()));
    expect(await blobs.list('readings/many/')).toEqual(keys);
  }, 30_000);
});

interface QueueUnderTest {
  queue: Queue;
  take(queue: QueueName): Promise<Record<string, string>[]>;
}

function embeddedQueue(): QueueUnderTest {
  const client = sqsClient();
  const { queues } = parseConfig(process.env);
  return {
    queue: sqsQueue(client, queues),
    async take(name) {
      const QueueUrl = queues[name];
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      for (const { ReceiptHandle } of Messages) {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return Messages.map((message) => JSON.parse(message.Body!) as Record<string, string>);
    },
  };
}

function queueInMemory(): QueueUnderTest {
  const queue = memoryQueue();
  return { queue, take: async (name) => queue.drain(name).map((hint) => hint.body) };
}

const queueMakers: [string, () => QueueUnderTest][] = [
  ['memory', queueInMemory],
  ['SQS, embedded', embeddedQueue],
];

describe.each(queueMakers)('queue contract: %s', (_, make) => {
  let under: QueueUnderTest;
  beforeAll(() => {
    under = make();
  });

  it('hands each hint to whoever takes from that queue', async () => {
    await under.queue.hint('expand', { chain: 'nje-2024#泉州' });
    await under.queue.hint('send', { lane: 'office' });
    expect(await under.take('expand')).toEqual([{ chain: 'nje-2024#泉州' }]);
    expect(await under.take('send')).toEqual([{ lane: 'office' }]);
    expect(await under.take('send')).toEqual([]);
  });

  it('keeps a hint as it was when it was laid', async () => {
    const body = { lane: 'staff' };
    await under.queue.hint('send', body);
    body.lane = 'candidates';
    expect(await under.take('send')).toEqual([{ lane: 'staff' }]);
  });
});

describe('what a process is not given', () => {
  it('cannot be used: a queue, a bucket', async () => {
    const blobs = s3Blobs(s3Client(), { readings: 'readings' });
    await expect(sqsQueue(sqsClient(), {}).hint('send', {})).rejects.toThrow('not given the queue send');
    await expect(blobs.get('record/x')).rejects.toThrow('not given the bucket record');
  });
});
