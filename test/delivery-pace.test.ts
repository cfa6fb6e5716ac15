/** The pace: whatever holds a sender up, no second ever has more than the carrier grants, and nobody is forgotten. */
import { expect, test } from 'vitest';
import { mostWithin } from '../infra/bench/pace.ts';
import type { Clock, Ports, Store } from '../shared/io/ports.ts';
import { setGrant } from '../shared/stages/grant.ts';
import { send } from '../shared/stages/send.ts';
import { HOUR, SECOND } from '../shared/time.ts';
import { candidates, frozen, heard, inTime, type Room, START } from './delivery-room.ts';

const GRANT = 100;
const STALL = { from: START + 2 * SECOND, until: START + 2_300 };

/** Whatever would happen during the stall happens at its end. */
function stalled(clock: Clock): Clock {
  return {
    ...clock,
    async sleep(ms) {
      const wakes = clock.machine() + ms;
      await clock.sleep(wakes > STALL.from && wakes < STALL.until ? STALL.until - clock.machine() : ms);
    },
  };
}

/** A store that takes no claim during the stall, and all of them at its end. */
function heldUp(store: Store, clock: Clock): Store {
  return {
    ...store,
    async putIfAbsent(table, item) {
      const now = clock.machine();
      if (table === 'deliveries' && now >= STALL.from && now < STALL.until)
        await clock.sleep(STALL.until - now);
      return await store.putIfAbsent(table, item);
    },
  };
}

const MISHAPS: [string, (made: Room) => Ports[]][] = [
  ['nothing', ({ ports }) => [ports, ports]],
  [
    'one of two processes that stands still',
    ({ ports }) => [{ ...ports, clock: stalled(ports.clock) }, ports],
  ],
  [
    'a store that stands still',
    ({ ports }) => Array.from({ length: 2 }, () => ({ ...ports, store: heldUp(ports.store, ports.clock) })),
  ],
];

test.each(MISHAPS)('%s makes no second fuller than the grant and five per cent', async (_, senders) => {
  const made = await frozen(candidates(1_200), {}, { carrier: { partsPerSecond: 10 * GRANT } });
  await setGrant(made.ports, GRANT);
  await inTime(made, () => Promise.all(senders(made).map((ports) => send(ports, START + HOUR))));
  const times = made.carrier.outbox.map(({ at }) => at);
  expect(mostWithin(times, SECOND)).toBeLessThanOrEqual(1.05 * GRANT);
  expect(mostWithin(times, 10 * SECOND)).toBeLessThanOrEqual(1.02 * 10 * GRANT);
  expect([...heard(made).values()]).toEqual(Array.from({ length: 1_200 }, () => 1));
});
