/** What the office has entered: exams that are open, with the plan each runs under. Versioned records, never config. */
import type { Decision, Effect } from '../activation/events.ts';
import { canonical, digest, isSame } from '../activation/seal.ts';
import { incomingParts, openActivation, type State } from '../activation/state.ts';
import type { Item, Ports, Store } from '../io/ports.ts';
import { queryAll } from '../io/query-all.ts';
import { Fault } from '../outcome.ts';
import { inTurn } from '../parallel.ts';
import { type Cell, type Census, type District, type Exam, sitesIn } from '../plan/exam.ts';
import { type Plan, planKey } from '../plan/plan.ts';
import { ofDistrict } from '../plan/roster.ts';
import { append, appendAll, chainOf } from './chain.ts';

interface OpenExam extends Item {
  examId: string;
  examVersion: string;
  planKey: string;
}

/** One (exam, district): the unit that has a chain and is decided by itself. */
export interface Charge {
  chain: string;
  exam: Exam;
  examVersion: string;
  district: District;
  plan: Plan;
}

/** Key of all versions of all plans. */
const PLANS = 'plans';

/** Documents of a version never change, so a warm process keeps them. */
const documents = new WeakMap<Store, Map<string, unknown>>();

/** Every district of every open exam, in the order of their keys. */
export async function charges(store: Store): Promise<Charge[]> {
  const found: Charge[] = [];
  for (const entry of await queryAll<OpenExam>(store, 'versions', 'open')) {
    const { examVersion } = entry;
    const exam = await document<Exam>(store, `exam#${entry.examId}`, examVersion);
    const plan = await document<Plan>(store, PLANS, entry.planKey);
    for (const district of exam.districts)
      found.push({ chain: chainOf(exam.id, district.id), exam, examVersion, district, plan });
  }
  return found;
}

/** An open activation runs to its end under the plan that it began with; a version adopted meanwhile waits for the next. */
export async function underItsPlan(store: Store, charge: Charge, state: State): Promise<Charge> {
  const began = openActivation(state)?.versions.plan ?? planKey(charge.plan);
  if (began === planKey(charge.plan)) return charge;
  return { ...charge, plan: await document<Plan>(store, PLANS, began) };
}

/** One district's trouble keeps none of the others waiting. */
export async function inEveryDistrict(store: Store, work: (charge: Charge) => Promise<void>): Promise<void> {
  await inTurn(await charges(store), work);
}

export async function document<T>(store: Store, pk: string, version: string): Promise<T> {
  const kept = documents.get(store) ?? new Map<string, unknown>();
  documents.set(store, kept);
  const key = `${pk}#${version}`;
  const known = kept.get(key);
  if (known !== undefined) return known as T;
  const item = await store.get<{ document: T } & Item>('versions', { pk, sk: version });
  if (!item) throw new Fault(`missing-document ${key}`, { retryable: false });
  kept.set(key, item.document);
  return item.document;
}

/** Every version of a document that was entered. */
export async function documentsOf<T>(store: Store, pk: string): Promise<T[]> {
  return (await queryAll<{ document: T } & Item>(store, 'versions', pk)).map(({ document }) => document);
}

/** Its content is an exam's version: the same exam entered again is the same. */
export function versionOf(exam: Exam): string {
  return digest(canonical(exam)).slice(0, 12);
}

/**
 * Enters an exam under a plan: both stored under their versions first, the pointer to them last, and the adoption in
 * each district's chain. Entering the same versions again changes nothing.
 */
export async function enterExam(
  ports: Ports,
  entry: { exam: Exam; examVersion: string; plan: Plan; by: string },
): Promise<void> {
  const { store } = ports;
  const { exam, examVersion, plan, by } = entry;
  const about = { by, at: ports.clock.now() };
  await enterDocument(store, `exam#${exam.id}`, examVersion, exam, about);
  await enterDocument(store, PLANS, planKey(plan), plan, about);
  for (const district of exam.districts) {
    const author = { by, cause: { kind: 'entered', what: 'exam' } as const };
    await append(ports, chainOf(exam.id, district.id), author, (state) => [
      ...(state.examVersion === examVersion
        ? []
        : [{ kind: 'adopted', what: 'exam', version: examVersion } as const]),
      ...(state.planVersion === planKey(plan)
        ? []
        : [{ kind: 'adopted', what: 'plan', version: planKey(plan) } as const]),
    ]);
  }
  await store.put('versions', {
    pk: 'open',
    sk: exam.id,
    examId: exam.id,
    examVersion,
    planKey: planKey(plan),
  });
}

/** Stores a document under its version. Other words under a version that is taken are refused: records rest on it. */
async function enterDocument(
  store: Store,
  pk: string,
  version: string,
  entered: unknown,
  about: { by: string; at: number },
): Promise<void> {
  if (await store.putIfAbsent('versions', { pk, sk: version, document: entered, ...about })) return;
  const known = await store.get<{ document: unknown } & Item>('versions', { pk, sk: version });
  if (!isSame(known?.document, entered)) {
    throw new Fault(`${pk} ${version} was entered before with other words: give it a version of its own`, {
      retryable: false,
    });
  }
}

/**
 * Cells of one part of a census. A cell takes at most 1 KB even with many papers, and stands twice: as it is and
 * as added; a hundred of them fit one event.
 */
export const CELLS_PER_PART = 100;

/** Adopts an imported roster version in every district; whoever it added is told by the next decision. */
export async function adoptRoster(ports: Ports, exam: Exam, census: Census, by: string): Promise<void> {
  for (const district of exam.districts) {
    const own = districtCensus(exam, district, census);
    const author = { by, cause: { kind: 'entered', what: 'roster' } as const };
    await appendAll(ports, chainOf(exam.id, district.id), author, (state) =>
      state.census?.version === census.version
        ? []
        : adoption(own, state.census !== null).slice(incomingParts(state, census.version)),
    );
  }
}

/**
 * A census in parts that each fit one event. People may have been exchanged within an equal count, so every cell of
 * a later version may have gained some: whoever was told already is dropped when the audience is frozen.
 */
function adoption({ version, cells, posts, inNeed }: Census, isLater: boolean): Decision {
  const parts: Census['cells'][] = [];
  for (let from = 0; from < cells.length; from += CELLS_PER_PART)
    parts.push(cells.slice(from, from + CELLS_PER_PART));
  const last = parts.pop() ?? [];
  const added = (some: Census['cells']): Cell[] =>
    isLater ? some.map(({ siteId, home, sessionIds }) => ({ siteId, home, sessionIds })) : [];
  return [
    ...parts.map((some): Effect[] => [
      { kind: 'roster-part', census: { version, cells: some, posts: {}, inNeed: [] }, added: added(some) },
    ]),
    [{ kind: 'roster-adopted', census: { version, cells: last, posts, inNeed }, added: added(last) }],
  ];
}

function districtCensus(exam: Exam, district: District, census: Census): Census {
  const own = new Set(sitesIn(exam, district).map((site) => site.id));
  return {
    version: census.version,
    cells: census.cells.filter((cell) => own.has(cell.siteId)),
    posts: districtPosts(census.posts, own, district),
    inNeed: census.inNeed.filter((site) => own.has(site)),
  };
}

/** Posts of its own sites, and of the whole district: those that serve it alone with those that serve every one. */
function districtPosts(posts: Census['posts'], own: Set<string>, { id }: District): Census['posts'] {
  const counts: Census['posts'] = {};
  for (const [key, count] of Object.entries(posts)) {
    const [post, place] = key.split('@') as [string, string];
    const isOfDistrict = place === ofDistrict(null) || place === ofDistrict(id);
    if (!isOfDistrict && !own.has(place)) continue;
    const here = `${post}@${isOfDistrict ? ofDistrict(null) : place}`;
    counts[here] = (counts[here] ?? 0) + count;
  }
  return counts;
}
