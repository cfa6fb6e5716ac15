/** The first sheet of an XLSX workbook (ECMA-376): its rows as text, as the cells were typed, formats left aside. */
import { unzipSync } from 'fflate';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** Bytes of one part of the workbook once unpacked: a zip may grow a thousandfold, a sheet of a roster does not. */
export const XLSX_PART_BYTES_MAX = 400 * 1024 * 1024;

/** Text that is handed to the XML reader at once; between two pieces the rows read so far are given away. */
const PIECE_BYTES = 64 * 1024;

/** Columns and rows of a sheet, the most that the format has. */
const COLUMNS_MAX = 16_384;
const ROWS_MAX = 1_048_576;

/** The bytes are no workbook that can be read. The message quotes nothing of them. */
export class XlsxError extends Error {
  override readonly name = 'XlsxError';
}

export function* rowsOfXlsx(bytes: Uint8Array): Generator<string[]> {
  const sheet = firstSheet(bytes);
  const strings = sharedStrings(unpack(bytes, ['xl/sharedStrings.xml'])['xl/sharedStrings.xml']);
  const unpacked = unpack(bytes, [sheet])[sheet];
  if (!unpacked) throw new XlsxError('the workbook has no first sheet');
  yield* sheetRows(unpacked, strings);
}

function unpack(bytes: Uint8Array, names: string[]): Record<string, Uint8Array> {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!names.includes(name)) return false;
        if (originalSize > XLSX_PART_BYTES_MAX) throw new XlsxError('the sheet is too large: save it as CSV');
        return true;
      },
    });
  } catch (error) {
    throw error instanceof XlsxError ? error : new XlsxError('the file is not a whole workbook');
  }
}

/** Sheets are in the order of the workbook, whatever their files are called. */
function firstSheet(bytes: Uint8Array): string {
  const book = 'xl/workbook.xml';
  const links = 'xl/_rels/workbook.xml.rels';
  const parts = unpack(bytes, [book, links]);
  let wanted: string | null = null;
  let target: string | null = null;
  for (const _ of read(parts[book], (tag) => {
    if (local(tag.name) === 'sheet') wanted ??= attribute(tag, 'id');
  }));
  for (const _ of read(parts[links], (tag) => {
    if (local(tag.name) === 'Relationship' && attribute(tag, 'Id') === wanted)
      target = attribute(tag, 'Target');
  }));
  if (target === null) throw new XlsxError('the workbook names no sheet');
  return (target as string).startsWith('/') ? (target as string).slice(1) : `xl/${target}`;
}

/** Texts that cells point to; pronunciation aids (rPh) are no part of them. */
function sharedStrings(bytes: Uint8Array | undefined): string[] {
  const strings: string[] = [];
  if (!bytes) return strings;
  let text = '';
  let aside = false;
  const open = ({ name }: SaxesTagPlain): void => {
    if (local(name) === 'si') text = '';
    if (local(name) === 'rPh') aside = true;
  };
  const close = (name: string, content: string): void => {
    if (name === 't' && !aside) text += content;
    if (name === 'rPh') aside = false;
    if (name === 'si') strings.push(text);
  };
  for (const _ of read(bytes, open, close));
  return strings;
}

function* sheetRows(bytes: Uint8Array, strings: string[]): Generator<string[]> {
  const rows: string[][] = [];
  let counted = 0;
  let row: string[] = [];
  let cell = { column: 0, type: '', value: '' };
  const open = (tag: SaxesTagPlain): void => {
    if (local(tag.name) === 'row') {
      // Empty rows are left out of the file; they count, as a person counts them.
      const place = Number(attribute(tag, 'r') ?? counted + 1);
      if (!(place <= ROWS_MAX)) throw new XlsxError('a row has no place in the sheet');
      for (; counted + 1 < place; counted += 1) rows.push([]);
      counted += 1;
      row = [];
    } else if (local(tag.name) === 'c') {
      const reference = attribute(tag, 'r');
      const column = reference === null ? row.length : columnOf(reference);
      cell = { column, type: attribute(tag, 't') ?? 'n', value: '' };
    }
  };
  const close = (name: string, content: string): void => {
    if (name === 'v') cell.value = content;
    else if (name === 't') cell.value += content;
    else if (name === 'c') {
      while (row.length < cell.column) row.push('');
      row[cell.column] = cell.type === 's' ? (strings[Number(cell.value)] ?? '') : plain(cell);
    } else if (name === 'row') rows.push(row);
  };
  for (const _ of read(bytes, open, close)) yield* rows.splice(0);
}

/** A number as its digits: long ones are stored in scientific notation, and beyond 15 digits they stay in it. */
function plain({ type, value }: { type: string; value: string }): string {
  const number = Number(value);
  return type === 'n' && /e/i.test(value) && Number.isSafeInteger(number) ? String(number) : value;
}

/** Place of a column from its letters: C12 is 2. */
function columnOf(reference: string): number {
  let place = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '')
    place = place * 26 + letter.charCodeAt(0) - 64;
  if (place < 1 || place > COLUMNS_MAX) throw new XlsxError('a cell stands in no column');
  return place - 1;
}

/** Reads XML piece by piece, pausing after each; `close` is given the element's own text. */
function* read(
  bytes: Uint8Array | undefined,
  open: (tag: SaxesTagPlain) => void,
  close: (name: string, content: string) => void = () => undefined,
): Generator<void> {
  if (!bytes) throw new XlsxError('a part of the workbook is missing');
  const decoder = new TextDecoder();
  const parser = new SaxesParser();
  let text = '';
  parser.on('error', () => {
    throw new XlsxError('a part of the workbook is not well formed');
  });
  parser.on('doctype', () => {
    throw new XlsxError('a part of the workbook brings a document type');
  });
  parser.on('opentag', (tag) => {
    text = '';
    open(tag);
  });
  parser.on('text', (piece) => {
    text += piece;
  });
  parser.on('cdata', (piece) => {
    text += piece;
  });
  parser.on('closetag', ({ name }) => {
    close(local(name), text);
    text = '';
  });
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    parser.write(decoder.decode(bytes.subarray(from, from + PIECE_BYTES), { stream: true }));
    yield;
  }
  parser.close();
  yield;
}

function attribute({ attributes }: SaxesTagPlain, name: string): string | null {
  return attributes[name] ?? Object.entries(attributes).find(([key]) => local(key) === name)?.[1] ?? null;
}

/** Without the prefix that some writers give every name. */
function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
