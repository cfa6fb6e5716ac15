/** A program to be killed: serves the embedded services and the carrier from the directory it is given. */
import { startCarrier } from '../infra/carrier.ts';
import { startEmulators } from '../infra/emulators.ts';
import { systemClock } from '../shared/io/clock.ts';

export interface Serving {
  env: Record<string, string>;
  sns: string;
}

const [dir = ''] = process.argv.slice(2);
const emulators = await startEmulators(dir);
const carrier = await startCarrier({
  clock: systemClock,
  random: Math.random,
  log: () => {},
  deliver: () => Promise.reject(new Error('nobody takes receipts here')),
  behaviour: { partsPerSecond: 100_000 },
  dir,
});
const serving: Serving = { env: emulators.env, sns: carrier.endpoint };
process.send?.(serving);
