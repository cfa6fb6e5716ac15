/** A worker thread of the pool: a seed comes in, its verdict goes out. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Plan } from '../../shared/plan/plan.ts';
import { judgeSeed } from './judge.ts';

const plan = workerData as Plan;

parentPort?.on('message', (seed: number) => {
  judgeSeed(seed, plan).then(
    (verdict) => parentPort?.postMessage(verdict),
    (error: unknown) => {
      // Reaches the pool as the worker's error, with the seed in it.
      throw new Error(`season ${seed} broke off`, { cause: error });
    },
  );
});
