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
    rounds,
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
  ];
}

interface Taken {
  ms: number;
  megabytes: number;
}

function taken(read: () => unknown): Taken {
  const megabytes = peakOf(read) / 2 ** 20;
  const ms = computed(() => {
    for (let reading = 0; reading < READINGS; reading += 1) read();
  });
  return { ms: ms / READINGS, megabytes };
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
