/** What starts the plan, what joins, what is only recorded, row by row, and the reasons. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../shared/time.ts';
import type { Colour, Hazard } from '../shared/warning/warning.ts';
import { area, COAST, exam, feed, INLAND, LAST_END, on, type Said, story, T } from './story.ts';

const COLOURS: Colour[] = ['blue', 'yellow', 'orange', 'red'];

/** The columns of the table by their first and last instants, and what stands outside of them. */
const INSTANTS: [name: string, at: number, column: 0 | 1 | 2 | null][] = [
  ['a minute before T−7 d', T - 7 * DAY - MINUTE, null],
  ['T−7 d', T - 7 * DAY, 0],
  ['a minute before T−72 h', T - 72 * HOUR - MINUTE, 0],
  ['T−72 h', T - 72 * HOUR, 1],
  ['a minute before T−24 h', T - 24 * HOUR - MINUTE, 1],
  ['T−24 h', T - 24 * HOUR, 2],
  ['the end of the last session', LAST_END, 2],
  ['12 h after the last session', LAST_END + 12 * HOUR, 2],
  ['a minute later', LAST_END + 12 * HOUR + MINUTE, null],
];

/** Weakest colour that counts in each column; null where a hazard is only recorded. */
const ROWS: [Hazard[], [Colour | null, Colour | null, Colour | null]][] = [
  [['typhoon'], ['blue', 'blue', 'blue']],
  [
    ['rainstorm', 'flood', 'flash-flood', 'waterlogging', 'geological'],
    ['orange', 'blue', 'blue'],
  ],
  [
    ['gale', 'thunderstorm-gale', 'convection'],
    [null, 'orange', 'yellow'],
  ],
  [
    ['sea-gale', 'wave', 'storm-surge'],
    [null, 'orange', 'yellow'],
  ],
];

function firstReason(at: number, said: Said) {
  const one = story(at);
  const heard = one.hear(said);
  one.ask();
  return one.reason(heard);
}

describe('the trigger table', () => {
  for (const [hazards, floors] of ROWS) {
    for (const [name, at, column] of INSTANTS) {
      test(`${hazards.join(', ')} at ${name}`, () => {
        for (const hazard of hazards) {
          const floor = column === null ? null : floors[column];
          const expected = COLOURS.map((level) => {
            if (column === null) return 'outside-window';
            const counts = floor != null && COLOURS.indexOf(level) >= COLOURS.indexOf(floor);
            return counts ? 'activate' : 'below-threshold';
          });
          expect(COLOURS.map((level) => firstReason(at, { hazard, level }))).toEqual(expected);
        }
      });
    }
  }

  test.each<[string, Said, string]>([
    [
      'Another hazard is for the duty officer to see, whatever its colour.',
      { hazard: 'lightning', level: 'red' },
      'hazard-not-listed',
    ],
    [
      'Low water has the colours of a flood and is none.',
      { hazard: 'low-water', level: 'red' },
      'hazard-not-listed',
    ],
    [
      'An unknown colour ranks as yellow: enough for a gale on the eve.',
      { hazard: 'gale', level: 'unknown' },
      'activate',
    ],
  ])('%s', (_, said, reason) => {
    expect(firstReason(T - 20 * HOUR, said)).toBe(reason);
  });

  test('An unknown colour ranks as yellow: not enough for rain four days before.', () => {
    expect(firstReason(T - 4 * DAY, { hazard: 'rainstorm', level: 'unknown' })).toBe('below-threshold');
  });

  test('A yellow gale that is only recorded starts the plan by itself once T−24 h is reached.', () => {
    const one = story(T - 25 * HOUR);
    const gale = one.hear({ hazard: 'gale', level: 'yellow', expiresAt: T });
    one.ask();
    expect(one.reasons(gale)).toEqual(['below-threshold']);
    one.until(T - 24 * HOUR);
    expect(one.reasons(gale)).toEqual(['below-threshold', 'activate']);
    expect(one.state.activations[0]?.openedAt).toBe(T - 24 * HOUR);
  });

  test('A warning before the window is asked again when it opens.', () => {
    const one = story(T - 7 * DAY - 2 * MINUTE);
    const typhoon = one.hear();
    one.ask();
    one.until(T - 7 * DAY + MINUTE);
    expect(one.reasons(typhoon)).toEqual(['outside-window', 'activate']);
  });
});

describe('areas and issuers', () => {
  const EVE = T - 20 * HOUR;
  const shape = (lon: number, lat: number) =>
    area(null, {
      polygons: [
        [
          [
            [lon - 0.1, lat - 0.1],
            [lon + 0.1, lat - 0.1],
            [lon + 0.1, lat + 0.1],
            [lon - 0.1, lat + 0.1],
            [lon - 0.1, lat - 0.1],
          ],
        ],
      ],
    });

  test.each<[string, Said, string]>([
    ['The city starts.', { issuer: '350500' }, 'activate'],
    ['A county of it starts.', { issuer: '350581' }, 'activate'],
    ['A county of it without a site starts, and the office is told.', { issuer: '350526' }, 'activate'],
    ['Another city is outside.', { issuer: '350200' }, 'outside-area'],
    ['A county that the exam excludes is outside.', { issuer: '350527' }, 'outside-area'],
    [
      'A shape without a code counts where it covers a site.',
      { issuer: null, areas: [shape(118.65, 24.87)] },
      'activate',
    ],
    ['A shape elsewhere is outside.', { issuer: null, areas: [shape(119.6, 26)] }, 'outside-area'],
    [
      'A national warning does not start.',
      { issuer: '000000', areas: [area('350000')], level: 'red' },
      'below-threshold',
    ],
    [
      'A provincial one starts if its text names the city.',
      { issuer: '350000', text: '预计泉州、厦门有暴雨' },
      'activate',
    ],
    [
      'A provincial one starts if its text names the whole province.',
      { issuer: '350000', text: '预计全省有暴雨' },
      'activate',
    ],
    [
      'A provincial one starts if its text names the coast: we have coastal counties.',
      { issuer: '350000', text: '预计沿海有大风' },
      'activate',
    ],
    [
      'A provincial one that names others is outside.',
      { issuer: '350000', headline: '省气象台发布预警', text: '预计南平、三明有暴雨' },
      'outside-area',
    ],
    [
      'A provincial list entry without a body names nothing: it does not start (read on the safe side: it may join).',
      { issuer: '350000', headline: '福建省气象台发布台风橙色预警信号', text: '' },
      'below-threshold',
    ],
    [
      'A sea warning over a county without a coastal site touches nobody.',
      { issuer: '350502', hazard: 'wave', level: 'red' },
      'outside-area',
    ],
  ])('%s', (_, said, reason) => {
    expect(firstReason(EVE, said)).toBe(reason);
  });

  test.each<[string, Said]>([
    ['A national warning joins what is open.', { issuer: '000000', areas: [area('350000')], level: 'red' }],
    [
      'A provincial list entry without a body joins what is open.',
      { issuer: '350000', headline: '福建省气象台发布台风红色预警信号', text: '', level: 'red' },
    ],
  ])('%s', (_, said) => {
    const one = story(EVE);
    const first = one.hear();
    const other = one.hear({ ...said, hazard: 'rainstorm' });
    one.ask();
    expect([one.reason(first), one.reason(other)]).toEqual(['activate', 'raise']);
    expect(one.levels()).toEqual({ S1: 'red', S2: 'red' });
  });

  test.each<[string, string, string[], number]>([
    ['candidates when a feed brings words that name us', '预计泉州、厦门有暴雨', ['raise'], 2],
    ['nobody any more when they name others', '预计南平、三明有暴雨', ['raise', 'outside-area'], 0],
  ])('Of such an entry staff are told, and %s.', (_, text, reasons, told) => {
    const one = story(EVE, { feeds: [feed('gjzwfw', EVE), feed('cap', EVE)] });
    one.hear({ level: 'blue' });
    const headline = '福建省气象台发布暴雨红色预警信号';
    const said = { id: 'entry', issuer: '350000', headline, hazard: 'rainstorm', level: 'red' } as const;
    const entry = one.hear({ ...said, text: '', feed: 'cap' });
    one.ask();
    expect([one.told('staff-reminder').length, one.told('candidate-reminder').length]).toEqual([1, 0]);
    one.hear({ ...said, text });
    one.ask();
    expect(one.reasons(entry)).toEqual(reasons);
    expect(one.told('candidate-reminder')).toHaveLength(told);
  });

  test('Whether it joins does not hang on the order in which one poll brought them.', () => {
    const one = story(EVE);
    const national = one.hear({
      issuer: '000000',
      areas: [area('350000')],
      level: 'red',
      issuedAt: EVE - HOUR,
    });
    one.hear();
    one.ask();
    expect(one.reason(national)).toBe('raise');
  });

  test('Each site has the level of what covers its own county; the sea counts for the coastal one alone.', () => {
    const one = story(EVE);
    one.hear({ level: 'yellow' });
    one.hear({ issuer: '350581', level: 'red' });
    one.hear({ hazard: 'wave', level: 'red' });
    one.ask();
    expect(one.levels()).toEqual({ S1: 'yellow', S2: 'red' });
  });

  test('Of a message with a level for each area, only those of the district count.', () => {
    const one = story(EVE);
    one.hear({
      hazard: 'storm-surge',
      level: 'red',
      areas: [area('350900', { level: 'red' }), area('350500', { level: 'yellow' })],
    });
    one.ask();
    expect(one.levels()).toMatchObject({ S2: 'yellow' });
    expect(one.state.activations[0]?.level).toBe('yellow');
  });

  test('What is over the district without any site opens the plan and tells the office only.', () => {
    const one = story(EVE);
    one.hear({ issuer: '350526', level: 'red' });
    one.ask();
    expect(one.told('command-brief')).toHaveLength(1);
    expect(one.tasks('site-safety-check')).toEqual([]);
    expect(one.told('candidate-reminder')).toEqual([]);
  });
});

describe('what excludes a warning is asked in one order', () => {
  const FAR = T - 30 * DAY;
  const all = { status: 'exercise', issuer: '350200', hazard: 'lightning', level: 'blue' } as const;

  test.each<[string, number, Said, string]>([
    ['not actual', FAR, all, 'not-actual'],
    ['then outside the area', FAR, { ...all, status: 'actual' }, 'outside-area'],
    [
      'then a hazard that is not listed',
      FAR,
      { ...all, status: 'actual', issuer: '350500' },
      'hazard-not-listed',
    ],
    ['then outside the window', FAR, { hazard: 'gale' }, 'outside-window'],
    ['then below the threshold', T - 5 * DAY, { hazard: 'gale' }, 'below-threshold'],
  ])('%s', (_, at, said, reason) => {
    expect(firstReason(at, said)).toBe(reason);
  });

  test.each(['exercise', 'test', 'system', 'draft'] as const)(
    'a message that is %s is recorded once',
    (status) => {
      const one = story(T - HOUR, { feeds: [feed('gjzwfw', T - HOUR), feed('cap', T - HOUR)] });
      const drill = one.hear({ status });
      one.hear({ id: drill.id, status, feed: 'cap' });
      one.ask();
      expect(one.reasons(drill)).toEqual(['not-actual']);
      expect(one.state.activations).toEqual([]);
    },
  );

  test('A drill that refers to a real warning neither updates nor ends it.', () => {
    const one = story(T - HOUR);
    const real = one.hear({ level: 'red' });
    one.ask();
    one.lift(real, { status: 'exercise' });
    one.ask();
    expect(one.reason(real)).toBe('activate');
    expect(one.levels()).toMatchObject({ S1: 'red' });
  });

  test('A cancel of what was excluded is excluded for the same reason.', () => {
    const one = story(T - 5 * DAY);
    const gale = one.hear({ hazard: 'gale', level: 'orange' });
    one.ask();
    const end = one.lift(gale);
    one.ask();
    expect([one.reason(gale), one.reason(end)]).toEqual(['below-threshold', 'below-threshold']);
  });
});

describe('a thread inside an activation', () => {
  const EVE = T - 20 * HOUR;

  test.each<[string, Said, string, string]>([
    [
      'A higher colour of the same event is a raise, and the older is superseded.',
      { level: 'orange' },
      'raise',
      'superseded',
    ],
    ['A lower one is a lower.', { level: 'blue' }, 'lower', 'superseded'],
    ['The same colour again continues.', { level: 'yellow' }, 'continue', 'superseded'],
    [
      'A wider area that reaches a further site is a raise.',
      { level: 'yellow', areas: [area('350500')] },
      'raise',
      'superseded',
    ],
    [
      'Another event at the same level attaches.',
      { level: 'yellow', hazard: 'rainstorm', references: [] },
      'attach',
      'activate',
    ],
    [
      'Another event at a higher level is a raise.',
      { level: 'red', hazard: 'rainstorm', references: [] },
      'raise',
      'activate',
    ],
    [
      'Another event at a lower level attaches.',
      { level: 'blue', hazard: 'rainstorm', references: [] },
      'attach',
      'activate',
    ],
  ])('%s', (_, said, reason, ofFirst) => {
    const one = story(EVE);
    const first = one.hear({ issuer: '350502', level: 'yellow' });
    one.until(EVE + 5 * MINUTE);
    const second = one.hear({ issuer: '350502', action: 'update', references: [first.id], ...said });
    one.ask();
    expect(one.reason(second)).toBe(reason);
    expect(one.reason(first)).toBe(ofFirst);
  });

  test('The first is activate whatever its level, and the activation starts with its level.', () => {
    const one = story(EVE);
    one.hear({ level: 'red' });
    one.ask();
    expect(one.reasons()).toEqual(['activate']);
    expect(one.state.activations.map(({ level, levels }) => [level, levels])).toEqual([
      ['red', [{ at: EVE, level: 'red' }]],
    ]);
  });

  test('A message older than one that is known is out of order and changes nothing.', () => {
    const one = story(EVE);
    const orange = one.hear({ level: 'orange', issuedAt: EVE });
    one.ask();
    const late = one.hear({ level: 'red', issuedAt: EVE - HOUR });
    one.ask();
    expect(one.reason(late)).toBe('out-of-order');
    expect(one.reason(orange)).toBe('activate');
    expect(one.levels()).toMatchObject({ S1: 'orange' });
  });

  test('The same warning in another feed is provenance, not a decision.', () => {
    const one = story(EVE, {
      feeds: [feed('gjzwfw', EVE), feed('nmc-alarm', EVE, { kind: 'set', listed: [] })],
    });
    const first = one.hear();
    one.ask();
    one.until(EVE + 3 * MINUTE);
    one.hear({ id: first.id, feed: 'nmc-alarm', issuedAt: first.issuedAt, text: '' });
    one.ask();
    expect(one.reasons()).toEqual(['activate']);
  });

  test('A cancel ends the whole thread, though it names the first message only.', () => {
    const one = story(EVE);
    const first = one.hear({ level: 'yellow' });
    one.ask();
    one.until(EVE + MINUTE);
    one.hear({ level: 'orange', action: 'update', references: [first.id] });
    one.ask();
    one.until(EVE + 2 * MINUTE);
    const end = one.lift(first);
    one.ask();
    expect(one.reason(end)).toBe('cancel');
    expect(one.levels()).toEqual({ S1: null, S2: null });
    expect(one.state.activations[0]?.levels.map(({ level }) => level)).toEqual(['yellow', 'orange', null]);
  });

  test('A cancel whose own words lack the area and the hazard still ends what it refers to.', () => {
    const one = story(EVE);
    const first = one.hear();
    one.ask();
    const end = one.lift(first, { hazard: 'other', areas: [], level: 'unknown' });
    one.ask();
    expect(one.reason(end)).toBe('cancel');
    expect(one.levels()).toEqual({ S1: null, S2: null });
  });

  test('A cancel of what never was in force here is recorded, and belongs to no activation.', () => {
    const one = story(EVE);
    one.hear();
    const end = one.hear({ hazard: 'rainstorm', action: 'cancel' });
    one.ask();
    expect(one.state.decisions.find(({ warningId }) => warningId === end.id)).toMatchObject({
      reason: 'cancel',
      activationId: null,
    });
    expect(one.state.activations[0]?.warnings).not.toContain(end.id);
  });

  test('A yellow lifted and an orange issued in one reading is a raise, never a calm.', () => {
    const one = story(EVE);
    const yellow = one.hear({ level: 'yellow' });
    one.until(EVE + 30 * MINUTE);
    const end = one.lift(yellow);
    const orange = one.hear({ level: 'orange' });
    one.ask();
    expect([one.reason(end), one.reason(orange)]).toEqual(['cancel', 'raise']);
    expect(one.state.activations[0]?.levels.map(({ level }) => level)).toEqual(['yellow', 'orange']);
  });

  test('What was issued at the very instant of an end stands (read on the safe side).', () => {
    const one = story(EVE);
    const orange = one.hear({ level: 'orange' });
    one.until(EVE + 30 * MINUTE);
    const end = one.lift(orange, { references: [], id: 'z-last' });
    const blue = one.hear({ level: 'blue', id: 'a-first' });
    one.ask();
    expect([one.reason(end), one.reason(blue)]).toEqual(['cancel', 'attach']);
    expect(one.levels()).toMatchObject({ S1: 'blue' });
  });

  test('A revision that falls below what counts is recorded, and its thread counts no more.', () => {
    const one = story(T - 48 * HOUR);
    const orange = one.hear({ hazard: 'gale', level: 'orange' });
    one.ask();
    const yellow = one.hear({ hazard: 'gale', level: 'yellow', action: 'update', references: [orange.id] });
    one.ask();
    expect([one.reason(orange), one.reason(yellow)]).toEqual(['superseded', 'below-threshold']);
    expect(one.levels()).toEqual({ S1: null, S2: null });
  });

  test('台风预警Ⅳ级 is another product than the blue signal and never threaded with it.', () => {
    const one = story(EVE);
    const grade = one.hear({ product: 'level', level: 'blue' });
    const signal = one.hear({ level: 'blue' });
    one.ask();
    expect([one.reason(grade), one.reason(signal)]).toEqual(['activate', 'attach']);
    one.lift(signal);
    one.ask();
    expect(one.levels()).toEqual({ S1: 'blue', S2: 'blue' });
  });

  test('After an end a new signal opens a second activation, with a number of its own.', () => {
    const one = story(EVE);
    const first = one.hear();
    one.ask();
    one.lift(first);
    one.until(EVE + MINUTE);
    expect(one.act('duty-officer', { does: 'end' })).toBeNull();
    one.until(EVE + HOUR);
    one.hear({ level: 'orange' });
    one.ask();
    expect(one.state.activations.map(({ id, openedAt, endedAt }) => [id, openedAt, endedAt])).toEqual([
      ['fk-qz-01', EVE, EVE + MINUTE],
      ['fk-qz-02', EVE + HOUR, null],
    ]);
  });
});

describe('how a warning ends without a 解除', () => {
  const EVE = on('20 08:00');
  const SET = feed('nmc-alarm', EVE, {
    kind: 'set',
    listed: [],
    silentAfterMs: 15 * MINUTE,
    lastCompleteAt: EVE,
  });
  const OTHER_SET = { ...SET, feed: 'cma-map' } as const;

  test('It expires at its end, not a minute sooner.', () => {
    const one = story(EVE);
    const blue = one.hear({ expiresAt: EVE + HOUR });
    one.ask();
    one.until(EVE + HOUR - MINUTE);
    expect(one.reason(blue)).toBe('activate');
    one.until(EVE + HOUR);
    expect(one.reason(blue)).toBe('expire');
    expect(one.levels()).toEqual({ S1: null, S2: null });
  });

  test('Without an end and in no set it is over 24 h after its issue.', () => {
    const one = story(EVE);
    const blue = one.hear({ expiresAt: null, issuedAt: EVE - HOUR });
    one.until(EVE + 23 * HOUR - MINUTE);
    expect(one.reason(blue)).toBe('activate');
    one.until(EVE + 23 * HOUR);
    expect(one.reason(blue)).toBe('expire');
  });

  test('A fresh set that still lists it keeps it in force beyond its end.', () => {
    const one = story(EVE, { feeds: [SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: EVE + HOUR });
    one.until(EVE + 2 * HOUR);
    expect(one.reason(blue)).toBe('activate');
    one.drop(blue);
    one.until(EVE + 2 * HOUR + MINUTE);
    expect(one.reason(blue)).toBe('expire');
  });

  test('Missing from one complete reading is not enough; from two, five minutes apart, it lapses.', () => {
    const one = story(EVE, { feeds: [SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: null });
    one.until(EVE + HOUR);
    one.drop(blue);
    one.until(EVE + HOUR + 4 * MINUTE);
    expect(one.reason(blue)).toBe('activate');
    one.until(EVE + HOUR + 5 * MINUTE);
    expect(one.reason(blue)).toBe('lapse');
  });

  test('Every fresh set that listed it must have dropped it.', () => {
    const one = story(EVE, { feeds: [SET, OTHER_SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: null });
    one.hear({ id: blue.id, feed: 'cma-map', expiresAt: null });
    one.until(EVE + HOUR);
    one.drop(blue);
    one.until(EVE + 2 * HOUR);
    expect(one.reason(blue)).toBe('activate');
    one.drop({ ...blue, feed: 'cma-map' });
    one.until(EVE + 2 * HOUR + 5 * MINUTE);
    expect(one.reason(blue)).toBe('lapse');
  });

  test('A set that just gave a bad answer still has its say, until it counts as silent (the safe reading).', () => {
    const one = story(EVE, { feeds: [SET, OTHER_SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: null });
    one.hear({ id: blue.id, feed: 'cma-map', expiresAt: null });
    one.until(EVE + HOUR);
    one.drop(blue);
    one.silence('cma-map', 'html');
    one.until(EVE + HOUR + 14 * MINUTE);
    expect(one.reason(blue)).toBe('activate');
    one.until(EVE + HOUR + 15 * MINUTE);
    expect(one.reason(blue)).toBe('lapse');
  });

  test('A window says nothing by leaving it out.', () => {
    const one = story(EVE);
    const blue = one.hear();
    one.drop(blue);
    one.until(EVE + 5 * HOUR);
    expect(one.reason(blue)).toBe('activate');
  });

  test('Relisted after a lapse it counts again.', () => {
    const one = story(EVE, { feeds: [SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: null });
    one.ask();
    one.drop(blue);
    one.until(EVE + 10 * MINUTE);
    one.hear({ ...blue, issuer: blue.issuer.adcode });
    one.until(EVE + 12 * MINUTE);
    expect(one.reasons(blue)).toEqual(['activate', 'lapse', 'raise']);
  });

  test('What has lapsed does not come back because its set goes blind, or is seen again without it.', () => {
    const one = story(EVE, { feeds: [SET, OTHER_SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: null });
    one.hear({ id: blue.id, feed: 'cma-map', expiresAt: null });
    one.ask();
    one.silence('cma-map');
    one.until(EVE + 20 * MINUTE);
    one.drop(blue);
    one.until(EVE + 30 * MINUTE);
    expect(one.reasons(blue)).toEqual(['activate', 'lapse']);
    one.silence('nmc-alarm');
    one.until(EVE + HOUR);
    one.drop({ ...blue, feed: 'cma-map' });
    one.heal('cma-map');
    one.until(EVE + 2 * HOUR);
    expect(one.reasons(blue)).toEqual(['activate', 'lapse']);
  });

  test('Dropped before it could join, it does not join because its set goes blind afterwards.', () => {
    const one = story(EVE, { feeds: [feed('gjzwfw', EVE), SET] });
    const national = one.hear({
      feed: 'nmc-alarm',
      issuer: '000000',
      areas: [area('350000')],
      expiresAt: null,
    });
    one.until(EVE + MINUTE);
    one.drop(national);
    one.until(EVE + 10 * MINUTE);
    one.silence('nmc-alarm');
    one.until(EVE + HOUR);
    one.hear({ hazard: 'rainstorm' });
    one.ask();
    expect(one.reasons(national)).toEqual(['below-threshold']);
  });

  test('Blind is not calm: with its only feed broken it is held past its end, and expires when the feed is seen again.', () => {
    const one = story(EVE);
    const blue = one.hear({ expiresAt: EVE + HOUR });
    one.until(EVE + 30 * MINUTE);
    one.silence('gjzwfw');
    one.until(EVE + 3 * HOUR);
    expect(one.reasons(blue)).toEqual(['activate', 'cannot-tell']);
    expect(one.levels()).toEqual({ S1: 'blue', S2: 'blue' });
    one.heal('gjzwfw');
    one.until(EVE + 3 * HOUR + MINUTE);
    expect(one.reasons(blue)).toEqual(['activate', 'cannot-tell', 'expire']);
  });

  test('One of its feeds that can be seen is enough to let it expire.', () => {
    const one = story(EVE, { feeds: [feed('gjzwfw', EVE), feed('cap', EVE)] });
    const blue = one.hear({ expiresAt: EVE + HOUR });
    one.hear({ id: blue.id, feed: 'cap', expiresAt: EVE + HOUR });
    one.ask();
    one.silence('gjzwfw');
    one.until(EVE + HOUR);
    expect(one.reason(blue)).toBe('expire');
  });

  test('A blind set does not let its warning without an end run out, nor lapse.', () => {
    const one = story(EVE, { feeds: [SET] });
    const blue = one.hear({ feed: 'nmc-alarm', expiresAt: null });
    one.ask();
    one.silence('nmc-alarm');
    one.until(EVE + 25 * HOUR);
    expect(one.reasons(blue)).toEqual(['activate', 'cannot-tell']);
    expect(one.levels()).toMatchObject({ S1: 'blue' });
  });

  test('What has expired does not come back because its feed goes blind.', () => {
    const one = story(EVE);
    const blue = one.hear({ expiresAt: EVE + HOUR });
    one.until(EVE + 2 * HOUR);
    one.silence('gjzwfw');
    one.until(EVE + 4 * HOUR);
    expect(one.reasons(blue)).toEqual(['activate', 'expire']);
  });

  test('What was over before it was first seen is not begun, seen or blind.', () => {
    const one = story(EVE);
    const old = one.hear({ expiresAt: EVE - MINUTE });
    one.ask();
    one.silence('gjzwfw');
    one.until(EVE + HOUR);
    expect(one.reasons(old)).toEqual([]);
    expect(one.state.activations).toEqual([]);
  });
});

describe('several districts', () => {
  const whole = exam({
    districts: [
      { id: 'qz', name: '泉州考区', adcode: '350500', excludes: [] },
      { id: 'xm', name: '厦门考区', adcode: '350200', excludes: [] },
    ],
    sites: [INLAND, COAST, { ...INLAND, id: 'X1', adcode: '350203', districtId: 'xm' }],
  });

  test('One warning is a matter of its own district; the other records that it is outside.', () => {
    const [here, there] = ['qz', 'xm'].map((districtId) => story(T - HOUR, { exam: whole, districtId }));
    for (const one of [here!, there!]) one.hear({ id: 'city', level: 'red' });
    here!.ask();
    there!.ask();
    expect([here!.reasons(), there!.reasons()]).toEqual([['activate'], ['outside-area']]);
    expect(here!.levels()).toEqual({ S1: 'red', S2: 'red' });
    expect(there!.told('candidate-reminder')).toEqual([]);
  });

  test('A provincial warning for all starts both, each over its own sites.', () => {
    const said = { id: 'all', issuer: '350000', text: '全省有暴雨', level: 'red' } as const;
    const [here, there] = ['qz', 'xm'].map((districtId) => story(T - HOUR, { exam: whole, districtId }));
    for (const one of [here!, there!]) {
      one.hear(said);
      one.ask();
    }
    expect([here!.levels(), there!.levels()]).toEqual([{ S1: 'red', S2: 'red' }, { X1: 'red' }]);
    expect(there!.state.activations[0]?.id).toBe('fk-xm-01');
  });
});
