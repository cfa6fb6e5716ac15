/** Chance that can be repeated: everything a season draws comes from its seed. */
import { seededRandom } from '../../shared/io/memory/random.ts';
import type { Random } from '../../shared/io/ports.ts';

/** A whole number from `low` to `high`, both included. */
export function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}

export function happens(random: Random, share: number): boolean {
  return random() < share;
}

/** A stream of its own for each set of parts: what one draws does not move what another draws. */
export function streamOf(...parts: (string | number)[]): Random {
  let hash = 0x811c9dc5;
  for (const character of parts.join('|')) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return seededRandom(hash);
}
