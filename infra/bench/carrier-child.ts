/** The loopback carrier in a process of its own: what it costs is not our cost. */
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { systemClock } from '../../shared/io/clock.ts';
import { type LoopbackBehaviour, startCarrier } from '../carrier.ts';

/** What the carrier is asked, and what it says; receipts come unasked. */
export type CarrierQuestion = { ask: 'taken' } | { behave: Partial<LoopbackBehaviour> };
export type CarrierWord =
  | { serves: string }
  | { taken: { to: string; text: string; at: number }[] }
  | { behaves: true }
  | { receipts: CloudWatchLogsEvent };

function say(word: CarrierWord): void {
  process.send?.(word);
}

process.on('disconnect', () => process.exit(0));
// A Ctrl-C reaches the whole group; the parent's end is this process's signal.
process.on('SIGINT', () => undefined);

const carrier = await startCarrier({
  clock: systemClock,
  random: Math.random,
  log: () => undefined,
  deliver: async (event) => say({ receipts: event }),
});

process.on('message', (question: CarrierQuestion) => {
  if ('behave' in question) {
    carrier.behave(question.behave);
    say({ behaves: true });
  } else say({ taken: carrier.outbox.map(({ to, text, at }) => ({ to, text, at })) });
});
say({ serves: carrier.endpoint });
