/**
 * Processes as a platform runs them: each with its own warm caches and its own clock, one run at a time, and gone
 * for good when it crashes. Every call of a port may meet with a fate: the process crashes, the call fails before
 * or after it had its effect, or it answers late.
 */
import type { Carrier, Clock, FeedReader, Ports, Random } from '../../shared/io/ports.ts';
import { Fault } from '../../shared/outcome.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { pick } from './chance.ts';
import type { CallShares } from './world.ts';

/** What befalls one call. `late`: its effect comes at once or as late as its answer. */
export type Fate =
  | { kind: 'fine' }
  | { kind: 'crash' | 'fails'; after: boolean }
  | { kind: 'late'; after: boolean; ms: number };

export const FINE: Fate = { kind: 'fine' };

/** One process: `ports` are what its code sees. */
export interface Process {
  ports: Ports;
  /** Asked before each call of the run it is in, by its name; null: nothing befalls any. */
  fate: ((call: string) => Fate) | null;
  clockStepMs: number;
  dead: boolean;
  busy: boolean;
  /** Ends the run that it is in. */
  crash: () => void;
}

/** Mishaps so far, for the report. */
export interface Mishaps {
  crashes: number;
  faults: number;
}

/** What a late answer takes: from a moment to longer than any lease. */
const LATE_MS = [200, 2 * SECOND, 20 * SECOND, 70 * SECOND, 3 * MINUTE];

/** A fate by chance, each kind with its share. */
export function drawFate({ crash, failBefore, failAfter, late }: CallShares, draw: Random): Fate {
  let left = draw();
  const falls = (share: number): boolean => {
    left -= share;
    return left < 0;
  };
  if (falls(crash)) return { kind: 'crash', after: draw() < 0.5 };
  if (falls(failBefore)) return { kind: 'fails', after: false };
  if (falls(failAfter)) return { kind: 'fails', after: true };
  if (falls(late)) return { kind: 'late', after: draw() < 0.5, ms: pick(draw, LATE_MS) };
  return FINE;
}

export function newProcess(world: Ports, mishaps: Mishaps): Process {
  /** What it waits for once it is dead; its own, or all that ever waited would be kept. */
  const never = new Promise<never>(() => {});
  const process: Process = {
    ports: world,
    fate: null,
    clockStepMs: 0,
    dead: false,
    busy: false,
    crash: () => {},
  };

  /** `failed` is what the caller sees of a call that failed, by whether it had its effect. */
  function call<T>(name: string, act: () => Promise<T>, failed: (effect: boolean) => T): Promise<T> {
    if (process.dead) return never;
    return process.fate === null ? act() : befallen(process.fate(name), act, failed);
  }

  async function befallen<T>(fate: Fate, act: () => Promise<T>, failed: (effect: boolean) => T): Promise<T> {
    if (fate.kind === 'crash') {
      mishaps.crashes += 1;
      process.dead = true;
      if (fate.after) await act();
      process.crash();
      return await never;
    }
    if (fate.kind !== 'fine') mishaps.faults += 1;
    if (fate.kind === 'late' && !fate.after) await world.clock.sleep(fate.ms);
    const answer = fate.kind === 'fails' && !fate.after ? undefined : { value: await act() };
    if (fate.kind === 'late' && fate.after) await world.clock.sleep(fate.ms);
    if (process.dead) return await never;
    return fate.kind === 'fails' || !answer ? failed(fate.kind === 'fails' && fate.after) : answer.value;
  }

  function wrapped<T extends object>(name: string, target: T): T {
    const methods = Object.entries(target).map(([method, act]) => {
      const failed = (): never => {
        throw new Fault(`injected ${name}.${method}`, { retryable: true });
      };
      const called = `${name}.${method}`;
      const asked = (...args: unknown[]) => call<unknown>(called, () => act(...args), failed);
      return [method, asked];
    });
    return Object.fromEntries(methods) as T;
  }

  const clock: Clock = {
    now: () => world.clock.now() + process.clockStepMs,
    machine: () => world.clock.machine() + process.clockStepMs,
    sleep: async (ms) => {
      await world.clock.sleep(ms);
      if (process.dead) await never;
    },
  };
  const carrier: Carrier = {
    publish: (to, text) =>
      call(
        'carrier.publish',
        () => world.carrier.publish(to, text),
        (effect) =>
          effect
            ? { class: 'unknown', reason: 'TimeoutError' }
            : { class: 'not-sent', reason: 'ECONNREFUSED' },
      ),
  };
  const feeds: FeedReader = {
    ...world.feeds,
    read: (request) =>
      call(
        'feeds.read',
        () => world.feeds.read(request),
        () => ({ kind: 'failed', reason: 'timeout' }),
      ),
  };
  process.ports = {
    ...world,
    clock,
    carrier,
    feeds,
    store: wrapped('store', world.store),
    blobs: wrapped('blobs', world.blobs),
    queue: wrapped('queue', world.queue),
  };
  return process;
}
