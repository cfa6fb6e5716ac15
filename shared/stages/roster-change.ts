/** What a roster version changes against the one before it, by ids: who came, who left, who is somewhere else now. */
import type { Person } from '../plan/exam.ts';

/** People by site id, `-` for the whole district. */
export type SiteCounts = Record<string, number>;

/** Ids shown of each kind of change: enough to see by example what happened. */
export const CHANGED_SHOWN = 20;

const KINDS = ['added', 'removed', 'moved', 'renumbered', 'resat'] as const;

/** `moved`: to another site or district; `renumbered`: another number; `resat`: other papers. One may count in several. */
export type Change = Record<(typeof KINDS)[number], { count: number; first: string[] }> & {
  sites: Record<string, { before: number; after: number }>;
};

type Rows = (version: string, site: string | null) => AsyncIterable<Person[]>;

/**
 * `counts`: people of `after` by site. One site of each version is in memory at a time, and whoever left or came:
 * who left one site and came to another has moved.
 */
export async function compare(
  rows: Rows,
  before: string | null,
  after: string,
  sites: readonly (string | null)[],
  counts: SiteCounts,
): Promise<Change> {
  const change: Change = {
    added: none(),
    removed: none(),
    moved: none(),
    renumbered: none(),
    resat: none(),
    sites: {},
  };
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  if (before === null) change.added.count = total;
  const gone = new Map<string, Person>();
  const come = new Map<string, Person>();
  for (const site of sites) {
    const was = before === null ? new Map<string, Person>() : await byId(rows(before, site));
    change.sites[site ?? '-'] = { before: was.size, after: counts[site ?? '-'] ?? 0 };
    if (before === null) continue;
    for await (const people of rows(after, site)) {
      for (const person of people) {
        const old = was.get(person.personId);
        if (old) noteBoth(change, old, person);
        else come.set(person.personId, person);
        was.delete(person.personId);
      }
    }
    for (const [id, person] of was) gone.set(id, person);
  }
  for (const [id, person] of come) {
    const old = gone.get(id);
    gone.delete(id);
    note(change, old ? 'moved' : 'added', id);
    if (old) noteBoth(change, old, person);
  }
  for (const id of gone.keys()) note(change, 'removed', id);
  return change;
}

function noteBoth(change: Change, old: Person, person: Person): void {
  if (old.siteId === person.siteId && old.districtId !== person.districtId)
    note(change, 'moved', person.personId);
  if (old.phone !== person.phone) note(change, 'renumbered', person.personId);
  if (old.sessionIds.join() !== person.sessionIds.join()) note(change, 'resat', person.personId);
}

function note(change: Change, kind: (typeof KINDS)[number], id: string): void {
  change[kind].count += 1;
  if (change[kind].first.length < CHANGED_SHOWN) change[kind].first.push(id);
}

function none(): { count: number; first: string[] } {
  return { count: 0, first: [] };
}

async function byId(pages: AsyncIterable<Person[]>): Promise<Map<string, Person>> {
  const people = new Map<string, Person>();
  for await (const page of pages) for (const person of page) people.set(person.personId, person);
  return people;
}
