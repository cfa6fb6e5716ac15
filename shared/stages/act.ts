/** An act of a person, taken into the record of the district it concerns; a refusal is recorded as a finding. */
import { type Act, type Actor, actOn } from '../activation/acts.ts';
import type { Ports } from '../io/ports.ts';
import { append } from './chain.ts';
import { type Charge, charges } from './office.ts';

/**
 * Returns why the act was refused, or null when it stands in the record: of the first district that takes it, among
 * those where the person serves.
 */
export async function takeAct(ports: Ports, actor: Actor, act: Act): Promise<string | null> {
  const all = await charges(ports.store);
  const own = all.filter((charge) => servesIn(actor, charge));
  const author = {
    by: actor.personId,
    cause: { kind: 'act', does: act.does, person: actor.personId } as const,
  };
  let refused: string | null = 'no open exam';
  for (const { chain } of own) {
    await append(ports, chain, author, (state) => {
      const answer = actOn(state, actor, act);
      refused = 'refused' in answer ? answer.refused : null;
      return 'refused' in answer ? [] : answer.effects;
    });
    if (refused === null) {
      await ports.queue.hint('expand', { chain });
      return null;
    }
  }
  const params = { does: act.does, why: refused };
  if (own[0])
    await append(ports, own[0].chain, author, () => [{ kind: 'finding', code: 'act-refused', params }]);
  return refused;
}

/** Staff of a site serve in its district alone. */
function servesIn({ siteId }: Actor, { exam, district }: Charge): boolean {
  const site = exam.sites.find(({ id }) => id === siteId);
  return site === undefined || site.districtId === district.id;
}
