/** Virtual time: a clock that moves only when everything waits, so that days pass in seconds and always alike. */
import type { Clock } from '../shared/io/ports.ts';

export interface VirtualTime {
  clock: Clock;
  /**
   * Runs `task` at `at` (or now, if that is past); tasks of one instant run in the order they were asked for. What it
   * returns calls the task off.
   */
  at(at: number, task: () => unknown): () => void;
  /** Moves time until nothing is left before `end`, then to `end`. Rejects with the first task that failed. */
  runUntil(end: number): Promise<void>;
}

interface Timer {
  at: number;
  order: number;
  task: () => unknown;
}

export function virtualTime(start: number): VirtualTime {
  let now = start;
  let asked = 0;
  const timers: Timer[] = [];
  let failure: { error: unknown } | null = null;

  function at(when: number, task: () => unknown): () => void {
    const timer = { at: Math.max(when, now), order: asked++, task };
    const place = timers.findLastIndex((each) => each.at <= timer.at);
    timers.splice(place + 1, 0, timer);
    return () => {
      const left = timers.indexOf(timer);
      if (left >= 0) timers.splice(left, 1);
    };
  }

  return {
    clock: {
      now: () => now,
      machine: () => now,
      sleep: (ms) => new Promise((resolve) => at(now + Math.max(0, ms), resolve)),
    },
    at,
    async runUntil(end) {
      for (;;) {
        const next = timers[0];
        if (!next || next.at > end) break;
        timers.shift();
        now = next.at;
        Promise.resolve(next.task()).catch((error: unknown) => {
          failure ??= { error };
        });
        await allWaiting();
        if (failure) throw failure.error;
      }
      now = Math.max(now, end);
    },
  };
}

/**
 * Resolves when every promise chain of the in-memory world has run until it waits for time: what is left to the next
 * tick comes after all of them.
 */
function allWaiting(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
