/** `pace`: how much of the grant several senders use between them, and that they never use more. */

import { systemClock } from '../../shared/io/clock.ts';
import { memoryBlobs } from '../../shared/io/memory/blobs.ts';
import { memoryCarrier } from '../../shared/io/memory/carrier.ts';
import { memoryQueue } from '../../shared/io/memory/queue.ts';
import { memoryStore } from '../../shared/io/memory/store.ts';
import { memoryVault } from '../../shared/io/memory/vault.ts';
import type { Ports, Store } from '../../shared/io/ports.ts';
import { freeze } from '../../shared/stages/freeze.ts';
import { setGrant } from '../../shared/stages/grant.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { send } from '../../shared/stages/send.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { CHAIN, candidates, examFrom, NUMBER, reminder } from './exam.ts';
import { type Figure, rounded } from './figure.ts';
import { startHouse, UNPACED } from './house.ts';

/** Parts per second: a new account, an office that asked early, a large one. */
const GRANTS = [20, 100, 400];

/** Above this the processors of a small machine are the limit, not the grant: store and carrier are then our twins. */
const EMULATED_UP_TO = 100;

/** How long each is sent at, s: three times the longest stretch that is looked at. */
const LASTS_SECONDS = 30;

/** Senders at once: they share the grant through its item alone. */
const SENDERS = 4;

/** How far off the twins are, ms, about as in a region: a store's answer, a carrier's door, and its answer after that. */
const STORE_MS = { least: 3, most: 12 };
const DOOR_MS = { least: 5, most: 15 };
const ANSWER_MS = { least: 40, most: 120 };

/** Our ports to a world in which nothing throttles: what is measured is our own restraint. */
interface World {
  ports: Ports;
  /** When the carrier took each SMS. */
  taken(): Promise<{ at: number }[]>;
  stop(): Promise<void>;
}

export async function benchPace(grants = GRANTS, seconds = LASTS_SECONDS): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const grant of grants) {
    const emulated = grant <= EMULATED_UP_TO;
    const world = emulated ? await startHouse() : twins();
    try {
      const times = await sendAt(world, grant, grant * seconds);
      figures.push(...figuresOf(grant, emulated ? '' : ', twins', times));
    } finally {
      await world.stop();
    }
  }
  return figures;
}

async function sendAt({ ports, taken }: World, grant: number, people: number): Promise<number[]> {
  const exam = examFrom(Date.now(), 'bench');
  await importRoster(ports, exam, '1', candidates(people));
  await freeze(ports, exam, CHAIN, reminder(exam, NUMBER, Date.now()), '1');
  await setGrant(ports, grant);
  const until = ports.clock.machine() + 2 * MINUTE;
  await Promise.all(Array.from({ length: SENDERS }, () => send(ports, until)));
  const times = (await taken()).map(({ at }) => at);
  if (times.length !== people) throw new Error(`${times.length} SMS in place of ${people}`);
  return times;
}

/** Store and carrier in memory, as far away as real ones, in machine time. */
function twins(): World {
  const off = ({ least, most }: { least: number; most: number }): Promise<void> =>
    systemClock.sleep(least + Math.random() * (most - least));
  const carrier = memoryCarrier(systemClock, Math.random, { partsPerSecond: UNPACED });
  const ports: Ports = {
    clock: systemClock,
    random: Math.random,
    store: faraway(memoryStore(), () => off(STORE_MS)),
    carrier: {
      async publish(to, text) {
        await off(DOOR_MS);
        const answer = await carrier.publish(to, text);
        await off(ANSWER_MS);
        return answer;
      },
    },
    vault: memoryVault(),
    queue: memoryQueue(),
    blobs: memoryBlobs(),
    feeds: { read: async () => ({ kind: 'not-yet' }) },
    log: () => undefined,
  };
  return { ports, taken: async () => [...carrier.outbox], stop: async () => undefined };
}

/** The same store, each of whose calls waits for `way` first. */
function faraway(store: Store, way: () => Promise<void>): Store {
  return new Proxy(store, {
    get:
      (near, name: keyof Store) =>
      async (...args: never[]) => {
        await way();
        return await (near[name] as (...args: never[]) => Promise<unknown>)(...args);
      },
  });
}

/** The share that was used from the first SMS to the last, and the most in any 10 s and in any 1 s. */
function figuresOf(grant: number, where: string, times: number[]): Figure[] {
  const inOrder = times.toSorted((a, b) => a - b);
  const lasted = ((inOrder.at(-1) ?? 0) - (inOrder[0] ?? 0)) / SECOND;
  const line = (of: string, value: number): Figure => ({
    name: 'pace',
    of: `${of} at ${grant}/s${where}`,
    value: rounded(value),
    unit: 'parts/s',
    floor: grant,
    ratio: rounded(grant / value),
    n: times.length,
    spread: 0,
  });
  return [
    line('used', (times.length - 1) / lasted),
    line('most in 10 s', mostWithin(inOrder, 10 * SECOND) / 10),
    line('most in 1 s', mostWithin(inOrder, SECOND)),
  ];
}

/** The most that came within `span` ms; times in order. */
export function mostWithin(inOrder: readonly number[], span: number): number {
  let [first, most] = [0, 0];
  for (const [place, at] of inOrder.entries()) {
    while ((inOrder[first] ?? at) <= at - span) first += 1;
    most = Math.max(most, place - first + 1);
  }
  return most;
}
