import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overfull } from '../shared/plan/exam.ts';
import { publishedSchema, readExam } from '../shared/plan/schema.ts';
import { instant } from '../shared/time.ts';
import { withChange } from './with-change.ts';

/** An exam file as an office writes it: two sites, one batch of two papers. */
function file() {
  return {
    id: 'fk-test',
    name: '测试考区',
    timeZone: 'Asia/Shanghai',
    hotline: '0595-00000000',
    signature: '泉州市司法局',
    districts: [{ id: 'quanzhou', name: '泉州考区', adcode: '350500', excludes: ['350527'] }],
    sites: [
      {
        id: 'S1',
        name: '甲考点',
        districtId: 'quanzhou',
        adcode: '350502',
        lon: 118.59,
        lat: 24.91,
        coastal: false,
        shelters: [{ name: '体育馆', route: '沿北廊向西' }],
        seats: 100,
        spareSeats: 8,
      },
      {
        id: 'S2',
        name: '乙考点',
        districtId: 'quanzhou',
        adcode: '350581',
        lon: 118.65,
        lat: 24.73,
        coastal: true,
        shelters: [{ name: '一号楼', route: '沿操场向南' }],
        seats: 80,
        spareSeats: 6,
      },
    ],
    sessions: [
      {
        id: 'A2',
        name: '第一批卷二',
        batch: 'A',
        paper: '2',
        startsAt: '2024-09-21T14:30:00+08:00',
        endsAt: '2024-09-21T17:30:00+08:00',
        admitFrom: '2024-09-21T13:45:00+08:00',
      },
      {
        id: 'A1',
        name: '第一批卷一',
        batch: 'A',
        paper: '1',
        startsAt: '2024-09-21T09:00:00+08:00',
        endsAt: '2024-09-21T12:00:00+08:00',
        admitFrom: '2024-09-21T08:15:00+08:00',
      },
    ],
  };
}

describe('reading an exam', () => {
  test('Times become instants and sessions stand in order of start.', () => {
    const { exam, issues } = readExam(file());
    expect(issues).toEqual([]);
    expect(exam?.sessions.map((session) => session.id)).toEqual(['A1', 'A2']);
    expect(exam?.sessions[0]?.startsAt).toBe(instant('2024-09-21T09:00:00+08:00'));
  });

  test('What may be left out has a plain default.', () => {
    const bare = file() as Record<string, unknown>;
    delete bare.timeZone;
    bare.districts = [{ id: 'quanzhou', name: '泉州考区', adcode: '350500' }];
    bare.sites = [
      { id: 'S1', name: '甲考点', districtId: 'quanzhou', adcode: '350502', lon: 118.59, lat: 24.91 },
    ];
    const { batch: _, paper: __, ...session } = file().sessions[0]!;
    bare.sessions = [session];
    const { exam, issues } = readExam(bare);
    expect(exam).toMatchObject({
      timeZone: 'Asia/Shanghai',
      districts: [{ excludes: [] }],
      sites: [{ coastal: false, shelters: [], seats: 0, spareSeats: 0 }],
      sessions: [{ batch: null, paper: null }],
    });
    expect(issues.map(({ path, code, level }) => [path, code, level])).toEqual([
      ['/sites[0]/shelters', 'no-shelter', 'warning'],
      ['/sites[0]/seats', 'no-seats', 'warning'],
    ]);
  });

  const session = file().sessions[0]!;
  const early = { startsAt: '2024-09-21T11:00:00+08:00', admitFrom: '2024-09-21T10:15:00+08:00' };
  const swapped = { ...file().sites[0]!, lon: 24.91, lat: 118.59 };
  type Case = [sentence: string, change: string, to: unknown, path: string, code: string];

  const errors: Case[] = [
    [
      'A site of an unknown district.',
      'sites.1.districtId',
      'xm',
      '/sites[1]/districtId',
      'unknown-district',
    ],
    ['A site outside its district.', 'sites.1.adcode', '350203', '/sites[1]/adcode', 'outside-district'],
    ['A site in a county that is excluded.', 'sites.1.adcode', '350527', '/sites[1]/adcode', 'excluded'],
    ['Lon and lat swapped.', 'sites.0', swapped, '/sites[0]/lat', 'swapped'],
    ['A position off the earth.', 'sites.0.lon', 1185.9, '/sites[0]/lat', 'out-of-range'],
    ['Two sites of one id.', 'sites.1.id', 'S1', '/sites[1]/id', 'duplicate'],
    ['Two sessions of one id.', 'sessions.1.id', 'A2', '/sessions[1]/id', 'duplicate'],
    ['Two districts of one id.', 'districts.1', file().districts[0], '/districts[1]/id', 'duplicate'],
    ['Two papers of one batch at once.', 'sessions.0', { ...session, ...early }, '/sessions[1]', 'overlap'],
    [
      'A paper that ends at once.',
      'sessions.0.endsAt',
      session.startsAt,
      '/sessions[0]/endsAt',
      'out-of-order',
    ],
    ['Late admission.', 'sessions.0.admitFrom', session.endsAt, '/sessions[0]/admitFrom', 'out-of-order'],
    ['No offset.', 'sessions.0.startsAt', '2024-09-21T14:30:00', '/sessions[0]/startsAt', 'wrong-format'],
    ['No such day.', 'sessions.0.startsAt', '2024-09-31T14:30:00Z', '/sessions[0]/startsAt', 'wrong-format'],
    ['A code of five digits.', 'districts.0.adcode', '35050', '/districts[0]/adcode', 'wrong-format'],
    ['A code as a number.', 'districts.0.adcode', 350500, '/districts[0]/adcode', 'wrong-type'],
    ['A hotline wider than registered.', 'hotline', '0595-00000000-12', '/hotline', 'wrong-hotline'],
    ['A hotline with words.', 'hotline', '值班室', '/hotline', 'wrong-hotline'],
    ['A signature in brackets.', 'signature', '【司法局】', '/signature', 'wrong-signature'],
    ['A signature wider than registered.', 'signature', '呼和浩特市司法局', '/signature', 'wrong-signature'],
    ['A zone that is not one.', 'timeZone', 'Asia/Quanzhou', '/timeZone', 'wrong-format'],
    ['No sites.', 'sites', [], '/sites', 'too-small'],
    ['No sessions.', 'sessions', [], '/sessions', 'too-small'],
    ['An id that could leave a path.', 'id', '../x', '/id', 'wrong-format'],
    ['An id that would split a key.', 'sites.0.id', 'S#1', '/sites[0]/id', 'wrong-format'],
    ['The mark of the whole district as a site.', 'sites.0.id', '-', '/sites[0]/id', 'wrong-format'],
  ];
  test.each(errors)('%s', (_, change, to, path, code) => {
    const { exam, issues } = readExam(withChange(file(), change, to));
    expect(exam).toBeNull();
    expect(issues).toContainEqual(expect.objectContaining({ path, code, level: 'error' }));
  });

  const other = { id: 'b', name: '乙', adcode: '350200', excludes: [] };
  const warnings: Case[] = [
    ['A site without a shelter.', 'sites.0.shelters', [], '/sites[0]/shelters', 'no-shelter'],
    [
      'A foreign county excluded.',
      'districts.0.excludes.1',
      '350203',
      '/districts[0]/excludes[1]',
      'outside-district',
    ],
    ['A site without seats.', 'sites.0.seats', 0, '/sites[0]/seats', 'no-seats'],
    ['A shelter nobody finds.', 'sites.0.shelters.0.route', '', '/sites[0]/shelters[0]/route', 'no-route'],
    ['A district without a site.', 'districts.1', other, '/districts[1]', 'no-site'],
    ['A name too long for an SMS.', 'sites.0.name', '泉州信息职业学院考点', '/sites[0]/name', 'long-name'],
    [
      'A shelter too long for an SMS.',
      'sites.0.shelters.0.name',
      '一号教学楼报告厅',
      '/sites[0]/shelters[0]/name',
      'long-name',
    ],
    ['A misspelt key, which would be lost.', 'sites.0.costal', true, '/sites[0]', 'unknown-key'],
  ];
  test.each(warnings)('%s', (_, change, to, path, code) => {
    const { exam, issues } = readExam(withChange(file(), change, to));
    expect(exam).not.toBeNull();
    expect(issues).toEqual([expect.objectContaining({ path, code, level: 'warning' })]);
  });

  test('A county that is a district of its own is excluded from the one around it.', () => {
    const within = { id: 'jj', name: '晋江考区', adcode: '350581', excludes: [] };
    const json = withChange(withChange(file(), 'districts.1', within), 'sites.1.districtId', 'jj');
    expect(readExam(json).issues).toMatchObject([
      { path: '/districts[1]/adcode', code: 'districts-overlap', level: 'warning' },
    ]);
    expect(readExam(withChange(json, 'districts.0.excludes.1', '350581')).issues).toEqual([]);
  });

  test('Papers of different batches may overlap.', () => {
    const json = file();
    Object.assign(json.sessions[0]!, {
      batch: 'B',
      startsAt: '2024-09-21T09:00:00+08:00',
      admitFrom: '2024-09-21T08:15:00+08:00',
    });
    expect(readExam(json).issues).toEqual([]);
  });

  test('Every mistake is told at once.', () => {
    const json = file();
    json.hotline = 'x';
    json.sites[0]!.shelters = [];
    json.sites[1]!.adcode = '350203';
    expect(readExam(json).issues.map((each) => each.code)).toEqual([
      'wrong-hotline',
      'no-shelter',
      'outside-district',
    ]);
  });

  test.each([null, 7, [], {}])('%j is no exam.', (json) => {
    expect(readExam(json).exam).toBeNull();
  });

  test('Whatever stands in a file, reading it answers with issues and never throws.', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(file())), fc.jsonValue(), (key, value) => {
        const { exam, issues } = readExam({ ...file(), [key]: value });
        expect(exam !== null || issues.some((each) => each.level === 'error')).toBe(true);
        for (const each of issues) expect(each.path).toMatch(/^\//);
      }),
    );
  });

  test('The file that was given is left as it was.', () => {
    const json = Object.assign(file(), { extra: 1 });
    readExam(json);
    expect(json.extra).toBe(1);
  });
});

describe('seats', () => {
  const { exam } = readExam(withChange(file(), 'sessions.2', overlapping()));
  const cell = (siteId: string, sessionId: string, count: number) => ({
    siteId,
    home: null,
    sessionIds: [sessionId],
    count,
  });

  /** Another batch that comes while the first sits its morning paper. */
  function overlapping() {
    const [startsAt, endsAt, admitFrom] = ['11:30', '13:30', '11:00'].map(
      (at) => `2024-09-21T${at}:00+08:00`,
    );
    return { id: 'B1', name: '第二批', batch: 'B', paper: '1', startsAt, endsAt, admitFrom };
  }

  test.each<[string, ReturnType<typeof cell>[], [site: string, session: string, people: number][]]>([
    ['All find a seat.', [cell('S1', 'A1', 100), cell('S2', 'A1', 80)], []],
    ['One too many for the seats.', [cell('S1', 'A1', 101)], [['S1', 'A1', 101]]],
    ['Papers one after the other share seats.', [cell('S1', 'A1', 100), cell('S1', 'A2', 100)], []],
    ['Papers that overlap do not.', [cell('S1', 'A1', 60), cell('S1', 'B1', 60)], [['S1', 'B1', 120]]],
  ])('%s', (_, cells, expected) => {
    const found = overfull(exam!, cells).map(({ site, session, people }) => [site.id, session.id, people]);
    expect(found).toEqual(expected);
  });
});

test('The published schema describes times as text.', () => {
  const schema = publishedSchema('exam') as { properties: { sessions: { items: { properties: object } } } };
  expect(schema.properties.sessions.items.properties).toMatchObject({ startsAt: { type: 'string' } });
});
