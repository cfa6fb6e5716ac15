/**
 * Processes as a platform runs them: each with its own warm caches and its own clock, one run at a time, and gone
 * for good when it crashes. In a rough span every call of a port may crash the process, fail before or after it
 * had its effect, or answer late; what is drawn depends on the run and the call alone.
 */
import type { Carrier, Clock, FeedReader, Ports, Random } from '../../shared/io/ports.ts';
import { Fault } from '../../shared/outcome.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { between } from './chance.ts';
import type { CallShares } from './world.ts';

/** One process: `ports` are what its code sees. */
export interface Process {
  ports: Ports;
  /** What may befall the calls of the run it is in; null: nothing. */
  fate: { shares: CallShares; draw: Random } | null;
  clockStepMs: number;
  dead: boolean;
  busy: boolean;
  /** Resolves the run that it is in as crashed. */
  crash: () => void;
}

/** Mishaps so far, for the report. */
export interface Mishaps {
  crashes: number;
  faults: number;
}

/** What a late answer takes: from a moment to longer than any lease. */
const LATE_MS = [200, 2 * SECOND, 20 * SECOND, 70 * SECOND, 3 * MINUTE];

/** Of publishes that go wrong most fail on the way there. */
const never: Promise<never> = new Promise(() => {});

export function newProcess(world: Ports, mishaps: Mishaps): Process {
  const process: Process = {
    ports: world,
    fate: null,
    clockStepMs: 0,
    dead: false,
    busy: false,
    crash: () => {},
  };
  const clock: Clock = {
    now: () => world.clock.now() + process.clockStepMs,
    machine: () => world.clock.machine() + process.clockStepMs,
    sleep: async (ms) => {
      await world.clock.sleep(ms);
      if (process.dead) await never;
    },
  };
  const lived = async <T>(call: () => Promise<T>, failed: (effect: boolean) => T): Promise<T> => {
    if (process.dead) return await never;
    const { shares, draw } = process.fate!;
    let left = draw();
    const falls = (share: number): boolean => {
      left -= share;
      return left < 0;
    };
    if (falls(shares.crash)) {
      const after = draw() < 0.5;
      mishaps.crashes += 1;
      process.dead = true;
      if (after) await call();
      process.crash();
      return await never;
    }
    if (falls(shares.failBefore)) {
      mishaps.faults += 1;
      return failed(false);
    }
    if (falls(shares.failAfter)) {
      mishaps.faults += 1;
      await call();
      return failed(true);
    }
    if (falls(shares.late)) {
      mishaps.faults += 1;
      const ms = LATE_MS[between(draw, 0, LATE_MS.length - 1)]!;
      const effectFirst = draw() < 0.5;
      const early = effectFirst ? await call() : undefined;
      await world.clock.sleep(ms);
      if (process.dead) return await never;
      return effectFirst ? early! : await call();
    }
    const answer = await call();
    return process.dead ? await never : answer;
  };
  const fault = (name: string) => (): never => {
    throw new Fault(`injected ${name}`, { retryable: true });
  };
  function wrapped<T extends object>(name: string, target: T): T {
    const methods = Object.entries(target).map(([method, call]) => [
      method,
      (...args: unknown[]) => {
        const now = (): Promise<unknown> => Reflect.apply(call, target, args);
        if (process.dead) return never;
        return process.fate === null ? now() : lived(now, fault(`${name}.${method}`));
      },
    ]);
    return Object.fromEntries(methods) as T;
  }
  const carrier: Carrier = {
    publish(to, text) {
      const now = () => world.carrier.publish(to, text);
      if (process.dead) return never;
      if (process.fate === null) return now();
      return lived(now, (effect) =>
        effect ? { class: 'unknown', reason: 'TimeoutError' } : { class: 'not-sent', reason: 'ECONNREFUSED' },
      );
    },
  };
  const feeds: FeedReader = {
    ...world.feeds,
    read(request) {
      const now = () => world.feeds.read(request);
      if (process.dead) return never;
      return process.fate === null ? now() : lived(now, () => ({ kind: 'failed', reason: 'timeout' }));
    },
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
