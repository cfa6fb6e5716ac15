/**
 * `million`: an audience of a million people at one site, frozen into slices and accounted for to the last of them,
 * against the store on disk in its own process. Beside each person's time stands that of an audience of 100,000.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmulators } from '../emulators.ts';
import { useOnly } from '../loopback-env.ts';
import { FUNCTIONS, type FunctionName, nodeOptions } from '../topology.ts';
import { type Figure, rounded } from './figure.ts';
import type { MillionPart, MillionWord } from './million-child.ts';

/** People of the two audiences. */
const SMALL = 100_000;
const LARGE = 1_000_000;

/** What our process may hold at most, MB. */
const MEMORY_MAX_MB = 300;

/** In turn, each in a process of its own, with the memory of the function whose work it is. */
const PARTS: Record<MillionPart, FunctionName> = {
  roster: 'roster',
  freeze: 'expand',
  tell: 'send',
  settle: 'sweep',
};

export async function benchMillion(large = LARGE, small = SMALL): Promise<Figure[]> {
  const floor = await measured(small);
  const value = await measured(large);
  const line = (of: string, unit: string, ours: number, bare: number): Figure => ({
    name: 'million',
    of,
    value: rounded(ours),
    unit,
    floor: rounded(bare),
    ratio: rounded(ours / bare),
    n: large,
    spread: 0,
  });
  return [
    line(`frozen, CPU beside ${small}`, 'ms', value.freeze.cpuMs / large, floor.freeze.cpuMs / small),
    line(`accounted, CPU beside ${small}`, 'ms', value.settle.cpuMs / large, floor.settle.cpuMs / small),
    line('frozen: peak memory', 'MB', value.freeze.peakMb, MEMORY_MAX_MB),
    line('accounted: peak memory', 'MB', value.settle.peakMb, MEMORY_MAX_MB),
  ];
}

async function measured(people: number): Promise<Record<MillionPart, MillionWord>> {
  const dir = mkdtempSync(join(tmpdir(), 'huhang-million-'));
  const emulators = await startEmulators(dir);
  try {
    useOnly(emulators.env);
    const words: Partial<Record<MillionPart, MillionWord>> = {};
    for (const part of Object.keys(PARTS) as MillionPart[]) words[part] = await done(part, people);
    return words as Record<MillionPart, MillionWord>;
  } finally {
    await emulators.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function done(part: MillionPart, people: number): Promise<MillionWord> {
  const program = fileURLToPath(new URL('./million-child.ts', import.meta.url));
  const execArgv = nodeOptions(FUNCTIONS[PARTS[part]]);
  const child = fork(program, [part, String(people)], { serialization: 'json', execArgv });
  let said: MillionWord | undefined;
  child.on('message', (word: MillionWord) => {
    said = word;
  });
  await once(child, 'exit');
  if (!said) throw new Error(`${part}: its process ended with ${child.exitCode ?? child.signalCode}`);
  return said;
}
