/**
 * The rights that the topology gives, held against what the handlers do: a storm runs through the entry points, and
 * each call of a port is asked whether its function may make it. On AWS a missing right shows in the storm itself.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Context, SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { consoleApp } from '../functions/console/app.ts';
import { handler as expand } from '../functions/expand.ts';
import { handler as poll } from '../functions/poll.ts';
import { handler as receipts } from '../functions/receipts.ts';
import { handler as roster } from '../functions/roster.ts';
import { handler as send } from '../functions/send.ts';
import { handler as sweep } from '../functions/sweep.ts';
import { usePorts } from '../functions/wire.ts';
import { enterScenario } from '../infra/replay.ts';
import { feedsOf, readScenario, weatherOffices } from '../infra/scenario.ts';
import { FUNCTIONS, type FunctionName, type FunctionSpec } from '../infra/topology.ts';
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { memoryCarrier } from '../shared/io/memory/carrier.ts';
import { memoryQueue } from '../shared/io/memory/queue.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { BucketName, Clock, Ports, QueueName, Receipt, Store } from '../shared/io/ports.ts';
import type { TableName } from '../shared/io/tables.ts';
import { takeAct } from '../shared/stages/act.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { writeSmallStorm } from './small-storm.ts';

const running = new AsyncLocalStorage<FunctionName>();

/** Notes each call of a port that the running function has no right to. */
function watched(ports: Ports, trespasses: Set<string>): Ports {
  function ask(what: string, may: (spec: FunctionSpec) => boolean): void {
    const name = running.getStore();
    if (name && !may(FUNCTIONS[name])) trespasses.add(`${name}: ${what}`);
  }
  const readable = ({ reads, writes, removes }: FunctionSpec) => [...reads, ...writes, ...removes];
  const askStore = (method: string, table: TableName) =>
    ask(`${method} ${table}`, (spec) => {
      if (method === 'remove') return spec.removes.includes(table);
      if (method.startsWith('put') || method.startsWith('replace')) return spec.writes.includes(table);
      return readable(spec).includes(table);
    });
  const store = new Proxy(ports.store, {
    get(owner, method: keyof Store) {
      return (table: TableName, ...rest: unknown[]) => {
        askStore(method, table);
        return Reflect.apply(owner[method], owner, [table, ...rest]);
      };
    },
  });
  const bucket = (key: string) => key.split('/', 1)[0] as BucketName;
  const { blobs, queue, carrier, vault } = ports;
  return {
    ...ports,
    store,
    blobs: {
      put(key, bytes) {
        ask(`put into ${bucket(key)}`, (spec) => spec.writesObjects.includes(bucket(key)));
        return blobs.put(key, bytes);
      },
      get(key) {
        ask(`get from ${bucket(key)}`, (spec) => spec.readsObjects.includes(bucket(key)));
        return blobs.get(key);
      },
      remove(key) {
        ask(`remove from ${bucket(key)}`, (spec) => spec.removesObjects.includes(bucket(key)));
        return blobs.remove(key);
      },
      list(prefix) {
        ask(`list ${bucket(prefix)}`, (spec) => spec.readsObjects.includes(bucket(prefix)));
        return blobs.list(prefix);
      },
    },
    vault: {
      ...vault,
      hash(text) {
        ask('hash a number', (spec) => spec.opensNames);
        return vault.hash(text);
      },
    },
    queue: {
      hint(name, body) {
        ask(`hint ${name}`, (spec) => spec.hints.includes(name));
        return queue.hint(name, body);
      },
    },
    carrier: {
      publish(to, text) {
        ask('publish', (spec) => spec.sendsSms);
        return carrier.publish(to, text);
      },
    },
  };
}

function logEvent(taken: Receipt[]) {
  const logEvents = taken.map(({ messageId, status, providerResponse, destination, at }) => ({
    timestamp: at,
    message: JSON.stringify({
      notification: { messageId },
      delivery: { destination, providerResponse },
      status,
    }),
  }));
  return {
    awslogs: {
      data: gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })).toString('base64'),
    },
  };
}

const context = { getRemainingTimeInMillis: () => MINUTE } as Context;

test('Through a whole storm no function does what the topology does not allow it.', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'huhang-rights-'));
  const scenario = readScenario(
    writeSmallStorm(directory, { carrier: { partsPerSecond: 200, lose: 0.05, throttle: 0.05 } }),
  );
  rmSync(directory, { recursive: true });
  let now = scenario.start;
  const clock: Clock = {
    now: () => now,
    machine: () => now,
    sleep: async (ms) => {
      now += Math.max(0, ms);
    },
  };
  const random = seededRandom(7);
  const queue = memoryQueue();
  const carrier = memoryCarrier(clock, random, scenario.carrier);
  const trespasses = new Set<string>();
  const ports = watched(
    {
      clock,
      random,
      store: memoryStore(),
      blobs: memoryBlobs(),
      vault: memoryVault(),
      queue,
      carrier,
      feeds: weatherOffices(scenario, clock.now),
      log: () => undefined,
    },
    trespasses,
  );
  usePorts(ports);
  await enterScenario(ports, scenario);
  const table = 'rosters/small/adopt/roster.csv';
  await ports.blobs.put(table, scenario.file('roster.csv'));
  await running.run('roster', () => roster({ detail: { object: { key: table } } }, context));

  const handlers: Record<QueueName, (event: SQSEvent, context: Context) => Promise<unknown>> = {
    expand,
    send,
  };
  const as = <T>(name: FunctionName, work: () => Promise<T>) => running.run(name, work);
  const office = consoleApp(ports);
  const acts = [...scenario.acts];
  for (let minute = scenario.start; minute <= scenario.end; minute += MINUTE) {
    now = Math.max(now, minute);
    for (const feed of feedsOf(scenario)) await as('poll', () => poll({ feed }, context));
    for (; acts[0] && acts[0].at <= now; acts.shift()) {
      const act = acts[0];
      const person = scenario.people.find(({ personId }) => personId === act.person)!;
      await takeAct(ports, person, act);
    }
    await as('sweep', () => sweep({}, context));
    if (minute % HOUR === 0) {
      for (const page of ['/', '/quarantine', '/activations/small-qz-01'])
        expect((await as('console', async () => office.request(page))).status).toBeOneOf([200, 404]);
    }
    for (const { queue: name, body } of queue.drain()) {
      const event = { Records: [{ messageId: '1', body: JSON.stringify(body) }] } as SQSEvent;
      await as(name, () => handlers[name](event, context));
    }
    const taken = carrier.takeReceipts(now);
    if (taken.length > 0) await as('receipts', () => receipts(logEvent(taken), context));
  }

  expect(carrier.outbox.length).toBeGreaterThan(scenario.people.length);
  expect([...trespasses].sort()).toEqual([]);
});
