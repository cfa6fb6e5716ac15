/**
 * Rosters in versions. A file becomes rows under a version of its own, compared with the version in use; nothing uses
 * them before that version is adopted. The census is all that the chain learns of it.
 */
import { digest } from '../activation/seal.ts';
import { type Item, type Ports, PUT_MANY_ITEMS_MAX, type Store } from '../io/ports.ts';
import { queryPages } from '../io/query-all.ts';
import { rosterKey } from '../notice/slices.ts';
import type { Issue } from '../outcome.ts';
import { inParallel } from '../parallel.ts';
import type { Census, Exam, Person } from '../plan/exam.ts';
import { censusOf, censusTaker, rosterReader } from '../plan/roster.ts';
import { catchUp } from './chain.ts';
import { adoptRoster, type Charge, charges, documentsOf } from './office.ts';
import { type Change, compare, type SiteCounts } from './roster-change.ts';

/** Batches of rows written at once: on AWS a table takes some thousand rows a second from its first minute. */
export const ROSTER_WIDTH = 8;

/** Issues kept with a version: what an office can mend before it tries again. All are counted. */
export const ISSUES_KEPT = 500;

/** What became of a file. It names nobody: rows by number, people by id. */
export interface RosterReport {
  exam: string;
  version: string;
  /** SHA-256 of the file, and the version it was compared with. */
  file: string;
  base: string | null;
  examVersion: string;
  /** People of the file, rows left out of it, and people of the other kind taken over from the version before. */
  accepted: number;
  refused: number;
  carried: number;
  change: Change;
  /** Issues by code, and the first of them. */
  codes: Record<string, number>;
  issues: Issue[];
}

export interface TableOfPeople {
  /** SHA-256 of the file. */
  hash: string;
  /** Its rows in order, the header first. */
  pages: AsyncIterable<string[][]>;
}

/** The charge of an open exam's first district, or null: one roster serves all of them. */
export async function openExam(store: Store, examId: string): Promise<Charge | null> {
  return (await charges(store)).find(({ exam }) => exam.id === examId) ?? null;
}

/** The version in use, or null. */
export async function rosterInUse(store: Store, { chain }: Charge): Promise<string | null> {
  return (await catchUp(store, chain)).census?.version ?? null;
}

/**
 * Reads a file into a version of its own and says what it would change. A file with candidates alone leaves the staff
 * as they are, and one with staff alone the candidates. The same file over the same version is the same version:
 * done again after a crash it writes the same. `progress` is told the rows read so far.
 */
export async function importTable(
  ports: Pick<Ports, 'store' | 'clock' | 'log'>,
  charge: Charge,
  table: TableOfPeople,
  progress: (rows: number) => void = () => undefined,
): Promise<RosterReport> {
  const { store, log } = ports;
  const { exam, examVersion } = charge;
  const base = await rosterInUse(store, charge);
  const used = base === null ? null : await reportOf(store, exam.id, base);
  if (used?.file === table.hash && used.examVersion === examVersion) return used;
  const version = digest([examVersion, table.hash, base ?? ''].join(' ')).slice(0, 12);
  await announce(ports, exam.id, version);

  const codes: Record<string, number> = {};
  const issues: Issue[] = [];
  const note = (found: Issue[]): void => {
    for (const each of found) {
      codes[each.code] = (codes[each.code] ?? 0) + 1;
      if (issues.length < ISSUES_KEPT) issues.push(each);
    }
  };
  const sites: SiteCounts = {};
  const kinds = new Set<boolean>();
  const read = rosterReader(exam);
  let row = 0;
  const tally = { accepted: 0, refused: 0, carried: 0 };
  for await (const page of table.pages) {
    const people: Person[] = [];
    for (const cells of page) {
      row += 1;
      const { person, issues: found } = read(cells);
      note(found);
      if (person) people.push(person);
      else if (row > 1 && found.length > 0) tally.refused += 1;
    }
    for (const person of people) kinds.add(person.role === 'candidate');
    tally.accepted += people.length;
    await putRows(store, exam.id, version, people, sites);
    progress(row);
  }
  if (base !== null && kinds.size === 1) {
    for await (const people of peopleIn(store, exam.id, base, sitesOf([exam]))) {
      const others = people.filter(({ role }) => !kinds.has(role === 'candidate'));
      tally.carried += others.length;
      await putRows(store, exam.id, version, others, sites);
    }
  }
  const everywhere = sitesOf(await documentsOf<Exam>(store, `exam#${exam.id}`));
  const rows = (of: string, site: string | null) => peopleIn(store, exam.id, of, [site]);
  const change = await compare(rows, base, version, everywhere, sites);
  const report: RosterReport = {
    exam: exam.id,
    version,
    file: table.hash,
    base,
    examVersion,
    ...tally,
    change,
    codes,
    issues,
  };
  await store.put('versions', {
    pk: rosterPk(exam.id),
    sk: version,
    at: ports.clock.now(),
    document: report,
  });
  log('roster.imported', { exam: exam.id, version, ...tally });
  return report;
}

/** Whether a version needs no person's word: nothing is in use yet, and no row of the file was left out. */
export function adoptsItself({ base, accepted, refused }: RosterReport): boolean {
  return base === null && accepted > 0 && refused === 0;
}

/** Puts an imported version in use in every district; false where there is no such version, or nobody in it. */
export async function adoptVersion(
  ports: Ports,
  { exam }: Charge,
  version: string,
  by: string,
): Promise<boolean> {
  const report = await reportOf(ports.store, exam.id, version);
  if (!report || report.accepted === 0) return false;
  const taker = censusTaker();
  for await (const people of peopleIn(ports.store, exam.id, version, sitesOf([exam])))
    for (const person of people) taker.add(person);
  await adoptRoster(ports, exam, taker.census(version), by);
  ports.log('roster.adopted', { exam: exam.id, version });
  return true;
}

/** Writes people as a version, which its key determines: done again it writes the same. */
export async function importRoster(
  ports: Pick<Ports, 'store' | 'clock' | 'log'>,
  exam: Exam,
  version: string,
  people: Person[],
): Promise<Census> {
  await announce(ports, exam.id, version);
  await putRows(ports.store, exam.id, version, people, {});
  ports.log('roster.imported', { exam: exam.id, version, people: people.length });
  return censusOf(version, people);
}

export async function reportOf(store: Store, examId: string, version: string): Promise<RosterReport | null> {
  const item = await store.get<VersionItem>('versions', { pk: rosterPk(examId), sk: version });
  return item?.document ?? null;
}

/** People of a version, page after page, site after site. */
export async function* peopleIn(
  store: Store,
  examId: string,
  version: string,
  sites: readonly (string | null)[],
): AsyncGenerator<Person[]> {
  for (const site of sites)
    yield* queryPages<Person & Item>(store, 'roster', rosterKey(examId, version, site));
}

/** Every place where a row can stand: the sites of these exams, and the whole district. */
export function sitesOf(exams: readonly Exam[]): (string | null)[] {
  return [null, ...new Set(exams.flatMap(({ sites }) => sites.map(({ id }) => id)))];
}

/** Key of the list of an exam's roster versions. */
export function rosterPk(examId: string): string {
  return `roster#${examId}`;
}

interface VersionItem extends Item {
  /** Null while the rows are written. */
  document: RosterReport | null;
}

/** The version stands in the list before its first row: what was begun can be found and deleted. */
async function announce(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  examId: string,
  version: string,
): Promise<void> {
  await store.putIfAbsent('versions', { pk: rosterPk(examId), sk: version, at: clock.now(), document: null });
}

async function putRows(
  store: Store,
  examId: string,
  version: string,
  people: Person[],
  sites: SiteCounts,
): Promise<void> {
  const rows = people.map((person) => ({
    ...person,
    ...{ pk: rosterKey(examId, version, person.siteId), sk: person.personId },
  }));
  const batches: (typeof rows)[] = [];
  while (rows.length > 0) batches.push(rows.splice(0, PUT_MANY_ITEMS_MAX));
  await inParallel(batches, ROSTER_WIDTH, (batch) => store.putMany('roster', batch));
  for (const { siteId } of people) sites[siteId ?? '-'] = (sites[siteId ?? '-'] ?? 0) + 1;
}
