/**
 * `million`: an audience of a million people at one site, frozen into slices and accounted for to the last of them,
 * against the store on disk in its own process. Beside each person's time stands that of an audience of 100,000.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portsFrom } from '../../functions/wire.ts';
import { systemClock } from '../../shared/io/clock.ts';
import { freeze } from '../../shared/stages/freeze.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { settle } from '../../shared/stages/settle.ts';
import { startEmulators } from '../emulators.ts';
import { useOnly } from '../loopback-env.ts';
import { CHAIN, candidates, examFrom, NUMBER, reminder } from './exam.ts';
import { type Figure, rounded } from './figure.ts';

/** People of the two audiences. */
const SMALL = 100_000;
const LARGE = 1_000_000;

/** People put into the roster at once. */
const ROSTER_PAGE = 1_000;

/** What our process may hold at most, MB. */
const MEMORY_MAX_MB = 300;

export async function benchMillion(large = LARGE, small = SMALL): Promise<Figure[]> {
  const floor = await perPerson(small);
  const value = await perPerson(large);
  const peak = process.resourceUsage().maxRSS / 1024;
  const line = (of: string, unit: string, [ours, bare]: [number, number]): Figure => ({
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
    line(`frozen, beside ${small}`, 'ms', [value.frozen, floor.frozen]),
    line(`accounted, beside ${small}`, 'ms', [value.accounted, floor.accounted]),
    line('peak memory', 'MB', [peak, MEMORY_MAX_MB]),
  ];
}

/** Milliseconds a person. The notice is stopped before anybody is told: each row is written by the accounting. */
async function perPerson(people: number): Promise<{ frozen: number; accounted: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'huhang-million-'));
  const emulators = await startEmulators(dir);
  try {
    useOnly(emulators.env);
    const ports = { ...portsFrom(process.env, systemClock), log: () => undefined };
    const exam = examFrom(Date.now(), 'bench');
    for (let from = 0; from < people; from += ROSTER_PAGE)
      await importRoster(ports, exam, '1', candidates(Math.min(ROSTER_PAGE, people - from), from));
    const start = performance.now();
    const item = await freeze(ports, exam, CHAIN, reminder(exam, NUMBER, Date.now()), '1', 'stopped');
    const frozen = performance.now() - start;
    const counts = await settle(ports, item);
    const accounted = performance.now() - start - frozen;
    if (counts?.suppressed !== people)
      throw new Error(`${counts?.suppressed} of ${people} are accounted for`);
    return { frozen: frozen / people, accounted: accounted / people };
  } finally {
    await emulators.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
