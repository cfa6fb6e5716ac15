/**
 * The end of what names people: some time after the exam its rosters, the numbers that were told and the receipts
 * parked for them are deleted, with what people typed into acts, and the record says how many. What is left of
 * everybody is an id and what became of each SMS.
 */
import { open } from '../activation/seal.ts';
import type { Ports } from '../io/ports.ts';
import { queryAll } from '../io/query-all.ts';
import { rosterKey } from '../notice/slices.ts';
import { inParallel } from '../parallel.ts';
import { type Exam, sitesIn } from '../plan/exam.ts';
import { DAY } from '../time.ts';
import { append, catchUp, events } from './chain.ts';
import { deliveriesOf } from './notices.ts';
import { type Charge, documentsOf } from './office.ts';
import { peopleIn, ROSTER_WIDTH, rosterPk, sitesOf } from './roster.ts';

/** How long after the last paper: results are out and objections heard by then. An office default, no clause says it. */
export const PERSONAL_KEPT_MS = 90 * DAY;

/**
 * The finding that proves it: counts and roster versions; `through`: the last notice done; `complete` is 1 once
 * nothing was left.
 */
export const PERSONAL_DELETED = 'personal-deleted';

interface Gone {
  people: number;
  numbers: number;
  receipts: number;
  entries: number;
}

/**
 * Deletes what is due in a district, as far as `late` allows; the next run goes on from what is left. A roster that is
 * imported even later is deleted like those before it.
 */
export async function forgetPeople(ports: Ports, charge: Charge, late: () => boolean): Promise<void> {
  const { store, clock } = ports;
  const { chain, exam } = charge;
  const over = Math.max(...exam.sessions.map(({ endsAt }) => endsAt));
  if (clock.now() < over + PERSONAL_KEPT_MS) return;
  const rosters = (await queryAll(store, 'versions', rosterPk(exam.id))).map(({ sk }) => sk);
  const versions = rosters.join(' ');
  const { findings } = await catchUp(store, chain);
  const last = findings.findLast(({ code }) => code === PERSONAL_DELETED)?.params;
  if (last?.complete === 1 && last.versions === versions) return;

  const gone: Gone = { people: 0, numbers: 0, receipts: 0, entries: 0 };
  const before = last?.versions === versions ? String(last.through) : '';
  const { through, all } = await numbersGone(ports, chain, before, gone, late);
  const complete =
    all &&
    (await entriesGone(ports, chain, gone, late)) &&
    (await rowsGone(ports, charge, rosters, gone, late));
  const isIdle = through === before && Object.values(gone).every((count) => count === 0);
  if (!complete && isIdle) return;
  const params = { ...gone, versions, through, complete: complete ? 1 : 0 };
  await append(ports, chain, { by: 'system', cause: { kind: 'settled' } }, () => [
    { kind: 'finding', code: PERSONAL_DELETED, params },
  ]);
  ports.log('personal.deleted', { chain, ...params });
}

/**
 * Numbers leave their rows, which stay: they are what the closed sums are made of. Receipts are found by number first.
 * Begins after the notice that was done last, and returns how far it came.
 */
async function numbersGone(
  ports: Ports,
  chain: string,
  before: string,
  gone: Gone,
  late: () => boolean,
): Promise<{ through: string; all: boolean }> {
  const { store, vault } = ports;
  let through = before;
  for (const no of [...(await catchUp(store, chain)).notices.keys()].filter((each) => each > before)) {
    for await (const rows of deliveriesOf(ports, chain, no)) {
      if (late()) return { through, all: false };
      await inParallel(rows, ROSTER_WIDTH, async (row) => {
        if (row.to === null) return;
        for (const receipt of await queryAll(store, 'receipts', await vault.hash(row.to))) {
          await store.remove('receipts', receipt);
          gone.receipts += 1;
        }
        const { state, token } = row;
        if (await store.replaceIf('deliveries', { ...row, to: null }, { state, token })) gone.numbers += 1;
      });
    }
    through = no;
  }
  return { through, all: true };
}

/** What was typed lies under the hashes that the record names, whether the act was taken or refused. */
async function entriesGone(
  { store }: Ports,
  chain: string,
  gone: Gone,
  late: () => boolean,
): Promise<boolean> {
  for await (const sealed of events(store, chain)) {
    const { cause } = open(sealed);
    if (cause.kind !== 'act' || cause.entry === undefined) continue;
    if (late()) return false;
    const key = { pk: cause.entry, sk: '-' };
    if ((await store.get('entries', key)) === null) continue;
    await store.remove('entries', key);
    gone.entries += 1;
  }
  return true;
}

/** The district's own rows of every version, and those of the whole exam, which the first district deletes. */
async function rowsGone(
  { store }: Ports,
  { exam, district }: Charge,
  versions: string[],
  gone: Gone,
  late: () => boolean,
): Promise<boolean> {
  const exams = await documentsOf<Exam>(store, `exam#${exam.id}`);
  const own = exams.map((each) => ({ ...each, sites: sitesIn(each, district) }));
  for (const version of versions) {
    for await (const people of peopleIn(store, exam.id, version, sitesOf(own))) {
      if (late()) return false;
      await inParallel(people, ROSTER_WIDTH, async ({ siteId, personId }) => {
        await store.remove('roster', { pk: rosterKey(exam.id, version, siteId), sk: personId });
      });
      gone.people += people.length;
    }
  }
  return true;
}
