/** `parse`: our reading of an answer, down to its warnings, against the bare parser over the same bytes. */
import { GCProfiler, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { instant } from '../../shared/time.ts';
import { parseReading } from '../../shared/warning/parse.ts';
import type { FeedId } from '../../shared/warning/warning.ts';
import { parser } from '../../shared/warning/xml.ts';
import { capDocument, capFeed, ENTRIES, portalList } from './answers.ts';
import { byTurns, computed, type Figure, figure, measure } from './figure.ts';

/** Readings in one turn: enough that the clock's step does not show. */
const READINGS = 3;

/** Turns of each side: one turn alone is half as long again where the machine's other tenants are busy. */
const PARSE_TURNS = 15;

const NOW = instant('2024-09-21T12:00:00+08:00');

interface Subject {
  of: string;
  feed: FeedId;
  bytes: Uint8Array;
  /** The parser we use, over text: what it costs to have the values and nothing of what they mean. */
  bare: (text: string) => unknown;
}

const bareXml = (text: string): unknown => parser.parse(text);

export function subjects(): Subject[] {
  return [
    { of: `CAP feed, ${ENTRIES} entries`, feed: 'cap', bytes: capFeed(), bare: bareXml },
    { of: 'CAP document, 1 MB', feed: 'cap', bytes: capDocument(), bare: bareXml },
    { of: `portal list, ${ENTRIES} entries`, feed: 'gjzwfw', bytes: portalList(), bare: JSON.parse },
  ];
}

/** All answers together first, then each by itself. */
export async function benchParse(rounds?: number): Promise<Figure[]> {
  const all = subjects();
  const turns = await byTurns(
    {
      floor: () => all.map(({ bytes, bare }) => taken(() => bare(Buffer.from(bytes).toString('utf8')))),
      ours: () => all.map(({ feed, bytes }) => taken(() => parseReading(feed, bytes, { now: NOW }))),
    },
    rounds ?? PARSE_TURNS,
  );
  const lines = (of: string, n: number, which: (turn: Taken[]) => Taken[]): Figure[] => [
    figure(
      { name: 'parse', of: `${of}: time`, unit: 'ms', n },
      measure(turns, (turn) => which(turn).reduce((sum, { ms }) => sum + ms, 0)),
    ),
    figure(
      { name: 'parse', of: `${of}: peak memory`, unit: 'MB', n },
      measure(turns, (turn) => Math.max(...which(turn).map(({ megabytes }) => megabytes))),
    ),
  ];
  const total = all.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return [
    ...lines('all of these', total, (turn) => turn),
    ...all.flatMap(({ of, bytes }, place) => lines(of, bytes.length, (turn) => [turn[place]!])),
    await linear('CAP feed', capFeed, 200, rounds),
    await linear('CAP document', capDocument, 256, rounds),
  ];
}

/** How many times as large the larger of two answers is: from half a megabyte to just within READING_BYTES_MAX. */
const TIMES = 10;

/** Time of a megabyte in an answer of 5 MB against one of half a megabyte, both ours: 1 is linear. */
async function linear(
  of: string,
  answer: (length: number) => Uint8Array,
  length: number,
  rounds?: number,
): Promise<Figure> {
  const [small, large] = [answer(length), answer(length * TIMES)];
  const perMegabyte = (bytes: Uint8Array, readings: number): number =>
    (timeOf(() => parseReading('cap', bytes, { now: NOW }), readings) / bytes.length) * 1e6;
  const turns = { floor: () => perMegabyte(small, TIMES), ours: () => perMegabyte(large, 1) };
  return figure(
    { name: 'parse', of: `${of}: linear to 5 MB`, unit: 'ms/MB', n: large.length },
    await byTurns(turns, rounds),
  );
}

interface Taken {
  ms: number;
  megabytes: number;
}

function taken(read: () => unknown): Taken {
  return { megabytes: peakOf(read) / 2 ** 20, ms: timeOf(read, READINGS) };
}

/** Milliseconds of one reading of several. */
function timeOf(read: () => unknown, readings: number): number {
  const ms = computed(() => {
    for (let reading = 0; reading < readings; reading += 1) read();
  });
  return ms / readings;
}

/** Bytes by which the heap grew at most while `read` ran, garbage that was not collected yet included. */
function peakOf(read: () => unknown): number {
  collectGarbage();
  const before = getHeapStatistics().used_heap_size;
  const profiler = new GCProfiler();
  profiler.start();
  const result = read();
  const after = getHeapStatistics().used_heap_size;
  const { statistics } = profiler.stop();
  const highest = statistics.map(({ beforeGC }) => beforeGC.heapStatistics.usedHeapSize);
  return result === undefined ? 0 : Math.max(after, ...highest) - before;
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
