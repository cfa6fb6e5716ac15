/** The in-memory world in which time stands still unless the test moves it. */
import { memoryBlobs } from '../shared/io/memory/blobs.ts';
import { memoryCarrier } from '../shared/io/memory/carrier.ts';
import { memoryLog } from '../shared/io/memory/log.ts';
import { memoryQueue } from '../shared/io/memory/queue.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { memoryVault } from '../shared/io/memory/vault.ts';
import type { Clock, Ports } from '../shared/io/ports.ts';

export function stillPorts(start: number, given: Partial<Ports> = {}): Ports & { at(now: number): void } {
  let now = start;
  const clock: Clock = { now: () => now, machine: () => now, sleep: async () => undefined };
  return {
    clock,
    random: seededRandom(1),
    store: memoryStore(),
    blobs: memoryBlobs(),
    vault: memoryVault(),
    queue: memoryQueue(),
    carrier: memoryCarrier(clock, seededRandom(2), { partsPerSecond: 20, lose: 0, throttle: 0, refuse: [] }),
    feeds: { read: async () => ({ kind: 'not-yet' }) },
    log: memoryLog().log,
    ...given,
    at(later) {
      now = later;
    },
  };
}
