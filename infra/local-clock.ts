/** The clock of one machine: domain time that may run faster than the machine's while nobody is waiting for anything. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../shared/io/ports.ts';

export interface LocalClock extends Clock {
  /** Domain milliseconds per machine millisecond from now on. */
  setRate(rate: number): void;
  rate(): number;
  /** Keeps the domain time, so that a restart goes on from here. */
  keep(): void;
}

/** Beside the data: the domain time of one machine, which its commands share. */
export const CLOCK_FILE = 'clock.json';

/** `file` keeps the last tick between runs; without one (or a kept tick in it) the clock begins at `start`. */
export function localClock(start: number, file: string | null): LocalClock {
  const machine = (): number => Date.now();
  let anchor = { domain: keptTick(file) ?? start, machine: machine(), rate: 1 };
  const now = (): number => Math.floor(anchor.domain + (machine() - anchor.machine) * anchor.rate);
  return {
    now,
    machine,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    setRate(rate) {
      if (rate !== anchor.rate) anchor = { domain: now(), machine: machine(), rate };
    },
    rate: () => anchor.rate,
    keep() {
      if (file === null) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(`${file}.new`, JSON.stringify({ at: now() }));
      renameSync(`${file}.new`, file);
    },
  };
}

function keptTick(file: string | null): number | null {
  if (file === null) return null;
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { at: number }).at;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${file} does not hold a tick`, { cause: error });
  }
}
