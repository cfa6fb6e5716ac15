/** An act of a person, taken into the record of the district it concerns; a refusal is recorded as a finding. */
import { type Act, type Actor, actOn } from '../activation/acts.ts';
import { type ActAnswer, ENTRY_BYTES_MAX, entryHash } from '../activation/entry.ts';
import { canonical } from '../activation/seal.ts';
import type { Ports } from '../io/ports.ts';
import { append } from './chain.ts';
import { type Charge, charges } from './office.ts';
import { loadFeeds, loadWarnings } from './warnings.ts';

/**
 * Returns why the act was refused, or null when it stands in the record: of the first district that takes it, among
 * those where the person serves. What was typed is kept first, under the hash that the record then names.
 */
export async function takeAct(ports: Ports, actor: Actor, act: Act): Promise<string | null> {
  const { store, clock } = ports;
  const own = (await charges(store)).filter((charge) => servesIn(actor, charge));
  const kept = act.with === undefined ? undefined : await keepEntry(ports, actor, act);
  const entry = typeof kept === 'string' ? { entry: kept } : {};
  const author = {
    by: actor.personId,
    cause: { kind: 'act', does: act.does, person: actor.personId, ...entry } as const,
  };
  let answer: ActAnswer = { refused: kept === null ? 'with is too large' : 'no open exam' };
  const warnings = await loadWarnings(store, clock.now());
  const feeds = await loadFeeds(store);
  for (const { chain, ...charge } of kept === null ? [] : own) {
    await append(ports, chain, author, (state) => {
      const now = Math.max(clock.now(), state.at);
      answer = actOn({ ...charge, warnings, feeds, now }, state, actor, act);
      return 'refused' in answer ? [] : answer.effects;
    });
    if (!('refused' in answer)) {
      await ports.queue.hint('expand', { chain });
      return null;
    }
  }
  const { refused } = answer as Extract<ActAnswer, { refused: string }>;
  const finding = { kind: 'finding', code: 'act-refused', params: { does: act.does, why: refused } } as const;
  if (own[0]) await append(ports, own[0].chain, author, () => [finding]);
  return refused;
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

/** Staff of a site serve in its district alone. */
function servesIn({ siteId }: Actor, { exam, district }: Charge): boolean {
  const site = exam.sites.find(({ id }) => id === siteId);
  return site === undefined || site.districtId === district.id;
}
