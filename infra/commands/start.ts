/** `huhang start`: the whole system on one machine, told as it happens. */
import { createWriteStream, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { levelName } from '../../shared/activation/sentence.ts';
import { jsonLog } from '../../shared/io/log.ts';
import type { Clock, Log } from '../../shared/io/ports.ts';
import { iso } from '../../shared/time.ts';
import { type Local, startLocal } from '../local.ts';
import { narrate } from '../narrate.ts';
import { readScenario, type Scenario } from '../scenario.ts';
import { UsageError } from '../usage.ts';

/** The storm that ships with the product. */
const SHIPPED_STORM = fileURLToPath(new URL('../storm', import.meta.url));

/** Fastest that domain time may run: beyond it a minute passes between two looks at what is outstanding. */
const SPEED_MAX = 2_000;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '8080' },
      data: { type: 'string' },
      scenario: { type: 'string', default: SHIPPED_STORM },
      speed: { type: 'string', default: '1' },
    },
  });
  const port = whole('--port', values.port, 0, 65_535);
  const speed = whole('--speed', values.speed, 1, SPEED_MAX);
  const data = values.data === undefined ? null : resolve(values.data);
  const scenario = readScenario(values.scenario);
  const local = await startLocal({ scenario, port, data, speed, logOn: (clock) => logTo(data, clock) });
  say(`护航 is running: ${scenario.name}`);
  say(`console   ${local.consoleUrl}`);
  say(`data      ${data ?? 'in memory'}`);
  say(
    `time      ${iso(local.clock.now(), scenario.exam.timeZone)}, up to ${speed} times as fast while nobody waits; Ctrl-C stops`,
  );
  say('');
  return await untilStopped(local, scenario);
}

async function untilStopped(local: Local, scenario: Scenario): Promise<number> {
  let stopping = false;
  const stop = new Promise<void>((resolve) => {
    const once = (): void => {
      stopping = true;
      resolve();
    };
    process.once('SIGINT', once);
    process.once('SIGTERM', once);
  });
  const telling = narrate(local.ports, scenario, say, () => stopping);
  const told = local.toldToTheEnd.then(() => {
    if (stopping) return;
    say('');
    say(`The story is told to its end (${levelName(null)}); the console stays open. Ctrl-C stops.`);
  });
  await stop;
  say('stopping …');
  await telling;
  await local.stop();
  void told;
  say('stopped; a second start goes on from the record.');
  return 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The log of one machine is a file beside the data: the terminal is for people. */
function logTo(data: string | null, clock: Clock): Log {
  if (data === null) return () => undefined;
  mkdirSync(data, { recursive: true });
  const file = createWriteStream(join(data, 'log.jsonl'), { flags: 'a' });
  return jsonLog(clock, (line) => file.write(line));
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`${name} takes a whole number from ${least} to ${most}; given: ${text}`);
  }
  return value;
}
