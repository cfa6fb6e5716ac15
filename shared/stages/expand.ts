/** Freezing the audiences of what a record has released, and telling senders what it has stopped or paused. */
import { isConsented } from '../activation/consent.ts';
import { openNotices, type State } from '../activation/state.ts';
import type { Ports } from '../io/ports.ts';
import { assert } from '../outcome.ts';
import { inTurn } from '../parallel.ts';
import { catchUp } from './chain.ts';
import { freeze } from './freeze.ts';
import { project } from './notices.ts';
import { type Charge, charges } from './office.ts';

/** A hint names a chain; what is open in it is read from the record, so a doubled hint does the same again. */
export async function expand(ports: Ports, chain: string): Promise<void> {
  const charge = (await charges(ports.store)).find((each) => each.chain === chain);
  if (charge) await expandCharge(ports, charge, await catchUp(ports.store, chain));
}

export async function expandCharge(ports: Ports, { chain, exam, plan }: Charge, state: State): Promise<void> {
  // One notice in trouble keeps none of the others waiting.
  await inTurn(openNotices(state), async ({ notice, state: stands }) => {
    if (stands === 'held' || stands === 'closed') return;
    assert(isConsented(state.consents, notice), `notice ${notice.no} has no consent`);
    const roster = state.census?.version ?? '-';
    // Frozen as it stands by now: senders never see what was stopped meanwhile as sending.
    const { canaryPosts } = plan.telling;
    const item = await freeze(ports, exam, chain, notice, roster, stands, canaryPosts);
    // The audience stays as it was frozen; whoever left the roster since is withheld, new numbers count.
    if (item.state !== stands || item.rosterVersion !== roster) await project(ports, chain, notice.no);
  });
}
