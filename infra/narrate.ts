/** The record as it grows, in lines that a person reads in a terminal. */
import type { Effect } from '../shared/activation/events.ts';
import { open } from '../shared/activation/seal.ts';
import { effectSentence } from '../shared/activation/sentence.ts';
import type { Ports } from '../shared/io/ports.ts';
import { catchUp, chainOf, events } from '../shared/stages/chain.ts';
import { iso } from '../shared/time.ts';
import type { Scenario } from './scenario.ts';

/** What a person at a terminal need see line by line, with its mark. */
const TOLD: Partial<Record<Effect['kind'], string>> = {
  reason: '● ',
  'activation-level': '  ',
  notice: '  → ',
  'notice-released': '  → ',
  'notice-stopped': '  ✕ ',
  'notice-closed': '  ✓ ',
  'feed-silent': '⚠ ',
  'feed-healed': '  ',
  ended: '● ',
};

/** How often the record is looked at for news. */
const EVERY_MS = 300;

export async function narrate(
  ports: Ports,
  { exam }: Scenario,
  say: (line: string) => void,
  isOver: () => boolean,
): Promise<void> {
  const told = new Map<string, number>();
  for (const district of exam.districts) {
    const chain = chainOf(exam.id, district.id);
    told.set(chain, (await catchUp(ports.store, chain)).seq);
  }
  while (!isOver()) {
    for (const [chain, seq] of told) {
      for await (const sealed of events(ports.store, chain, seq)) {
        const { at, effects } = open(sealed);
        const when = iso(at, exam.timeZone).slice(5, 16).replace('T', ' ');
        for (const effect of effects) {
          const mark = TOLD[effect.kind];
          if (mark !== undefined) say(`${when}  ${mark}${effectSentence(effect, exam)}`);
        }
        told.set(chain, sealed.seq);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
