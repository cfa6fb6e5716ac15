/** A table as an office saves it, CSV or XLSX, from bytes to pages of rows. Whoever reads has one page in memory. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { issue } from '../outcome.ts';
import { CSV, NotATable, notCsv } from '../plan/roster.ts';
import { rowsOfXlsx, XlsxError } from './xlsx.ts';

/** Bytes of a file, given anew each time: it is read once to know its encoding and once for its rows. */
export type Bytes = () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Rows of a page: enough that a page's overhead does not count. */
export const PAGE_ROWS = 1_000;

/** Bytes of a workbook, which unlike CSV is taken whole: a few hundred thousand rows. */
export const XLSX_BYTES_MAX = 50 * 1024 * 1024;

/** What a file is, found out by reading it once. */
export interface TableFile {
  kind: 'utf-8' | 'gb18030' | 'xlsx';
  /** SHA-256, hex. */
  hash: string;
  bytes: Bytes;
}

/** A zip is XLSX. What is UTF-8 to its end is UTF-8; Chinese spreadsheets save all other CSV in GB18030. */
export async function openTable(bytes: Bytes): Promise<TableFile> {
  const hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let kind: TableFile['kind'] | null = null;
  let size = 0;
  for await (const chunk of bytes()) {
    if (size === 0 && startsWith(chunk, [0xd0, 0xcf, 0x11, 0xe0])) {
      throw new NotATable(issue('/', 'old-xls', 'an old .xls workbook: save it as .xlsx or as CSV'));
    }
    if (size === 0 && startsWith(chunk, [0x50, 0x4b])) kind = 'xlsx';
    size += chunk.length;
    hash.update(chunk);
    if (kind === null && !decodes(decoder, chunk)) kind = 'gb18030';
  }
  if (kind === null) kind = decodes(decoder) ? 'utf-8' : 'gb18030';
  if (kind === 'xlsx' && size > XLSX_BYTES_MAX) {
    const params = { bytes: size, most: XLSX_BYTES_MAX };
    throw new NotATable(issue('/', 'xlsx-too-large', 'the workbook is too large: save it as CSV', params));
  }
  return { kind, hash: hash.digest('hex'), bytes };
}

/** The rows in order, the header first, empty ones included. */
export async function* pagesOf({ kind, bytes }: TableFile): AsyncGenerator<string[][]> {
  let page: string[][] = [];
  try {
    for await (const row of kind === 'xlsx' ? rowsOfXlsx(await whole(bytes)) : csvRows(bytes, kind)) {
      page.push(row);
      if (page.length < PAGE_ROWS) continue;
      yield page;
      page = [];
    }
  } catch (error) {
    if (error instanceof XlsxError) throw new NotATable(issue('/', 'not-xlsx', error.message));
    throw error instanceof CsvError ? new NotATable(notCsv(error)) : error;
  }
  if (page.length > 0) yield page;
}

function csvRows(bytes: Bytes, encoding: 'utf-8' | 'gb18030'): AsyncIterable<string[]> {
  const text = Readable.from(decoded(bytes, encoding));
  const rows = parse(CSV);
  text.on('error', (error) => rows.destroy(error));
  return text.pipe(rows);
}

async function* decoded(bytes: Bytes, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of bytes()) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function whole(bytes: Bytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk?: Uint8Array): boolean {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function startsWith(chunk: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, place) => chunk[place] === byte);
}
