/** `roster-import`: a roster from bytes to checked people, against the bare CSV parser over the same bytes. */
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { openTable, pagesOf } from '../../shared/io/spreadsheet.ts';
import type { Exam } from '../../shared/plan/exam.ts';
import { rosterReader } from '../../shared/plan/roster.ts';
import { candidates, examFrom } from './exam.ts';
import { byTurns, type Figure, figure } from './figure.ts';

/** Rows of one turn: a province's candidates. */
export const ROWS = 24_000;

/** Bytes handed over at once, as a file is read. */
const PIECE_BYTES = 64 * 1024;

export async function benchRoster(rows = ROWS, turns?: number): Promise<Figure[]> {
  const exam = examFrom(Date.now(), 'bench');
  const bytes = Buffer.from(csv(rows));
  const sides = await byTurns(
    {
      floor: () => timed(rows + 1, () => bareRows(bytes)),
      ours: () => timed(rows, () => peopleIn(bytes, exam)),
    },
    turns,
  );
  return [figure({ name: 'roster-import', unit: 'ms', n: rows }, sides)];
}

function csv(rows: number): string {
  const lines = candidates(rows).map(({ personId, name, phone, role, siteId, sessionIds }) =>
    [personId, name, phone.slice(3), role, siteId, sessionIds.join(';'), ''].join(','),
  );
  return ['personId,name,phone,role,siteId,sessionIds,needs', ...lines].join('\n');
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES);
}

async function bareRows(bytes: Buffer): Promise<number> {
  let rows = 0;
  for await (const _ of Readable.from(pieces(bytes)).pipe(parse())) rows += 1;
  return rows;
}

async function peopleIn(bytes: Buffer, exam: Exam): Promise<number> {
  let people = 0;
  const read = rosterReader(exam);
  for await (const page of pagesOf(await openTable(() => pieces(bytes))))
    for (const cells of page) if (read(cells).person) people += 1;
  return people;
}

/** Milliseconds of a turn; one that read fewer is no measure of anything. */
async function timed(wanted: number, work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const done = await work();
  if (done !== wanted) throw new Error(`${done} rows were read in place of ${wanted}`);
  return performance.now() - start;
}
