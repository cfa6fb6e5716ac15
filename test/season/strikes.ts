/** Every call of a season failing once: before it had its effect, after it had it, and with its process gone. */
import type { Plan } from '../../shared/plan/plan.ts';
import { type Lived, live } from './drive.ts';
import { judgeLived } from './judge.ts';
import { type Fate, FINE } from './process.ts';
import type { World } from './world.ts';

export interface Strike {
  /** Which call of all, from 1 on. */
  nth: number;
  /** In a run of what, of which port. */
  name: string;
  fate: Fate;
}

const READS = /\.(get|getMany|query|byIndex|list|read)$/;

const OF_WRITES: Fate[] = [
  { kind: 'fails', after: false },
  { kind: 'fails', after: true },
  { kind: 'crash', after: true },
];
/** A read has no effect to fail before or after, and a crash at it is one after the write before. */
const OF_READS: Fate[] = [{ kind: 'fails', after: false }];

/**
 * Every write, and of reads of one kind in a row the first. Minutes in which nothing is written but what each feed
 * last answered are alike: the first of them stands for all.
 */
export async function strikesOf(world: World, plan: Plan): Promise<Strike[]> {
  const { calls } = await live(world, plan, { strike: { nth: 0, fate: FINE } });
  const minutes = [...Map.groupBy(calls.keys(), (place) => calls[place]!.at).values()];
  const firstIdle = minutes.find((places) => isIdle(calls, places));
  return minutes
    .filter((places) => !isIdle(calls, places) || places === firstIdle)
    .flat()
    .flatMap((place) => {
      const { name } = calls[place]!;
      const reads = READS.test(name);
      if (reads && calls[place - 1]?.name === name) return [];
      return (reads ? OF_READS : OF_WRITES).map((fate) => ({ nth: place + 1, name, fate }));
    });
}

function isIdle(calls: Lived['calls'], places: readonly number[]): boolean {
  return places.every((place) => READS.test(calls[place]!.name) || calls[place]!.name === 'poll store.put');
}

/** What the oracle finds wrong in the season struck so, a line each. */
export async function struck(world: World, plan: Plan, { nth, name, fate }: Strike): Promise<string[]> {
  const lived = await live(world, plan, { strike: { nth, fate } });
  const how = `${name}, call ${nth} ${fate.kind}${'after' in fate && fate.after ? ' after its effect' : ''}`;
  if (lived.struckAt === null) return [`${how}: was never made`];
  const { findings } = await judgeLived(lived);
  return findings.map(({ kind, what }) => `${how}: ${kind}: ${what}`);
}
