/** Rosters as offices keep them: encodings, workbooks, Chinese headers, and files that are no table at all. */
import fc from 'fast-check';
import { strToU8, type ZipOptions, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { type Bytes, openTable, PAGE_ROWS, pagesOf } from '../shared/io/spreadsheet.ts';
import { NotATable, readRoster, rosterReader } from '../shared/plan/roster.ts';
import { EXAM } from './delivery-room.ts';

const TEXT = '准考证号,姓名,手机号,身份,考点,场次,特殊需求\nC-1,考生一,13900000001,考生,s1,a1；a2,轮椅\n';

/** Chinese text as GB18030 writes it, found by asking the decoder for every two-byte code. */
const GB = new Map<string, number[]>();
for (let lead = 0xb0; lead <= 0xf7; lead += 1) {
  for (let trail = 0xa1; trail <= 0xfe; trail += 1)
    GB.set(new TextDecoder('gb18030').decode(Uint8Array.of(lead, trail)), [lead, trail]);
}
const gb18030 = (text: string): Uint8Array =>
  Uint8Array.from([...text].flatMap((one) => GB.get(one) ?? [...strToU8(one)]));

const inPieces = (bytes: Uint8Array, size: number): Bytes =>
  function* () {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  };

async function pages(bytes: Uint8Array, size: number): Promise<string[][][]> {
  const read: string[][][] = [];
  for await (const page of pagesOf(await openTable(inPieces(bytes, size)))) read.push(page);
  return read;
}

async function rowsOf(bytes: Uint8Array, size = bytes.length || 1): Promise<string[][]> {
  return (await pages(bytes, size)).flat();
}

async function peopleOf(bytes: Uint8Array) {
  const read = rosterReader(EXAM);
  const [header, ...rows] = (await rowsOf(bytes)).map((cells) => read(cells));
  return header?.issues.length ? header.issues : rows.map(({ person }) => person);
}

interface Book {
  sheet: string;
  strings?: string;
  target?: string;
}

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';

function workbook(
  { sheet, strings = '', target = 'worksheets/sheet1.xml' }: Book,
  packing: ZipOptions = {},
): Uint8Array {
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
  return zipSync(
    {
      'xl/workbook.xml': strToU8(
        `<workbook ${MAIN} xmlns:r="r"><sheets><sheet name="名册" sheetId="7" r:id="rId3"/></sheets></workbook>`,
      ),
      'xl/_rels/workbook.xml.rels': strToU8(
        `<Relationships><Relationship Id="rId1" Target="styles.xml"/><Relationship Id="rId3" Target="${target}"/></Relationships>`,
      ),
      'xl/sharedStrings.xml': strToU8(`<sst ${MAIN}>${strings}</sst>`),
      [path]: strToU8(`<worksheet ${MAIN}><sheetData>${sheet}</sheetData></worksheet>`),
    },
    packing,
  );
}

const inline = (place: string, text: string): string =>
  `<c r="${place}" t="inlineStr"><is><t>${text}</t></is></c>`;
const HEADER_ROW = `<row r="1">${['准考证号', '姓名', '手机号', '身份', '考点', '场次', '特殊需求']
  .map((name, at) => inline(`${'ABCDEFG'[at]}1`, name))
  .join('')}</row>`;

const PERSON = {
  personId: 'C-1',
  name: '考生一',
  phone: '+8613900000001',
  role: 'candidate',
  siteId: 's1',
  sessionIds: ['a1', 'a2'],
  needs: '轮椅',
};

describe('a file is read whole', () => {
  test.each([
    ['UTF-8', strToU8(TEXT)],
    ['UTF-8 with a byte order mark', strToU8(`﻿${TEXT}`)],
    ['GB18030, which offices call ANSI', gb18030(TEXT.replace('；', ';'))],
    ['tabs for commas', strToU8(TEXT.replaceAll(',', '\t'))],
    [
      'a workbook with texts in the cells and a number as a number',
      workbook({
        sheet: `${HEADER_ROW}<row r="2">${inline('A2', 'C-1')}${inline('B2', '考生一')}<c r="C2"><v>1.3900000001E10</v></c>${inline('D2', '考生')}${inline('E2', 's1')}${inline('F2', 'a1;a2')}${inline('G2', '轮椅')}</row>`,
      }),
    ],
    [
      'a workbook with shared, rich and annotated texts, a sheet elsewhere and another prefix',
      workbook({
        target: '/xl/worksheets/名册.xml',
        strings: '<si><t>C-1</t></si><si><r><t>考生</t></r><r><t>一</t></r><rPh><t>kaosheng</t></rPh></si>',
        sheet:
          `${HEADER_ROW}<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="str"><f>A1</f><v>139 0000 0001</v></c>${inline('D2', '考生')}${inline('E2', 's1')}${inline('F2', 'a1;a2')}${inline('G2', '轮椅')}</row>`.replace(
            /<(\/?)(row|c|v|f|is|t)\b/g,
            '<$1x:$2',
          ),
      }),
    ],
  ])('as %s', async (_, bytes) => {
    expect(await peopleOf(bytes)).toMatchObject([PERSON]);
  });

  test('however it is cut into pieces', async () => {
    const bytes = gb18030(TEXT.replace('；', ';'));
    for (const size of [1, 2, 3, 7]) expect(await rowsOf(bytes, size)).toEqual(await rowsOf(bytes));
    const utf8 = strToU8(TEXT);
    for (const size of [1, 2, 5]) expect(await rowsOf(utf8, size)).toEqual(await rowsOf(utf8));
  });

  test('in pages, with every row in its place', async () => {
    const lines = Array.from({ length: 2 * PAGE_ROWS + 1 }, (_, row) => `${row},x`);
    const read = await pages(strToU8(lines.join('\n')), 999);
    expect(read.map((page) => page.length)).toEqual([PAGE_ROWS, PAGE_ROWS, 1]);
    expect(read.flat().map(([row]) => Number(row))).toEqual([...lines.keys()]);
  });

  test('with the empty rows and cells that a workbook leaves out', async () => {
    const sheet = `<row r="2">${inline('C2', '丙')}</row><row r="5"><c r="B5"><v>7</v></c></row>`;
    expect(await rowsOf(workbook({ sheet }))).toEqual([[], ['', '', '丙'], [], [], ['', '7']]);
  });

  test('and a number that the spreadsheet has rounded stays one that it has rounded', async () => {
    const sheet = `${HEADER_ROW}<row r="2"><c r="A2"><v>3.5058220240001E+17</v></c></row>`;
    const read = rosterReader(EXAM);
    const issues = (await rowsOf(workbook({ sheet }))).flatMap((cells) => read(cells).issues);
    const found = issues.map(({ path, code }) => `${path} ${code}`);
    expect(found).toContain('/row[2]/personId person-mangled');
  });
});

describe('a header', () => {
  test.each([
    ['in English, in any case', 'PersonID,Name,phone,role,site_id,Session Ids,needs'],
    [
      'in Chinese with full-width blanks and stars',
      '准考证号*,姓　名,手机号码,岗位,考点代码,考试场次,便利措施',
    ],
  ])('%s is understood', (_, header) => {
    expect(rosterReader(EXAM)(header.split(',')).issues).toEqual([]);
  });

  test('with two columns for one thing says so, since either could be meant', () => {
    const { issues } = readRoster(`${TEXT.split('\n')[0]},联系电话\n`, EXAM);
    expect(issues).toMatchObject([{ path: '/header/phone', code: 'column-twice' }]);
  });
});

test.each([
  ['site-lead', '考点负责人'],
  ['duty-officer', '值班员'],
])('the post %s may be written %s', (role, written) => {
  const row = `P-1,甲一,13900000001,${written},s1,,`;
  const { people } = readRoster(`${TEXT.split('\n')[0]}\n${row}`, EXAM);
  expect(people).toMatchObject([{ role }]);
});

test('a site and a session may be written by their names where no other has them', () => {
  const [first, second] = EXAM.sites;
  const named = {
    ...EXAM,
    sites: [
      { ...first!, name: '一中' },
      { ...second!, name: '二中' },
    ],
  };
  const rows = 'C-1,考生一,13900000001,考生,二中,a1,\nC-2,考生二,13900000002,考生,三中,a1,';
  const { people, issues } = readRoster(`${TEXT.split('\n')[0]}\n${rows}`, named);
  expect(people).toMatchObject([{ siteId: 's2' }]);
  expect(issues).toMatchObject([{ path: '/row[3]/siteId', code: 'site-unknown' }]);
});

test('parts of a workbook that are stored unpacked are read as well', async () => {
  expect(await rowsOf(workbook({ sheet: HEADER_ROW }, { level: 0 }))).toEqual(
    await rowsOf(workbook({ sheet: HEADER_ROW })),
  );
});

describe('what is no table', () => {
  const codeOf = async (bytes: Uint8Array): Promise<string> => {
    const failure = await rowsOf(bytes).catch((error: unknown) => error);
    return failure instanceof NotATable ? failure.issue.code : 'read';
  };

  test.each([
    ['an old workbook', Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1), 'old-xls'],
    ['a zip cut off', workbook({ sheet: HEADER_ROW }).subarray(0, 300), 'not-xlsx'],
    ['a zip of something else', zipSync({ 'a.txt': strToU8('x') }), 'not-xlsx'],
    ['a sheet that is not well formed', workbook({ sheet: '<row><c>' }), 'not-xlsx'],
    ['a row beyond any sheet', workbook({ sheet: '<row r="99999999"></row>' }), 'not-xlsx'],
    ['a cell without a column', workbook({ sheet: '<row r="1"><c r="12"><v>1</v></c></row>' }), 'not-xlsx'],
    [
      'a cell whose text is nowhere',
      workbook({ sheet: '<row r="1"><c r="A1" t="s"><v>7</v></c></row>', strings: '<si><t>x</t></si>' }),
      'not-xlsx',
    ],
    ['a quotation without an end', strToU8('a,"b\nc,d'), 'not-csv'],
  ])('%s is one issue', async (_, bytes, code) => {
    expect(await codeOf(bytes)).toBe(code);
  });

  test('a workbook damaged anywhere is rows or an issue, never anything else', async () => {
    const whole = workbook({ sheet: HEADER_ROW, strings: '<si><t>x</t></si>' });
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (place, byte) => {
        const failure = await rowsOf(whole.with(place, byte)).catch((error: unknown) => error);
        expect(Array.isArray(failure) || failure instanceof NotATable).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('of any bytes is rows or an issue, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, zipped) => {
        const given = zipped ? Uint8Array.of(0x50, 0x4b, 3, 4, ...bytes) : bytes;
        const failure = await rowsOf(given).catch((error: unknown) => error);
        expect(Array.isArray(failure) || failure instanceof NotATable).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
