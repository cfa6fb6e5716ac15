/** A roster on its way into use: read as a version, compared with the one before, adopted by a person or by itself. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handler } from '../functions/roster.ts';
import { usePorts } from '../functions/wire.ts';
import { SHIPPED_PLAN } from '../infra/scenario.ts';
import { sealedStore } from '../shared/io/sealed-store.ts';
import { openTable, pagesOf } from '../shared/io/spreadsheet.ts';
import type { Person } from '../shared/plan/exam.ts';
import { shippedPlan } from '../shared/plan/shipped.ts';
import { catchUp } from '../shared/stages/chain.ts';
import { enterExam } from '../shared/stages/office.ts';
import {
  adoptsItself,
  adoptVersion,
  importTable,
  openExam,
  type RosterReport,
  rosterInUse,
} from '../shared/stages/roster.ts';
import { CHAIN, candidates, EXAM, officer, type Room, room } from './delivery-room.ts';
import { faultyPorts } from './faults.ts';
import { HOTLINE, rosterOf, writeSmallStorm } from './small-storm.ts';

const CONTEXT = { getRemainingTimeInMillis: () => 60_000 } as Context;
type Json = Record<string, unknown>;

const csv = (people: Person[], ...rows: string[]): string =>
  [
    'personId,name,phone,role,siteId,sessionIds,needs',
    ...people.map(({ personId, name, phone, role, siteId, sessionIds, needs }) =>
      [personId, name, phone, role, siteId ?? '', sessionIds.join(';'), needs].join(','),
    ),
    ...rows,
  ].join('\n');

async function office(): Promise<Room> {
  const made = room();
  const ports = { ...made.ports, store: sealedStore(made.store, made.ports.vault) };
  await enterExam(ports, { exam: EXAM, examVersion: '1', plan: shippedPlan(), by: 'office' });
  return { ...made, ports };
}

async function bring({ ports }: Room, text: string): Promise<RosterReport> {
  const table = await openTable(() => [Buffer.from(text)]);
  const charge = (await openExam(ports.store, EXAM.id))!;
  return await importTable(ports, charge, { hash: table.hash, pages: pagesOf(table) });
}

async function use(made: Room, { version }: RosterReport): Promise<boolean> {
  const charge = (await openExam(made.ports.store, EXAM.id))!;
  return await adoptVersion(made.ports, charge, version, 'D-1');
}

const inUse = async ({ ports }: Room) =>
  await rosterInUse(ports.store, (await openExam(ports.store, EXAM.id))!);

const STAFF = [officer(1, 'office'), officer(2, 'site-lead', 's1')];

describe('a version', () => {
  test('holds the rows that were good, and says of the others what and where', async () => {
    const made = await office();
    const bad = 'C-9,考生九,139,candidate,s9,a1,';
    const report = await bring(made, csv(candidates(3), bad));
    expect(report).toMatchObject({
      accepted: 3,
      refused: 1,
      codes: { 'phone-invalid': 1, 'site-unknown': 1 },
    });
    expect(report.issues.map(({ path }) => path)).toEqual(['/row[5]/siteId', '/row[5]/phone']);
    expect(adoptsItself(report)).toBe(false);
    expect(await use(made, report)).toBe(true);
    const { census } = await catchUp(made.ports.store, CHAIN);
    expect(census).toMatchObject({ version: report.version, cells: [{ siteId: 's1', count: 3 }] });
  });

  test('needs nobody’s word where it is the first and whole', async () => {
    const made = await office();
    expect(adoptsItself(await bring(made, csv(candidates(2))))).toBe(true);
    expect(await inUse(made)).toBeNull();
  });

  test('without a person in it is never put in use', async () => {
    const made = await office();
    const report = await bring(made, 'personId,name\nC-1,考生一');
    expect(report).toMatchObject({ accepted: 0, codes: { 'column-missing': 5 } });
    expect(adoptsItself(report)).toBe(false);
    expect(await use(made, report)).toBe(false);
    expect(await use(made, { ...report, version: 'none' })).toBe(false);
  });

  test('of the same file in use already is that version, without a row written', async () => {
    const made = await office();
    const first = await bring(made, csv(candidates(2)));
    await use(made, first);
    const { calls, ports } = faultyPorts(made.ports, { at: 0, when: 'before' });
    expect(await bring({ ...made, ports }, csv(candidates(2)))).toEqual(first);
    expect(calls.filter((call) => call !== 'store.get' && call !== 'store.query')).toEqual([]);
  });

  test('that broke off anywhere is done by doing it again, and nothing was in use meanwhile', async () => {
    const whole = await office();
    const { calls, ports } = faultyPorts(whole.ports, { at: 0, when: 'before' });
    const wanted = await bring({ ...whole, ports }, csv(candidates(4)));
    for (let at = 1; at <= calls.length; at += 1) {
      const made = await office();
      const broken = faultyPorts(made.ports, { at, when: at % 2 ? 'before' : 'after' });
      await bring({ ...made, ports: broken.ports }, csv(candidates(4))).catch(() => undefined);
      expect(await inUse(made)).toBeNull();
      expect(await bring(made, csv(candidates(4)))).toEqual(wanted);
    }
  });
});

describe('against the version before', () => {
  test('is said who came, left, moved, and has another number or other papers', async () => {
    const made = await office();
    await use(made, await bring(made, csv(candidates(6))));
    const [one, two, three, four, five] = candidates(6);
    const report = await bring(
      made,
      csv([
        one!,
        { ...two!, phone: '+8613900999999' },
        { ...three!, siteId: 's2' },
        { ...four!, sessionIds: ['b1'], name: '考生四' },
        { ...five!, personId: 'C-NEW' },
      ]),
    );
    expect(report.change).toEqual({
      added: { count: 1, first: ['C-NEW'] },
      removed: { count: 2, first: ['C-00005', 'C-00006'] },
      moved: { count: 1, first: ['C-00003'] },
      renumbered: { count: 1, first: ['C-00002'] },
      resat: { count: 1, first: ['C-00004'] },
      sites: { '-': { before: 0, after: 0 }, s1: { before: 6, after: 4 }, s2: { before: 0, after: 1 } },
    });
    expect(adoptsItself(report)).toBe(false);
  });

  test('a file of candidates leaves the staff as they are, and one of staff the candidates', async () => {
    const made = await office();
    await use(made, await bring(made, csv([...candidates(3), ...STAFF])));
    const fewer = await bring(made, csv(candidates(2)));
    expect(fewer).toMatchObject({ accepted: 2, carried: 2, change: { removed: { count: 1 } } });
    await use(made, fewer);
    const staff = await bring(made, csv([officer(3, 'office')]));
    expect(staff).toMatchObject({
      accepted: 1,
      carried: 2,
      change: { added: { count: 1 }, removed: { count: 2 } },
    });
    await use(made, staff);
    const { census } = await catchUp(made.ports.store, CHAIN);
    expect(census).toMatchObject({ cells: [{ count: 2 }], posts: { 'office@-': 1 } });
  });
});

test('The record learns at which sites somebody has special needs, and neither who nor what.', async () => {
  const made = await office();
  const people = [...candidates(2), ...candidates(4, { needs: '轮椅' }).slice(2)];
  const report = await bring(made, csv(people));
  for (let times = 0; times < 2; times += 1) await use(made, report);
  const { census } = await catchUp(made.ports.store, CHAIN);
  expect(census?.inNeed).toEqual(['s1']);
  expect(JSON.stringify(made.store.items('chain'))).not.toMatch(/C-00003|轮椅/);
});

test('What a file holds of people stands nowhere but in sealed fields.', async () => {
  const made = await office();
  const people = [...candidates(4, { needs: '轮椅' }), ...STAFF];
  const report = await bring(made, csv(people, `C-8,考生八,13900000008,candidate,13900000009,考生九,`));
  await use(made, report);
  const everything = JSON.stringify([
    report,
    made.logs,
    ...(['versions', 'roster', 'chain', 'notices'] as const).map((table) => made.store.items(table)),
  ]);
  const own = people.flatMap(({ name, phone }) => [name, phone, phone.slice(3)]);
  const values = [...own, '轮椅', '考生八', '13900000008', '13900000009', '考生九'];
  expect(values.filter((value) => everything.includes(value))).toEqual([]);
  expect(everything).toContain('C-00001');
});

describe('from the command line, into a directory of one machine', () => {
  let dir: string;
  const huhang = (...args: string[]) =>
    spawnSync(process.execPath, [fileURLToPath(new URL('../infra/cli.ts', import.meta.url)), ...args], {
      encoding: 'utf8',
      cwd: dir,
    });
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'roster-'));
    writeSmallStorm(dir);
    writeFileSync(join(dir, 'fewer.csv'), `${rosterOf(50)}C-x,某某,139,candidate,S1,s1,\n`);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  test('an exam is entered, its first roster adopted, the next one shown and adopted by a word', () => {
    const data = ['--data', join(dir, 'data')];
    const early = huhang('roster', 'import', 'roster.csv', '--exam', 'small', ...data);
    expect([early.status, early.stderr]).toEqual([1, expect.stringContaining('no such data directory')]);
    expect(existsSync(join(dir, 'data'))).toBe(false);
    expect(huhang('exam', 'adopt', 'exam.json', ...data)).toMatchObject({ status: 0, stderr: '' });
    const other = huhang('roster', 'import', 'roster.csv', '--exam', 'other', ...data);
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('no open exam other')]);
    const first = huhang('roster', 'import', 'roster.csv', '--exam', 'small', ...data, '--json');
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({ accepted: 70, refused: 0, base: null, inUse: true });
    const next = huhang('roster', 'import', 'fewer.csv', '--exam', 'small', ...data);
    expect(next.status).toBe(0);
    expect(next.stderr).toContain('fewer.csv /row[62]/phone error phone-invalid');
    const version = /huhang roster adopt (\w+) --exam small/.exec(next.stdout)?.[1];
    expect(next.stdout).toContain('S1: 31 → 26');
    expect(next.stdout).toContain('10 removed: ');
    const adopted = huhang('roster', 'adopt', version!, '--exam', 'small', ...data);
    expect([adopted.status, adopted.stdout]).toEqual([0, `small: roster ${version} is in use\n`]);
    const files = readdirSync(join(dir, 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const outputs = [first, next, adopted].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    expect([...files, ...outputs].filter((text) => /139\d{8}/.test(text))).toEqual([]);
  });

  test('without an exam the rows are held against the rules of a roster alone', () => {
    expect(huhang('roster', 'check', 'roster.csv')).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'roster.csv: 0 issues; sites and sessions not checked without --exam\n',
    });
    expect(huhang('roster', 'check', 'fewer.csv')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('/phone error phone-invalid'),
    });
  });

  test('what is no file, no exam or no table is one line and exit 1; wrong usage is exit 2', () => {
    const check = (...args: string[]) => huhang('roster', ...args);
    expect(check('check', 'none.csv', '--exam', 'exam.json')).toMatchObject({ status: 1 });
    expect(check('check', 'roster.csv', '--exam', 'roster.csv').stderr).toBe(
      'huhang roster: roster.csv: not JSON\n',
    );
    writeFileSync(join(dir, 'old.xls'), Buffer.of(0xd0, 0xcf, 0x11, 0xe0));
    expect(check('check', 'old.xls', '--exam', 'exam.json')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('old-xls'),
    });
    expect(check('import', 'roster.csv')).toMatchObject({ status: 2 });
    expect(check('check', 'fewer.csv', '--exam', 'exam.json', '--json')).toMatchObject({ status: 1 });
  });
});

describe('handed in as objects', () => {
  const EXAM_JSON = examText();

  function examText(): string {
    const storm = mkdtempSync(join(tmpdir(), 'upload-'));
    const text = readFileSync(join(writeSmallStorm(storm), 'exam.json'), 'utf8');
    rmSync(storm, { recursive: true });
    return text;
  }

  async function bucket() {
    const made = room();
    const ports = { ...made.ports, store: sealedStore(made.store, made.ports.vault) };
    usePorts(ports);
    const put = async (key: string, content: string | Uint8Array): Promise<void> => {
      await ports.blobs.put(key, Buffer.from(content));
      await handler({ detail: { object: { key } } }, CONTEXT);
    };
    const reports = async (): Promise<Json[]> => {
      const keys = await ports.blobs.list('rosters/reports/small/');
      const texts = await Promise.all(keys.map(async (key) => Buffer.from((await ports.blobs.get(key))!)));
      return texts.map((text) => JSON.parse(text.toString()));
    };
    const using = async () => {
      const charge = await openExam(ports.store, 'small');
      return charge && (await rosterInUse(ports.store, charge));
    };
    return { ports, put, reports, using };
  }

  test('an exam, its first roster and, with a person’s word, the next one come into use', async () => {
    const { put, reports, using } = await bucket();
    await put('rosters/small/exam.json', EXAM_JSON);
    await put('rosters/small/考生名册.csv', rosterOf(60));
    const first = await using();
    expect(first).toMatch(/^[0-9a-f]{12}$/);
    await put('rosters/small/next.csv', rosterOf(40));
    expect(await using()).toBe(first);
    await put('rosters/small/adopt/next.csv', rosterOf(40));
    const second = await using();
    expect(second).not.toBe(first);
    expect(await reports()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ entered: expect.objectContaining({ exam: 'small' }) }),
        expect.objectContaining({ version: first, accepted: 70, inUse: true }),
        expect.objectContaining({ version: second, base: first, inUse: true }),
      ]),
    );
  });

  test('an event that comes again, or late, does not bring an old roster back', async () => {
    const { put, using } = await bucket();
    await put('rosters/small/exam.json', EXAM_JSON);
    await put('rosters/small/adopt/a.csv', rosterOf(60));
    await put('rosters/small/adopt/b.csv', rosterOf(40));
    const newest = await using();
    await put('rosters/small/adopt/a.csv', rosterOf(60));
    expect(await using()).toBe(newest);
  });

  test.each<[string, string, string | Uint8Array, string]>([
    ['a roster before its exam', 'rosters/small/a.csv', rosterOf(2), 'no-exam'],
    ['an exam that is no JSON', 'rosters/small/exam.json', '{', 'wrong-type'],
    [
      'an exam under another name',
      'rosters/small/exam.json',
      EXAM_JSON.replace('"small"', '"other"'),
      'exam-elsewhere',
    ],
  ])('%s is reported, and nothing is entered', async (_, key, content, code) => {
    const { put, reports, using } = await bucket();
    await put(key, content);
    expect(await using()).toBeNull();
    expect(await reports()).toMatchObject([{ issues: [{ code }] }]);
  });

  test('a roster that came before its exam is taken when it comes again', async () => {
    const { put, using } = await bucket();
    await put('rosters/small/a.csv', rosterOf(60));
    await put('rosters/small/exam.json', EXAM_JSON);
    await put('rosters/small/a.csv', rosterOf(60));
    expect(await using()).toMatch(/^[0-9a-f]{12}$/);
  });

  test('an exam put right stays under the plan that it was entered with', async () => {
    const { ports, put } = await bucket();
    const plan = { ...JSON.parse(readFileSync(SHIPPED_PLAN, 'utf8')), id: 'own', version: '7' };
    await put('rosters/small/plan.json', JSON.stringify(plan));
    await put('rosters/small/exam.json', EXAM_JSON);
    await ports.blobs.remove('rosters/small/plan.json');
    await put('rosters/small/exam.json', EXAM_JSON.replace(HOTLINE, '0595-00000009'));
    const { exam, plan: under } = (await openExam(ports.store, 'small'))!;
    expect([exam.hotline, under.id, under.version]).toEqual(['0595-00000009', 'own', '7']);
  });

  test('what is no table is reported, and the function has done its work', async () => {
    const { put, reports } = await bucket();
    await put('rosters/small/exam.json', EXAM_JSON);
    await put('rosters/small/a.xlsx', Buffer.from('PK\x03\x04 and no more'));
    expect(await reports()).toContainEqual({
      entered: null,
      issues: [expect.objectContaining({ code: 'not-xlsx' })],
    });
  });

  test('reports, and objects that are gone, are passed over', async () => {
    const { ports, put } = await bucket();
    await put('rosters/reports/small/x.json', '{}');
    await handler({ detail: { object: { key: 'rosters/small/gone.csv' } } }, CONTEXT);
    expect(await ports.blobs.list('rosters/')).toEqual(['rosters/reports/small/x.json']);
  });
});
