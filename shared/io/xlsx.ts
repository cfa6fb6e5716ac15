/** The first sheet of an XLSX workbook (ECMA-376): its rows as text, as the cells were typed, formats left aside. */
import { createInflateRaw } from 'node:zlib';
import { SaxesParser, type SaxesTagPlain } from 'saxes';

/** Bytes of one part of the workbook once unpacked: a zip may grow a thousandfold, a sheet of a roster does not. */
export const XLSX_PART_BYTES_MAX = 400 * 1024 * 1024;

/** Bytes unpacked at once; between two pieces the rows read so far are given away. */
const PIECE_BYTES = 64 * 1024;

/** Columns and rows of a sheet, the most that the format has. */
const COLUMNS_MAX = 16_384;
const ROWS_MAX = 1_048_576;

/** The bytes are no workbook that can be read. The message quotes nothing of them. */
export class XlsxError extends Error {
  override readonly name = 'XlsxError';
}

/** The pieces of a part as they are unpacked: no part is whole in memory. */
type Pieces = AsyncIterable<Uint8Array>;

export async function* rowsOfXlsx(bytes: Uint8Array): AsyncGenerator<string[]> {
  const parts = partsOf(bytes);
  const part = (name: string): Pieces | undefined => {
    const found = parts.get(name);
    return found && unpacked(found);
  };
  const sheet = part(await firstSheet(part));
  if (!sheet) throw new XlsxError('the workbook has no first sheet');
  yield* sheetRows(sheet, await sharedStrings(part('xl/sharedStrings.xml')));
}

/**
 * Records of a zip (PKWARE APPNOTE 4.3), by what each begins with; where it ends, a comment may follow. Read here by its
 * directory: the streaming readers of libraries guess where a part without a length ends, and now and then guess wrong.
 */
const END = { mark: 0x06054b50, bytes: 22, commentMax: 0xffff };
const ENTRY = { mark: 0x02014b50, bytes: 46 };
const LOCAL = { mark: 0x04034b50, bytes: 30 };
const STORED = 0;
const DEFLATED = 8;

interface Part {
  method: number;
  packed: Uint8Array;
}

/** The parts as the directory at the end of the zip lists them: a file that was cut off has none. */
function partsOf(bytes: Uint8Array): Map<string, Part> {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = new Map<string, Part>();
  const expect = (mark: number, place: number): void => {
    if (zip.readUInt32LE(place) !== mark) throw new XlsxError(NOT_WHOLE);
  };
  try {
    let end = zip.length - END.bytes;
    while (zip.readUInt32LE(end) !== END.mark && end > zip.length - END.bytes - END.commentMax) end -= 1;
    expect(END.mark, end);
    let entry = zip.readUInt32LE(end + 16);
    for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
      expect(ENTRY.mark, entry);
      const nameEnd = entry + ENTRY.bytes + zip.readUInt16LE(entry + 28);
      const at = zip.readUInt32LE(entry + 42);
      expect(LOCAL.mark, at);
      const from = at + LOCAL.bytes + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
      parts.set(zip.toString('utf8', entry + ENTRY.bytes, nameEnd), {
        method: zip.readUInt16LE(entry + 10),
        packed: zip.subarray(from, from + zip.readUInt32LE(entry + 20)),
      });
      entry = nameEnd + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);
    }
  } catch (error) {
    throw error instanceof RangeError ? new XlsxError(NOT_WHOLE) : error;
  }
  return parts;
}

const NOT_WHOLE = 'the file is not a whole workbook';

async function* unpacked({ method, packed }: Part): AsyncGenerator<Uint8Array> {
  if (method === STORED) {
    yield packed;
    return;
  }
  if (method !== DEFLATED)
    throw new XlsxError('a part is packed in a way that is not read here: save it as CSV');
  const inflate = createInflateRaw({ chunkSize: PIECE_BYTES });
  inflate.end(packed);
  let size = 0;
  try {
    for await (const piece of inflate as AsyncIterable<Uint8Array>) {
      size += piece.length;
      if (size > XLSX_PART_BYTES_MAX) throw new XlsxError('the sheet is too large: save it as CSV');
      yield piece;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw code.startsWith('Z_') ? new XlsxError(NOT_WHOLE) : error;
  }
}

/** Sheets are in the order of the workbook, whatever their files are called. */
async function firstSheet(part: (name: string) => Pieces | undefined): Promise<string> {
  let wanted: string | null = null;
  let target: string | null = null;
  for await (const _ of read(part('xl/workbook.xml'), (tag) => {
    if (local(tag.name) === 'sheet') wanted ??= attribute(tag, 'id');
  }));
  for await (const _ of read(part('xl/_rels/workbook.xml.rels'), (tag) => {
    if (local(tag.name) === 'Relationship' && attribute(tag, 'Id') === wanted)
      target = attribute(tag, 'Target');
  }));
  if (target === null) throw new XlsxError('the workbook names no sheet');
  return (target as string).startsWith('/') ? (target as string).slice(1) : `xl/${target}`;
}

/** Texts that cells point to; pronunciation aids (rPh) are no part of them. */
async function sharedStrings(pieces: Pieces | undefined): Promise<string[]> {
  const strings: string[] = [];
  if (!pieces) return strings;
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
  for await (const _ of read(pieces, open, close));
  return strings;
}

async function* sheetRows(pieces: Pieces, strings: string[]): AsyncGenerator<string[]> {
  const shared = (place: string): string => {
    const text = strings[Number(place)];
    if (text === undefined) throw new XlsxError('a cell points to a text that is not in the workbook');
    return text;
  };
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
      row[cell.column] = cell.type === 's' ? shared(cell.value) : plain(cell);
    } else if (name === 'row') rows.push(row);
  };
  for await (const _ of read(pieces, open, close)) yield* rows.splice(0);
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
async function* read(
  pieces: Pieces | undefined,
  open: (tag: SaxesTagPlain) => void,
  close: (name: string, content: string) => void = () => undefined,
): AsyncGenerator<void> {
  if (!pieces) throw new XlsxError('a part of the workbook is missing');
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
  for await (const piece of pieces) {
    parser.write(decoder.decode(piece, { stream: true }));
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
