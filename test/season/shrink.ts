/** A failing season cut down to a short history that still fails the same way. */
import { DAY } from '../../shared/time.ts';
import type { World } from './world.ts';

/** Seasons lived to shrink one: minutes at most, and by then little is left to cut. */
export const SHRINK_RUNS_MAX = 200;

/** Every list of a world from which parts may be taken, with what goes along. */
const LISTS = {
  rough: (world: World) => world.rough,
  carrier: (world: World) => world.carrier,
  feedTroubles: (world: World) => world.feedTroubles,
  acts: (world: World) => world.acts,
  messages: (world: World) => world.messages,
} as const;

/** The smallest world found that `fails` as well. */
export async function shrink(world: World, fails: (world: World) => Promise<boolean>): Promise<World> {
  let runs = 0;
  let best = world;
  const attempt = async (candidate: World): Promise<boolean> => {
    if (runs >= SHRINK_RUNS_MAX) return false;
    runs += 1;
    const sound = withoutRumours(candidate);
    if (!(await fails(sound))) return false;
    best = sound;
    return true;
  };
  for (const exam of best.exams) await attempt(withoutExam(best, exam.id));
  for (const { story } of best.messages) {
    if (best.messages.some((message) => message.story === story)) {
      await attempt({ ...best, messages: best.messages.filter((message) => message.story !== story) });
    }
  }
  for (const list of Object.keys(LISTS) as (keyof typeof LISTS)[]) await thin(list);
  await attempt({ ...best, indexLag: 0 });
  await attempt({ ...best, refused: [] });
  await attempt({ ...best, plans: [] });
  await attempt({ ...best, rosters: best.rosters.filter(({ version }) => version === 'v1') });
  for (let end = best.end - DAY; end > best.start && (await attempt({ ...best, end })); end -= DAY);
  for (let start = best.start + DAY; start < best.end && (await attempt(later(best, start))); start += DAY);
  return best;

  /** Takes out ever smaller pieces of a list as long as it fails without them. */
  async function thin(list: keyof typeof LISTS): Promise<void> {
    for (let size = Math.ceil(best[list].length / 2); size >= 1; size = Math.floor(size / 2)) {
      for (let from = 0; from < best[list].length; ) {
        const left = best[list].toSpliced(from, size);
        if (!(await attempt({ ...best, [list]: left }))) from += size;
      }
    }
  }
}

/** Nobody enters a message that no office sent. */
function withoutRumours(world: World): World {
  const sent = new Set(world.messages.map(({ id }) => id));
  const acts = world.acts.filter((act) => act.does !== 'enter-warning' || sent.has(String(act.with?.id)));
  return { ...world, acts };
}

function withoutExam(world: World, id: string): World {
  return {
    ...world,
    exams: world.exams.filter((exam) => exam.id !== id),
    rosters: world.rosters.filter(({ examId }) => examId !== id),
  };
}

/** The same world begun later: what was there before is there from the start. */
function later(world: World, start: number): World {
  return {
    ...world,
    start,
    rosters: world.rosters.map((each) => ({ ...each, at: Math.max(each.at, start) })),
  };
}
