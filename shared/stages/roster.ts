/** Storing a roster version: one row per person, found by site; the census is all that the chain learns of it. */
import type { Ports } from '../io/ports.ts';
import { rosterKey } from '../notice/slices.ts';
import { inParallel } from '../parallel.ts';
import type { Census, Exam, Person } from '../plan/exam.ts';
import { censusOf } from '../plan/roster.ts';

/** Rows written at once: as many as the store's connection pool carries. */
export const ROSTER_WIDTH = 50;

/**
 * Writes the rows of a version, which its key determines: done again it writes the same. Nothing uses them
 * before the version is adopted.
 */
export async function importRoster(
  ports: Pick<Ports, 'store' | 'log'>,
  exam: Exam,
  version: string,
  people: Person[],
): Promise<Census> {
  await inParallel(people, ROSTER_WIDTH, async (person) => {
    const key = { pk: rosterKey(exam.id, version, person.siteId), sk: person.personId };
    await ports.store.put('roster', { ...person, ...key });
  });
  ports.log('roster.imported', { exam: exam.id, version, people: people.length });
  return censusOf(version, people);
}
