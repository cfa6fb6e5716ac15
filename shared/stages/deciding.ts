/** Asking the decision for every district over all that is in hand, and committing what it answers. */
import { decide } from '../activation/decide.ts';
import type { Ports } from '../io/ports.ts';
import { appendAll, catchUp } from './chain.ts';
import { inEveryDistrict } from './office.ts';
import { loadFeeds, loadWarnings } from './warnings.ts';

/** Decides every district once; each whose record grew gets a hint to freeze its audiences. */
export async function decideAll(ports: Ports): Promise<void> {
  const { store, clock } = ports;
  const now = clock.now();
  const warnings = await loadWarnings(store, now);
  const feeds = await loadFeeds(store);
  const author = { by: 'system', cause: { kind: 'decided' } as const };
  await inEveryDistrict(store, async ({ chain, exam, district, plan }) => {
    const { seq } = await catchUp(store, chain);
    const after = await appendAll(ports, chain, author, (state) =>
      decide({ plan, exam, district, warnings, feeds, now }, state),
    );
    if (after.seq > seq) {
      ports.log('decision.made', { chain, seq: after.seq });
      await ports.queue.hint('expand', { chain });
    }
  });
}
