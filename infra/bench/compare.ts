/**
 * `compare`: the same SMS to the same carrier with the same faults, sent in three ways. The carrier loses answers and
 * throttles, and each way's process is killed when half the people have their SMS, then started again.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { freeze } from '../../shared/stages/freeze.ts';
import { importRoster } from '../../shared/stages/roster.ts';
import { SECOND } from '../../shared/time.ts';
import type { ChildWord, Way } from './compare-child.ts';
import { CHAIN, candidates, examFrom, NUMBER, reminder } from './exam.ts';
import { rounded } from './figure.ts';
import { type House, startHouse } from './house.ts';

/** People of each way: one slice of ours. */
export const COMPARED = 400;

/** What the account may send: pacing shows, and nobody waits long. */
const PARTS_PER_SECOND = 40;

/** The carrier's faults, the same for all. */
const FAULTS = { lose: 0.05, throttle: 0.1 };

/** How often it is looked whether half are told. */
const LOOK_MS = 50;

export interface Row {
  of: string;
  people: number;
  /** Nobody sent them anything. */
  lost: number;
  /** Got it twice or more, and the most that one person got. */
  doubled: number;
  most: number;
  /** Until 95 % of those who got it had it, and until the way's process was done. */
  seconds95: number;
  seconds: number;
  /** CPU of the way's processes. */
  cpuMsPerPerson: number;
}

const WAYS: Record<Way, string> = {
  loop: 'Publish in a loop, the SDK’s own retries',
  idempotency: 'an idempotency record around Publish',
  huhang: 'claim, publish, record',
};

export async function compare(people = COMPARED): Promise<Row[]> {
  const house = await startHouse(PARTS_PER_SECOND);
  try {
    await house.behave(FAULTS);
    const rows: Row[] = [];
    for (const way of Object.keys(WAYS) as Way[]) rows.push(await taken(house, way, people, rows.length));
    return rows;
  } finally {
    await house.stop();
  }
}

async function taken(house: House, way: Way, people: number, place: number): Promise<Row> {
  const numbers = candidates(people, place * people).map(({ phone }) => phone);
  const mine = new Set(numbers);
  if (way === 'huhang') await layOut(house, people, place);
  const outbox = async () => (await house.taken()).filter(({ to }) => mine.has(to));
  const start = Date.now();
  const first = begin(house, way, numbers);
  while (new Set((await outbox()).map(({ to }) => to)).size < people / 2 && !first.ended())
    await sleep(LOOK_MS);
  first.child.kill('SIGKILL');
  await first.gone;
  const second = begin(house, way, numbers);
  await second.gone;
  const seconds = (Date.now() - start) / SECOND;

  const sms = await outbox();
  const counts = Map.groupBy(sms, ({ to }) => to);
  const firsts = [...counts.values()].map((each) => each[0]!.at - start).sort((a, b) => a - b);
  return {
    of: WAYS[way],
    people,
    lost: people - counts.size,
    doubled: [...counts.values()].filter((each) => each.length > 1).length,
    most: Math.max(...[...counts.values()].map((each) => each.length)),
    seconds95: rounded((firsts[Math.ceil(firsts.length * 0.95) - 1] ?? 0) / SECOND),
    seconds: rounded(seconds),
    cpuMsPerPerson: rounded((first.cpuMs() + second.cpuMs()) / people),
  };
}

/** Our way's people in the roster, and the notice that tells them. */
async function layOut({ ports }: House, people: number, place: number): Promise<void> {
  const exam = examFrom(Date.now(), 'bench');
  await importRoster(ports, exam, '1', candidates(people, place * people));
  await freeze(ports, exam, CHAIN, reminder(exam, NUMBER, Date.now()), '1');
}

/** One process of a way. Every receipt so far is handed to each anew: taking one twice changes nothing. */
function begin(house: House, way: Way, numbers: string[]) {
  const program = fileURLToPath(new URL('./compare-child.ts', import.meta.url));
  const child: ChildProcess = fork(program, [way], { serialization: 'json' });
  let cpuMs = 0;
  child.on('message', (word: ChildWord) => {
    cpuMs = word.cpuMs;
  });
  child.send({ numbers });
  house.onReceipts((event: CloudWatchLogsEvent) => {
    if (child.connected) child.send({ receipts: event });
  });
  return {
    child,
    gone: once(child, 'exit'),
    ended: () => child.exitCode !== null || child.signalCode !== null,
    cpuMs: () => cpuMs,
  };
}

export function inWords(rows: readonly Row[]): string {
  const head = ['', 'people', 'lost', 'doubled', 'most', '95 % told', 'done', 'CPU each'];
  const lines = rows.map((row) => [
    row.of,
    String(row.people),
    String(row.lost),
    String(row.doubled),
    String(row.most),
    `${row.seconds95} s`,
    `${row.seconds} s`,
    `${row.cpuMsPerPerson} ms`,
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]!.length)));
  return [head, ...lines]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
