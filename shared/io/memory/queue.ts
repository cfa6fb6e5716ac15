/** Hints in memory, until somebody takes them. */
import type { Queue, QueueName } from '../ports.ts';

export interface Hint {
  queue: QueueName;
  body: Record<string, string>;
}

export interface MemoryQueue extends Queue {
  /** Takes the hints laid so far, in order. */
  drain(queue?: QueueName): Hint[];
}

export function memoryQueue(): MemoryQueue {
  let hints: Hint[] = [];
  return {
    async hint(queue, body) {
      hints.push({ queue, body: { ...body } });
    },
    drain(queue) {
      const wanted = (hint: Hint) => queue === undefined || hint.queue === queue;
      const taken = hints.filter(wanted);
      hints = hints.filter((hint) => !wanted(hint));
      return taken;
    },
  };
}
