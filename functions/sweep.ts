/** A tick of the whole deployment, once a minute, one run at a time. */
import { sweep } from '../shared/stages/sweep.ts';
import { house, ports, runUntil } from './wire.ts';

export const handler = house('sweep', async (_tick: unknown, context): Promise<void> => {
  await sweep(ports(), runUntil(context));
});
