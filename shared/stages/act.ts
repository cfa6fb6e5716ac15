/** An act of a person, taken into the record of the district it concerns; a refusal is recorded as a finding. */
import type { Act, Actor, Facts } from '../activation/actor.ts';
import { actOn } from '../activation/acts.ts';
import { noticeNamed } from '../activation/calls.ts';
import { type ActAnswer, ENTRY_BYTES_MAX, entryHash } from '../activation/entry.ts';
import { canonical } from '../activation/seal.ts';
import type { State } from '../activation/state.ts';
import type { Ports } from '../io/ports.ts';
import { getAll } from '../io/query-all.ts';
import { carrierNow } from '../notice/grant.ts';
import { rosterKey } from '../notice/slices.ts';
import { type Person, serves, sitesIn } from '../plan/exam.ts';
import { isExercise } from '../plan/exercise.ts';
import { append, catchUp, nowIn } from './chain.ts';
import { grantNow } from './grant.ts';
import { unreached } from './notices.ts';
import { type Charge, charges, underItsPlan } from './office.ts';
import { loadFeeds, loadWarnings } from './warnings.ts';

/** What is said of a warning holds for every district: whichever record takes it first. */
const OF_NO_DISTRICT: ReadonlySet<string> = new Set(['enter-warning', 'confirm-warning']);

/**
 * Returns why the act was refused, or null when it stands in the record. Numbers and codes repeat from district to
 * district: where more than one district would take the act, it must name the one it means (`with.district`). What
 * was typed is kept first, under the hash that the record then names.
 */
export async function takeAct(ports: Ports, actor: Actor, act: Act): Promise<string | null> {
  const { store, clock } = ports;
  const own = (await charges(store)).filter((charge) => servesIn(actor, charge) && isNamed(act, charge));
  const kept = act.with === undefined ? undefined : await keepEntry(ports, actor, act);
  const entry = typeof kept === 'string' ? { entry: kept } : {};
  const author = {
    by: actor.personId,
    cause: { kind: 'act', does: act.does, person: actor.personId, ...entry } as const,
  };
  const warnings = await loadWarnings(store, clock.now());
  const feeds = await loadFeeds(store);
  const carrier = carrierNow(await grantNow(ports));
  const takers: { chain: string; take: (state: State, now: number) => ActAnswer }[] = [];
  const refusals = new Map<string, string>();
  for (const each of kept === null ? [] : own) {
    const { chain } = each;
    const state = await catchUp(store, chain);
    const charge = await underItsPlan(store, each, state);
    const facts = await factsOf(ports, charge, state, act);
    const take = (state: State, now: number): ActAnswer =>
      actOn({ ...charge, warnings, feeds, carrier, now }, state, actor, act, facts);
    const answer = take(state, nowIn(clock, state));
    if ('refused' in answer) refusals.set(chain, answer.refused);
    else takers.push({ chain, take });
  }
  const [taker] = takers;
  if (taker && (takers.length === 1 || OF_NO_DISTRICT.has(act.does))) {
    await append(ports, taker.chain, author, (state, now) => {
      const answer = taker.take(state, now);
      if ('refused' in answer) refusals.set(taker.chain, answer.refused);
      else refusals.delete(taker.chain);
      return 'refused' in answer ? [] : answer.effects;
    });
    if (!refusals.has(taker.chain)) {
      await ports.queue.hint('expand', { chain: taker.chain });
      return null;
    }
  }
  const refused = whyRefused(
    refusals,
    takers.map(({ chain }) => chain),
    kept === null,
  );
  const finding = { kind: 'finding', code: 'act-refused', params: { does: act.does, why: refused } } as const;
  if (own[0]) await append(ports, own[0].chain, author, () => [finding]);
  return refused;
}

/** One reason where all districts give the same, else each with its own. */
function whyRefused(refusals: Map<string, string>, takers: string[], isTooLarge: boolean): string {
  if (isTooLarge) return 'with is too large';
  if (takers.length > 1) return `with/district must say which is meant: ${takers.join(' ')}`;
  const reasons = new Set(refusals.values());
  if (reasons.size > 1) return [...refusals].map(([chain, why]) => `${chain}: ${why}`).join('; ');
  return [...reasons][0] ?? 'no such district or open exam';
}

/** Keeps what was typed as it was typed; null if it is larger than any form of ours. */
async function keepEntry({ store, clock }: Ports, actor: Actor, act: Act): Promise<string | null> {
  const typed = act.with ?? {};
  if (Buffer.byteLength(canonical(typed)) > ENTRY_BYTES_MAX) return null;
  const hash = entryHash(typed);
  const item = { pk: hash, sk: '-', does: act.does, by: actor.personId, at: clock.now(), typed };
  await store.putIfAbsent('entries', item);
  return hash;
}

/** Staff of a site serve in its district alone; others in the one they name, or in all. */
function servesIn({ siteId, districtId = null }: Actor, { exam, district }: Charge): boolean {
  const site = exam.sites.find(({ id }) => id === siteId);
  return serves({ districtId: site?.districtId ?? districtId }, district);
}

/** By the district's id, or by its chain where districts of several exams have the same, as an exercise always has. */
function isNamed({ with: more }: Act, { chain, exam, district }: Charge): boolean {
  const named = more?.district;
  return named === chain || (!isExercise(exam) && (named === undefined || named === district.id));
}

/** What the record cannot know because it knows no people. */
async function factsOf(ports: Ports, charge: Charge, state: State, act: Act): Promise<Facts> {
  const { for: standsFor, person } = act.with ?? {};
  const facts: Facts = {};
  if (typeof standsFor === 'string') facts.behalf = await inRoster(ports, charge, state, standsFor);
  const record = act.does === 'tick' ? noticeNamed(state, act) : undefined;
  if (record) {
    const list = await unreached(ports, charge.chain, record.notice.no);
    facts.listed = list.find((each) => each.person === person);
  }
  return facts;
}

/** A person of the adopted roster, at whatever site of the district. */
async function inRoster(
  { store }: Ports,
  { exam, district }: Charge,
  { census }: State,
  personId: string,
): Promise<Person | undefined> {
  const sites = sitesIn(exam, district).map(({ id }) => id);
  const keys = [null, ...sites].map((site) => ({
    pk: rosterKey(exam.id, census?.version ?? '-', site),
    sk: personId,
  }));
  const [found] = await getAll(store, 'roster', keys);
  const person = found as Person | undefined;
  return person && serves(person, district) ? person : undefined;
}
