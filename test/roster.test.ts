/** The roster as an office hands it in: every way to write a number, every mistake at its row and column. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellKey, type Person } from '../shared/plan/exam.ts';
import { censusOf, isMainland, readRoster } from '../shared/plan/roster.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { candidates, EXAM, room } from './delivery-room.ts';
import { faultyPorts } from './faults.ts';

const HEADER = 'personId,name,phone,role,siteId,sessionIds,needs,homeAdcode,function';
const read = (...rows: string[]) => readRoster([HEADER, ...rows].join('\n'), EXAM);
const codes = (...rows: string[]): string[] =>
  read(...rows).issues.map(({ path, code }) => `${path} ${code}`);

describe('a number', () => {
  test.each([
    ['13900000001', '+8613900000001'],
    ['+8613900000001', '+8613900000001'],
    ['008613900000001', '+8613900000001'],
    ['8613900000001', '+8613900000001'],
    ['139 0000 0001', '+8613900000001'],
    ['139-0000-0001', '+8613900000001'],
    ['（139）００００－０００１', '+8613900000001'],
    ['１３９００００００１１', '+8613900000011'],
    ['+86 (139) 0000 0001', '+8613900000001'],
    ["'13900000001", '+8613900000001'],
    ['+852 9000 0001', '+85290000001'],
    ['00853 6000 0001', '+85360000001'],
  ])('written %s is %s', (written, phone) => {
    const { people } = read(`C-1,考生一,"${written}",candidate,s1,a1,,,`);
    expect(people).toMatchObject([{ phone }]);
    expect(isMainland(phone)).toBe(phone.startsWith('+86'));
  });

  test.each([
    ['', 'phone-missing'],
    ['12900000001', 'phone-invalid'],
    ['1390000000', 'phone-invalid'],
    ['139000000011', 'phone-invalid'],
    ['0595-20000000', 'phone-invalid'],
    ['1.39E+10', 'phone-mangled'],
    ['没有', 'phone-invalid'],
  ])('written "%s" is an issue and its owner is not in the roster', (written, code) => {
    const { people, issues } = read(`C-1,考生一,${written},candidate,s1,a1,,,`);
    expect(people).toEqual([]);
    expect(issues).toMatchObject([{ path: '/row[2]/phone', code, level: 'error' }]);
  });

  test('from outside the mainland is kept for the call list, with a warning', () => {
    expect(read('C-1,考生一,+85290000001,candidate,s1,a1,,,').issues).toMatchObject([
      { path: '/row[2]/phone', code: 'phone-abroad', level: 'warning' },
    ]);
  });

  test('that is wrong never stands in what is said about it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9 +-]{6,16}$/), (written) => {
        const { issues } = read(`C-1,考生一,"${written}",candidate,s1,a1,,,`);
        const said = JSON.stringify(issues);
        if (written.trim().length > 5) expect(said).not.toContain(written.trim());
      }),
    );
  });
});

describe('a row', () => {
  const GOOD = 'C-1,考生一,13900000001,candidate,s1,a1;a2,轮椅,350503,';

  test('is a person', () => {
    expect(read(GOOD)).toEqual({
      people: [
        {
          personId: 'C-1',
          name: '考生一',
          phone: '+8613900000001',
          role: 'candidate',
          siteId: 's1',
          sessionIds: ['a1', 'a2'],
          needs: '轮椅',
          districtId: null,
          homeAdcode: '350503',
          function: null,
        },
      ],
      issues: [],
    });
  });

  test('A post of the district at a site is kept, with a warning that nothing is told there', () => {
    const { people, issues } = read('L-1,甲一,13900000001,liaison,s1,,,,');
    expect(people).toMatchObject([{ role: 'liaison', siteId: 's1' }]);
    expect(issues).toMatchObject([{ path: '/row[2]/siteId', code: 'post-elsewhere', level: 'warning' }]);
  });

  test.each([
    ['no id', ',考生一,13900000001,candidate,s1,a1,,,', 'personId person-missing'],
    ['an id with a separator', 'C#1,考生一,13900000001,candidate,s1,a1,,,', 'personId person-id'],
    ['an unknown role', 'C-1,考生一,13900000001,janitor,s1,a1,,,', 'role role-unknown'],
    ['an unknown site', 'C-1,考生一,13900000001,candidate,s9,a1,,,', 'siteId site-unknown'],
    ['a candidate without a site', 'C-1,考生一,13900000001,candidate,,a1,,,', 'siteId site-missing'],
    ['a site lead without a site', 'C-1,甲一,13900000001,site-lead,,,,,', 'siteId site-missing'],
    ['an inspector without a site', 'C-1,甲一,13900000001,inspector,,,,,', 'siteId site-missing'],
    ['an unknown session', 'C-1,考生一,13900000001,candidate,s1,a1;z9,,,', 'sessionIds session-unknown'],
    ['a candidate without a paper', 'C-1,考生一,13900000001,candidate,s1,,,,', 'sessionIds session-missing'],
    ['a county that is no code', 'C-1,考生一,13900000001,candidate,s1,a1,,丰泽,', 'homeAdcode adcode'],
  ])('with %s is an issue at its column', (_, row, issue) => {
    expect(codes(row)).toEqual([`/row[2]/${issue}`]);
    expect(read(row).people).toEqual([]);
  });

  test('has all its issues told, not the first', () => {
    expect(codes('C-1,考生一,123,janitor,s9,z9,,,')).toEqual([
      '/row[2]/role role-unknown',
      '/row[2]/siteId site-unknown',
      '/row[2]/phone phone-invalid',
      '/row[2]/sessionIds session-unknown',
    ]);
  });

  test('with an id that was there before is left out, and says which row has it', () => {
    const { people, issues } = read(GOOD, 'C-1,考生二,13900000002,candidate,s1,a1,,,');
    expect(people).toHaveLength(1);
    expect(issues).toMatchObject([{ path: '/row[3]/personId', code: 'person-twice', params: { first: 2 } }]);
  });

  test('with a number that was there before is kept, and said', () => {
    const { people, issues } = read(GOOD, 'C-2,考生二,13900000001,candidate,s1,a1,,,');
    expect(people).toHaveLength(2);
    expect(issues).toMatchObject([{ path: '/row[3]/phone', code: 'phone-shared', level: 'info' }]);
  });

  test('has its sessions in the exam’s order, each once, whatever separates them', () => {
    expect(read('C-1,考生一,13900000001,candidate,s1,b1；a2; a1;a2,,,').people).toMatchObject([
      { sessionIds: ['a1', 'a2', 'b1'] },
    ]);
  });

  test('counts as a spreadsheet counts, empty rows and quoted line breaks included', () => {
    expect(codes(GOOD, '', ',,,,,,,,', '"C-2","考生\n二",13900000002,candidate,s9,a1,,,')).toEqual([
      '/row[5]/siteId site-unknown',
    ]);
  });
});

describe('a table', () => {
  test.each([
    ['with a byte order mark', `﻿${HEADER}\nC-1,考生一,13900000001,candidate,s1,a1,,,`],
    ['with carriage returns', `${HEADER}\r\nC-1,考生一,13900000001,candidate,s1,a1,,,\r\n`],
    [
      'with its columns in another order',
      'phone,personId,needs,role,siteId,sessionIds,name\n13900000001,C-1,,candidate,s1,a1,考生一',
    ],
    ['with columns of the office’s own', `${HEADER},座位\nC-1,考生一,13900000001,candidate,s1,a1,,,,12`],
  ])('%s reads as any other', (_, text) => {
    const { people, issues } = readRoster(text, EXAM);
    expect(issues).toEqual([]);
    expect(people).toMatchObject([{ personId: 'C-1', phone: '+8613900000001', homeAdcode: null }]);
  });

  test('without a column says which, and reads nobody', () => {
    expect(
      readRoster('personId,name,role,siteId,sessionIds\nC-1,考生一,candidate,s1,a1', EXAM),
    ).toMatchObject({
      people: [],
      issues: [{ path: '/header/phone' }, { path: '/header/needs' }],
    });
  });

  test('of nothing is an issue, not an empty roster', () => {
    expect(readRoster('', EXAM).issues.length).toBeGreaterThan(0);
  });

  test('of any text never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, headed) => {
        const { people, issues } = readRoster(headed ? `${HEADER}\n${text}` : text, EXAM);
        expect(people.every((person) => person.phone !== '')).toBe(true);
        expect(issues.every(({ path }) => path.startsWith('/'))).toBe(true);
      }),
    );
  });
});

describe('a district', () => {
  const [qz] = EXAM.districts;
  const other = { ...qz!, id: 'xm', name: '厦门考区', adcode: '350200' };
  const both = { ...EXAM, districts: [qz!, other], sites: EXAM.sites };
  const head = 'personId,name,phone,role,siteId,sessionIds,needs,考区';
  const of = (row: string) => readRoster([head, row].join('\n'), both);

  test.each([
    ['By id.', 'O-1,甲,13900000001,office,,,,xm', 'xm', []],
    ['By name.', 'O-1,甲,13900000001,office,,,,厦门考区', 'xm', []],
    ["Staff of a site have their site's.", `L-1,甲,13900000001,site-lead,s1,,,${qz!.id}`, null, []],
    [
      'Who names none and stands at no site hears of all, and that is said.',
      'O-1,甲,13900000001,office,,,,',
      null,
      ['info district-unnamed'],
    ],
    ['One nobody knows.', 'O-1,甲,13900000001,office,,,,lz', undefined, ['error district-unknown']],
    ["Another than the site's.", 'L-1,甲,13900000001,site-lead,s1,,,xm', undefined, ['error district-other']],
  ])('%s', (_, row, districtId, said) => {
    const { people, issues } = of(row);
    expect(people[0]?.districtId).toBe(districtId);
    expect(issues.map(({ level, code }) => `${level} ${code}`)).toEqual(said);
  });
});

describe('the census', () => {
  test('counts cells and posts and names nobody', () => {
    const { people } = read(
      'C-1,考生一,13900000001,candidate,s1,a1;a2,,,',
      'C-2,考生二,13900000002,candidate,s1,a2;a1,,,',
      'C-3,考生三,13900000003,candidate,s2,a1;a2,,350521,',
      'S-1,甲一,13900000004,site-lead,s1,,,,',
      'S-2,甲二,13900000005,office,,,,,',
      'S-3,甲三,13900000006,office,,,,,',
    );
    people.push({ ...people[4]!, personId: 'S-4', districtId: 'xm' });
    const census = censusOf('v1', people);
    expect(census).toEqual({
      version: 'v1',
      cells: [
        { siteId: 's1', home: null, sessionIds: ['a1', 'a2'], count: 2 },
        { siteId: 's2', home: '350521', sessionIds: ['a1', 'a2'], count: 1 },
      ],
      posts: { 'office@-': 2, 'office@-#xm': 1, 'site-lead@s1': 1 },
      inNeed: [],
    });
    expect(JSON.stringify(census)).not.toMatch(/考生|甲|139/);
  });

  test('is the same whatever the order of the rows', () => {
    const people = candidates(20).map((person, place) => ({ ...person, siteId: place % 2 ? 's1' : 's2' }));
    expect(censusOf('v1', people.toReversed())).toEqual(censusOf('v1', people));
    expect(new Set(censusOf('v1', people).cells.map(cellKey)).size).toBe(2);
  });
});

describe('importing', () => {
  test('puts one row per person under its site, and again changes nothing', async () => {
    const { ports, store } = room();
    const people: Person[] = [
      ...candidates(120),
      { ...candidates(1)[0]!, personId: 'O-1', role: 'office', siteId: null },
    ];
    const census = await importRoster(ports, EXAM, 'v1', people);
    const rows = store.items('roster');
    expect(await importRoster(ports, EXAM, 'v1', people)).toEqual(census);
    expect(store.items('roster')).toEqual(rows);
    expect([...Map.groupBy(rows, ({ pk }) => pk)].map(([pk, some]) => [pk, some.length])).toEqual([
      ['fk#v1#-', 1],
      ['fk#v1#s1', 120],
    ]);
  });

  test('that breaks off is told, and is done by doing it again', async () => {
    const { ports, store } = room();
    const broken = faultyPorts(ports, { at: 4, when: 'before' });
    await expect(importRoster(broken.ports, EXAM, 'v1', candidates(120))).rejects.toThrow('injected');
    await importRoster(ports, EXAM, 'v1', candidates(120));
    expect(store.items('roster')).toHaveLength(120);
  });
});
