/** Many seeds at once, one worker thread for each processor. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Plan } from '../../shared/plan/plan.ts';
import type { Verdict } from './judge.ts';

/** A season makes much that dies young: with room for it the collector has little to copy. */
const YOUNG_MB = 48;

/** Judges `count` seeds from `from` on, in any order; each verdict is given to `seen`. Rejects if a worker dies. */
export async function judgeSeeds(
  plan: Plan,
  from: number,
  count: number,
  seen: (verdict: Verdict) => void,
  width: number = availableParallelism(),
): Promise<void> {
  let next = from;
  await Promise.all(Array.from({ length: Math.min(width, count) }, () => work()));

  function work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: plan,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    return new Promise<void>((resolve, reject) => {
      const give = (): void => {
        if (next < from + count) worker.postMessage(next++);
        else worker.terminate().then(() => resolve(), reject);
      };
      worker.on('error', reject);
      worker.on('message', (verdict: Verdict) => {
        seen(verdict);
        give();
      });
      give();
    });
  }
}
