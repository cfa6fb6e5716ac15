/** `pace`: how much of the grant several senders use between them, and that they never use more. */

import { freeze } from '../../shared/stages/freeze.ts';
import { setGrant } from '../../shared/stages/grant.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { send } from '../../shared/stages/send.ts';
import { MINUTE, pad, SECOND } from '../../shared/time.ts';
import { CHAIN, candidates, examFrom, reminder } from './exam.ts';
import { type Figure, rounded } from './figure.ts';
import { startHouse } from './house.ts';

/** Parts per second: a new account, an office that asked early, a large one. */
const GRANTS = [20, 100, 400];

/** How long each is sent at, s: three times the longest stretch that is looked at. */
const LASTS_SECONDS = 30;

/** Senders at once: they share the grant through its item alone. */
const SENDERS = 4;

export async function benchPace(grants = GRANTS, seconds = LASTS_SECONDS): Promise<Figure[]> {
  const figures: Figure[] = [];
  // The carrier never throttles here: what is measured is our own restraint.
  const house = await startHouse();
  try {
    const exam = examFrom(Date.now(), 'bench');
    for (const [place, grant] of grants.entries()) {
      const people = grant * seconds;
      const version = String(place + 1);
      await importRoster(house.ports, exam, version, candidates(people));
      await freeze(house.ports, exam, CHAIN, reminder(exam, pad(place + 1, 4), Date.now()), version);
      const before = (await house.taken()).length;
      await setGrant(house.ports, grant);
      const until = house.ports.clock.machine() + 2 * MINUTE;
      await Promise.all(Array.from({ length: SENDERS }, () => send(house.ports, 'candidates', until)));
      const times = (await house.taken()).slice(before).map(({ at }) => at);
      if (times.length !== people) throw new Error(`${times.length} SMS in place of ${people}`);
      figures.push(...figuresOf(grant, times));
    }
  } finally {
    await house.stop();
  }
  return figures;
}

/** The share that was used from the first SMS to the last, and the most in any 10 s and in any 1 s. */
function figuresOf(grant: number, times: number[]): Figure[] {
  const inOrder = times.toSorted((a, b) => a - b);
  const lasted = ((inOrder.at(-1) ?? 0) - (inOrder[0] ?? 0)) / SECOND;
  const line = (of: string, value: number): Figure => ({
    name: 'pace',
    of: `${of} at ${grant}/s`,
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

function mostWithin(inOrder: readonly number[], span: number): number {
  let [first, most] = [0, 0];
  for (const [place, at] of inOrder.entries()) {
    while ((inOrder[first] ?? at) <= at - span) first += 1;
    most = Math.max(most, place - first + 1);
  }
  return most;
}
