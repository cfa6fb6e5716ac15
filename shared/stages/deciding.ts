/** Asking the decision for every district over all that is in hand, and committing what it answers. */
import { decide } from '../activation/decide.ts';
import type { State } from '../activation/state.ts';
import type { Ports } from '../io/ports.ts';
import { type CarrierNow, carrierNow } from '../notice/grant.ts';
import { EXERCISE } from '../plan/exercise.ts';
import { DAY } from '../time.ts';
import type { FeedRecord } from '../warning/health.ts';
import type { WarningRecord } from '../warning/record.ts';
import { appendAll, catchUp } from './chain.ts';
import { grantNow } from './grant.ts';
import { type Charge, inEveryDistrict, underItsPlan } from './office.ts';
import { layWord, loadFeeds, loadWarnings, WARNING_DAYS } from './warnings.ts';

interface Look {
  warnings: readonly WarningRecord[];
  feeds: FeedRecord[];
  carrier: CarrierNow;
}

/** What officers said in any district, laid where every district looks: done again by each look until it stands. */
async function layWords({ store, clock }: Ports, { chain, words }: State): Promise<void> {
  // What is entered in an exercise is said nowhere else.
  if (chain.startsWith(EXERCISE)) return;
  for (const { key, warningId, word } of words) {
    if (clock.now() - word.at < WARNING_DAYS * DAY) await layWord(store, warningId, key, word);
  }
}

async function look(ports: Ports): Promise<Look> {
  const warnings = await loadWarnings(ports.store, ports.clock.now());
  return { warnings, feeds: await loadFeeds(ports.store), carrier: carrierNow(await grantNow(ports)) };
}

/**
 * Decides every district once; each whose record grew gets a hint to freeze its audiences. The weather is read after
 * the record it is compared with, and again when the record has grown since: of two processes the slower one would
 * else take back, on older readings, what the other has just decided.
 */
export async function decideAll(ports: Ports): Promise<void> {
  const { store } = ports;
  const author = { by: 'system', cause: { kind: 'decided' } as const };
  const begun = new Map<string, Charge & { seq: number }>();
  await inEveryDistrict(store, async (charge) => {
    const state = await catchUp(store, charge.chain);
    begun.set(charge.chain, { ...(await underItsPlan(store, charge, state)), seq: state.seq });
    await layWords(ports, state);
  }).catch(() => {
    // A district in trouble is asked again in its own turn below, and throws there.
  });
  const first = await look(ports);
  await inEveryDistrict(store, async (charge) => {
    const { chain } = charge;
    const seq = begun.get(chain)?.seq ?? 0;
    let seen = { ...(begun.get(chain) ?? charge), ...first, seq };
    const after = await appendAll(
      ports,
      chain,
      author,
      (state, now) => {
        if (state.seq > seen.seq) return null;
        return decide({ ...seen, now }, state);
      },
      async () => {
        const state = await catchUp(store, chain);
        // The state grows with the record while the rest is read.
        const { seq: since } = state;
        await layWords(ports, state);
        seen = { ...(await underItsPlan(store, charge, state)), ...(await look(ports)), seq: since };
      },
    );
    if (after.seq > seq) {
      ports.log('decision.made', { chain, seq: after.seq });
      await ports.queue.hint('expand', { chain });
    }
  });
}
