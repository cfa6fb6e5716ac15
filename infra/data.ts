/** A data directory of one machine, opened by a command: through the running system if there is one, else directly. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { portsFrom } from '../functions/wire.ts';
import type { Ports } from '../shared/io/ports.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { CLOCK_FILE, localClock } from './local-clock.ts';
import { useOnly } from './loopback-env.ts';
import { InputError } from './usage.ts';

/** What `start` leaves for the other commands. */
export interface RunFile {
  pid: number;
  console: string;
  env: Record<string, string>;
}

export const RUN_FILE = 'run.json';

/** Calls `use` with the ports of the directory, and lets go of it afterwards. Throws an InputError where there is none. */
export async function withData<T>(directory: string, use: (ports: Ports) => Promise<T>): Promise<T> {
  if (!existsSync(directory)) throw new InputError(`${directory}: no such data directory`);
  const running = runningIn(directory);
  let emulators: Emulators | null = null;
  if (running) useOnly(running.env);
  else {
    emulators = await startEmulators(directory);
    useOnly(emulators.env);
  }
  try {
    // What a command writes is dated by the time in which the system there lives.
    const clock = localClock(Date.now(), join(directory, CLOCK_FILE));
    return await use({ ...portsFrom(process.env, clock), log: () => undefined });
  } finally {
    await emulators?.stop();
  }
}

function runningIn(directory: string): RunFile | null {
  try {
    const run = JSON.parse(readFileSync(join(directory, RUN_FILE), 'utf8')) as RunFile;
    process.kill(run.pid, 0);
    return run;
  } catch (error) {
    // No file: never started. ESRCH: the process that wrote it is gone.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
