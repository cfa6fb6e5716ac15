/** A write whose answer is lost is sent again by the SDK: the store must still say whose write stands. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '../infra/emulators.ts';
import { dynamoClient } from '../shared/io/clients.ts';
import { parseConfig } from '../shared/io/config.ts';
import { dynamoStore } from '../shared/io/dynamo.ts';
import type { Store } from '../shared/io/ports.ts';
import { NO_CREDENTIALS } from './loopback.ts';

let emulators: Emulators;
let between: Server;
/** Stands between the client and the store. */
let store: Store;
/** Speaks to the store directly. */
let other: Store;
/** Run once the store has done the next request, in place of its answer. */
let instead: (() => Promise<void>) | undefined;

beforeAll(async () => {
  emulators = await startEmulators();
  between = createServer(async (request, response) => {
    const { method, headers } = request;
    const answer = await fetch(emulators.endpoints.dynamodb, {
      method: method!,
      headers: headers as Record<string, string>,
      body: new Uint8Array(await buffer(request)),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const lose = instead;
    instead = undefined;
    if (lose) {
      await lose();
      response.destroy();
      return;
    }
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  Object.assign(process.env, NO_CREDENTIALS, emulators.env);
  const { tables } = parseConfig(process.env);
  other = dynamoStore(dynamoClient(), tables);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
  store = dynamoStore(dynamoClient(), tables);
});
afterAll(async () => {
  between.closeAllConnections();
  between.close();
  await emulators.stop();
});

let pk = '';
beforeEach((context) => {
  pk = context.task.id;
});

const nothingMore = async () => {};

describe('after a lost answer', () => {
  it('a put into a free key is this writer’s', async () => {
    instead = nothingMore;
    expect(await store.putIfAbsent('deliveries', { pk, sk: 'p-1', token: 'mine' })).toBe(true);
    expect(await store.get('deliveries', { pk, sk: 'p-1' })).toMatchObject({ token: 'mine' });
  });

  it('a put into a taken key is not', async () => {
    await other.put('deliveries', { pk, sk: 'p-1', token: 'theirs' });
    instead = nothingMore;
    expect(await store.putIfAbsent('deliveries', { pk, sk: 'p-1', token: 'mine' })).toBe(false);
    expect(await store.get('deliveries', { pk, sk: 'p-1' })).toMatchObject({ token: 'theirs' });
  });

  it('a replacement that was done is this writer’s, though its condition holds no longer', async () => {
    await other.put('grant', { pk, sk: '-', nextFreeAt: 1 });
    instead = nothingMore;
    expect(await store.replaceIf('grant', { pk, sk: '-', nextFreeAt: 2, by: 'me' }, { nextFreeAt: 1 })).toBe(
      true,
    );
  });

  it('a replacement that another has replaced since is not', async () => {
    await other.put('grant', { pk, sk: '-', nextFreeAt: 1 });
    instead = () => other.put('grant', { pk, sk: '-', nextFreeAt: 3, by: 'another' });
    expect(await store.replaceIf('grant', { pk, sk: '-', nextFreeAt: 2, by: 'me' }, { nextFreeAt: 1 })).toBe(
      false,
    );
    expect(await store.get('grant', { pk, sk: '-' })).toMatchObject({ by: 'another' });
  });

  it('a put, a removal and each reading are simply done', async () => {
    instead = nothingMore;
    await store.put('work', { pk, sk: '1', n: 1 });
    instead = nothingMore;
    expect(await store.get('work', { pk, sk: '1' })).toEqual({ pk, sk: '1', n: 1 });
    instead = nothingMore;
    expect(await store.getMany('work', [{ pk, sk: '1' }])).toHaveLength(1);
    instead = nothingMore;
    expect((await store.query('work', pk)).items).toHaveLength(1);
    instead = nothingMore;
    await store.remove('work', { pk, sk: '1' });
    expect(await store.get('work', { pk, sk: '1' })).toBeNull();
  });
});

describe('a batch', () => {
  const answering = async <T>(answers: object[], ask: (store: Store) => Promise<T>) => {
    const asked: unknown[] = [];
    const busy = createServer(async (request, response) => {
      asked.push(JSON.parse(await readText(request)).RequestItems.work);
      const answer = JSON.stringify(answers[Math.min(asked.length, answers.length) - 1]);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
    });
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`;
    const done = ask(dynamoStore(dynamoClient(), { work: 'work' }, () => 0));
    await done.catch(() => undefined);
    busy.closeAllConnections();
    busy.close();
    return { done, asked };
  };
  const key = (sk: string) => ({ pk, sk });
  const marshalled = (sk: string) => ({ pk: { S: pk }, sk: { S: sk } });
  const put = (sk: string) => ({ PutRequest: { Item: marshalled(sk) } });

  it('of keys asks again for those that the store had no room for, and only for them', async () => {
    const { done, asked } = await answering(
      [
        { Responses: { work: [marshalled('1')] }, UnprocessedKeys: { work: { Keys: [marshalled('2')] } } },
        { Responses: { work: [marshalled('2')] }, UnprocessedKeys: {} },
      ],
      (store) => store.getMany('work', [key('1'), key('2')]),
    );
    expect(await done).toEqual([key('1'), key('2')]);
    expect(asked).toEqual([
      { Keys: [marshalled('1'), marshalled('2')], ConsistentRead: true },
      { Keys: [marshalled('2')], ConsistentRead: true },
    ]);
  });

  it('of items puts again those that the store had no room for, and only them', async () => {
    const { done, asked } = await answering(
      [{ UnprocessedItems: { work: [put('2')] } }, { UnprocessedItems: {} }],
      (store) => store.putMany('work', [key('1'), key('2')]),
    );
    await done;
    expect(asked).toEqual([[put('1'), put('2')], [put('2')]]);
  });

  it.each<[string, object, (store: Store) => Promise<unknown>]>([
    [
      'of keys',
      { Responses: {}, UnprocessedKeys: { work: { Keys: [marshalled('1')] } } },
      (store) => store.getMany('work', [key('1')]),
    ],
    ['of items', { UnprocessedItems: { work: [put('1')] } }, (store) => store.putMany('work', [key('1')])],
  ])('%s is a fault that may pass when the store never has room', async (_, answer, ask) => {
    const { done } = await answering([answer], ask);
    await expect(done).rejects.toMatchObject({ name: 'Fault', retryable: true });
  });
});

describe('when the store cannot be reached', () => {
  it('each call is a fault that may pass, without the item in it', async () => {
    process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:9';
    const gone = dynamoStore(dynamoClient(), parseConfig(process.env).tables);
    const item = { pk, sk: 'p-1', phone: '+8613900000017' };
    const calls = [
      gone.get('deliveries', item),
      gone.getMany('deliveries', [item]),
      gone.put('deliveries', item),
      gone.putIfAbsent('deliveries', item),
      gone.replaceIf('deliveries', item, {}),
      gone.remove('deliveries', item),
      gone.query('deliveries', pk),
      gone.byIndex('deliveries', 'm-1'),
    ];
    for (const ended of await Promise.allSettled(calls)) {
      expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'Fault', retryable: true } });
      expect(String((ended as PromiseRejectedResult).reason)).not.toContain('139');
    }
  });

  it('a table that this process was not given is a bug, not a fault', async () => {
    await expect(dynamoStore(dynamoClient(), {}).get('roster', { pk, sk: '1' })).rejects.toThrow('bug: ');
  });
});
