/** Telling candidates, rule by rule. */
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../shared/time.ts';
import {
  area,
  census,
  clock,
  exam,
  feed,
  INLAND,
  on,
  type Said,
  SHIPPED_PLAN,
  type Story,
  story,
} from './story.ts';

/** One site, two batches: s1 s2 on the 21st, s3 s4 on the 22nd. */
const ONE_SITE = exam({ sites: [INLAND] });

function begin(start: string, changes: Parameters<typeof story>[1] = {}): Story {
  return story(on(start), { exam: ONE_SITE, ...changes });
}

/** What candidates were sent, as `dd HH:mm level site papers`. */
function reminders(one: Story): string[] {
  return one.told('candidate-reminder');
}

describe('who is reminded of what, and when', () => {
  test.each<[string, string, Said, string, string[]]>([
    [
      'Blue is told to those whose next paper is within 48 h, the others when theirs is.',
      '19 10:00',
      { level: 'blue', expiresAt: on('21 08:00') },
      '20 12:00',
      ['19 10:10 blue S1 s1', '20 09:00 blue S1 s3'],
    ],
    [
      'Yellow within 72 h.',
      '18 10:00',
      { level: 'yellow', expiresAt: on('20 00:00') },
      '19 12:00',
      ['18 10:10 yellow S1 s1', '19 09:00 yellow S1 s3'],
    ],
    [
      'Orange at once to everybody with a paper to come.',
      '17 10:00',
      { level: 'orange' },
      '17 12:00',
      ['17 10:00 orange S1 s1+s3'],
    ],
    ['Red at once, at any hour.', '17 03:00', { level: 'red' }, '17 12:00', ['17 03:00 red S1 s1+s3']],
    [
      'A level without a colour (台风预警Ⅳ级) reminds no candidate by itself.',
      '20 10:00',
      { product: 'level', level: 'red' },
      '20 12:00',
      [],
    ],
    ['An unknown colour reminds no candidate.', '20 10:00', { level: 'unknown' }, '20 12:00', []],
    [
      'A warning over another county reminds nobody here.',
      '20 10:00',
      { issuer: '350526', level: 'red' },
      '20 12:00',
      [],
    ],
  ])('%s', (_, start, said, until, expected) => {
    const one = begin(start);
    one.hear(said);
    one.ask();
    expect(reminders(one.until(on(until)))).toEqual(expected);
  });

  test('An unknown colour is told once a later version of the message has it.', () => {
    const one = begin('20 10:00');
    const first = one.hear({ level: 'unknown' });
    one.until(on('20 11:00'));
    one.hear({ id: first.id, level: 'orange', issuedAt: first.issuedAt! + MINUTE });
    one.ask();
    expect(reminders(one)).toEqual(['20 11:00 orange S1 s1+s3']);
  });

  test('Each raise is told, each once; what stands lower is silent.', () => {
    const one = begin('20 10:00');
    const colours = ['blue', 'yellow', 'orange', 'red', 'yellow', 'red'] as const;
    let before = one.hear({ level: 'blue' });
    for (const [hour, level] of colours.entries()) {
      one.until(on(`20 1${hour}:30`));
      if (hour > 0) before = one.hear({ level, action: 'update', references: [before.id] });
      one.ask();
    }
    one.until(on('20 16:30'));
    expect(reminders(one)).toEqual([
      '20 10:10 blue S1 s1+s3',
      '20 11:40 yellow S1 s1+s3',
      '20 12:30 orange S1 s1+s3',
      '20 13:30 red S1 s1+s3',
    ]);
  });

  test('A second hazard, or a second issuer, at an equal or lower level is silent.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange' });
    one.ask();
    one.hear({ level: 'orange', issuer: '350502' });
    one.hear({ level: 'yellow', hazard: 'rainstorm' });
    one.until(on('20 12:00'));
    expect(reminders(one)).toEqual(['20 10:00 orange S1 s1+s3']);
  });

  test('Who has no paper to come is told nothing more.', () => {
    const one = begin('21 18:00');
    one.hear({ level: 'red' });
    one.ask();
    expect(reminders(one)).toEqual(['21 18:00 red S1 s3']);
  });

  test('Deadlines are the next admission, or the end of the warning if that is earlier.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange', expiresAt: on('20 16:00') });
    one.ask();
    one.until(on('20 15:00'));
    one.hear({ level: 'red', hazard: 'rainstorm', expiresAt: on('23 10:00') });
    one.ask();
    // The latest of its slices: the second batch is admitted on the 22nd.
    expect(one.notices('candidate-reminder').map(({ notice }) => clock(notice.deadline))).toEqual([
      '20 16:00',
      '22 08:15',
    ]);
  });

  test('Whom a reminder did not reach before its deadline, the next one tells; whoever it reached is left out.', () => {
    const one = begin('21 08:00');
    one.leaveOpen();
    one.hear({ level: 'orange' });
    one.until(on('21 08:20'));
    const [first] = one.notices('candidate-reminder');
    one.close(first!.notice.no, { audience: 60, delivered: 35, expired: 25 });
    one.until(on('21 12:01'));
    expect(reminders(one)).toEqual([
      '21 08:00 orange S1 s1+s3',
      '21 08:20 orange S1 s3',
      '21 12:00 orange S1 s1',
    ]);
    const [, later, afternoon] = one.notices('candidate-reminder');
    for (const each of [later, afternoon])
      expect(each?.notice.audience).toMatchObject({ dropTold: expect.arrayContaining([first!.notice.no]) });
  });

  test.each([
    ['350526', []],
    ['350583', ['20 10:00 orange S1 s1']],
  ])('A province’s warning of its coast reaches the home county %s: %j.', (home, told) => {
    const cell = { siteId: 'S1', home, sessionIds: ['s1', 's2'], count: 5 };
    const one = begin('20 10:00', { census: { ...census(ONE_SITE), cells: [cell] } });
    one.hear({ issuer: '350000', level: 'orange', headline: '', text: '预计我省沿海有大风' });
    one.until(on('20 10:02'));
    expect(reminders(one)).toEqual(told);
  });

  test('The roster’s home county counts as well, but the sea does not count there.', () => {
    const cell = { siteId: 'S1', home: '350526', sessionIds: ['s1', 's2'], count: 5 };
    const one = begin('20 10:00', {
      census: { ...census(ONE_SITE), cells: [cell, { ...cell, home: null }] },
    });
    one.hear({ issuer: '350526', level: 'orange' });
    one.hear({ hazard: 'wave', level: 'red', areas: [area('350526'), area('350581')] });
    one.ask();
    const [notice] = one.notices('candidate-reminder');
    expect(notice?.notice.audience).toMatchObject({ cells: [{ home: '350526' }] });
    expect(reminders(one)).toHaveLength(1);
  });
});

describe('waiting together', () => {
  const standing = (template?: string): string | undefined =>
    SHIPPED_PLAN.approvals.find(({ templates }) => templates.includes(template!))?.id;

  test('Blue and yellow wait ten minutes from first sight, so that of signals issued together only the highest goes.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'blue' });
    one.until(on('20 10:05'));
    one.hear({ level: 'yellow', hazard: 'rainstorm' });
    one.until(on('20 10:30'));
    expect(reminders(one)).toEqual(['20 10:15 yellow S1 s1+s3']);
  });

  test('Orange does not wait, and takes the waiting blue with it.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'blue' });
    one.until(on('20 10:05'));
    one.hear({ level: 'orange', hazard: 'rainstorm' });
    one.until(on('20 10:30'));
    expect(reminders(one)).toEqual(['20 10:05 orange S1 s1+s3']);
    const [waited, went] = one.notices('candidate-reminder');
    expect(waited).toMatchObject({ state: 'stopped', stoppedFor: 'decided again' });
    expect(went?.notice).toMatchObject({ lane: 'candidates', hazard: 'rainstorm' });
    expect(went?.notice.approvedBy).toBe(standing(went?.notice.template));
  });

  test('At a tie the newest is named, when the wait of the first is over: renewals never put it off for ever.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'yellow' });
    one.until(on('20 10:05'));
    const newest = one.hear({ level: 'yellow', hazard: 'rainstorm' });
    one.until(on('20 10:30'));
    expect(reminders(one)).toEqual(['20 10:10 yellow S1 s1+s3']);
    const sent = one.notices('candidate-reminder').find(({ releasedAt }) => releasedAt !== null);
    expect(sent?.notice.warningId).toBe(newest.id);
  });

  test('While it waits it is held, and says for what.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'blue' });
    one.ask();
    expect(one.notices('candidate-reminder').map(({ state, hold }) => [state, hold])).toEqual([
      ['held', { for: 'together', until: on('20 10:10') }],
    ]);
  });

  test('What else it has to wait for meanwhile is said of the same notice.', () => {
    const one = begin('19 21:55');
    one.hear({ level: 'blue' });
    one.until(on('19 22:00'));
    expect(one.notices('candidate-reminder').map(({ state, hold }) => [state, hold])).toEqual([
      ['held', { for: 'quiet-hours', until: on('20 07:30') }],
    ]);
  });
});

describe('quiet hours', () => {
  test.each<[string, string, Said, string, string[]]>([
    [
      'Blue at night waits for 07:30 on a day without a session.',
      '19 22:00',
      { level: 'blue' },
      '20 08:00',
      ['20 07:30 blue S1 s1', '20 09:00'],
    ],
    [
      'Yellow on the eve waits for 06:00 of the exam day.',
      '20 22:30',
      { level: 'yellow' },
      '21 07:00',
      ['21 06:00 yellow S1 s1+s3'],
    ],
    [
      'At one minute to ten it still goes.',
      '20 21:49',
      { level: 'yellow' },
      '20 23:00',
      ['20 21:59 yellow S1 s1+s3'],
    ],
    ['Orange goes until 23:00.', '19 22:59', { level: 'orange' }, '20 02:00', ['19 22:59 orange S1 s1+s3']],
    [
      'After 23:00 it waits until 05:30.',
      '19 23:00',
      { level: 'orange' },
      '20 06:00',
      ['20 05:30 orange S1 s1+s3'],
    ],
    ['Red passes.', '20 02:00', { level: 'red' }, '20 03:00', ['20 02:00 red S1 s1+s3']],
  ])('%s', (_, start, said, until, expected) => {
    const one = begin(start);
    one.hear({ expiresAt: on('23 00:00'), ...said });
    one.ask();
    expect(reminders(one.until(on(until)))).toEqual(expected.filter((line) => line.includes('S1')));
  });

  test('What was lifted in the night is not told in the morning.', () => {
    const one = begin('20 22:30');
    const yellow = one.hear({ level: 'yellow' });
    one.until(on('21 03:00'));
    one.lift(yellow);
    one.until(on('21 07:00'));
    expect(reminders(one)).toEqual([]);
    expect(one.notices('candidate-reminder').map(({ state }) => state)).toEqual(['stopped']);
  });

  test('What changed in the night is told in the words of the morning, as a notice of its own.', () => {
    const one = begin('20 22:30');
    const yellow = one.hear({ level: 'yellow' });
    one.until(on('21 03:00'));
    const blue = one.hear({ level: 'blue', action: 'update', references: [yellow.id] });
    one.until(on('21 07:00'));
    expect(reminders(one)).toEqual(['21 06:00 blue S1 s1+s3']);
    expect(one.notices('candidate-reminder').map(({ notice }) => notice.warningId)).toEqual([
      yellow.id,
      blue.id,
    ]);
  });
});

describe('during papers', () => {
  test('Nothing from admission to the end of that candidate’s paper, of any colour; the others hear at once.', () => {
    const one = begin('21 08:15');
    one.hear({ level: 'red', expiresAt: on('23 00:00') });
    one.ask();
    one.until(on('21 12:30'));
    expect(reminders(one)).toEqual(['21 08:15 red S1 s3', '21 12:00 red S1 s1']);
  });

  test('What waited while the admission opened is a new notice, with the deadline of the next one.', () => {
    const one = begin('21 08:10', { census: oneBatch() });
    one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.ask();
    one.until(on('21 12:00'));
    const [first, second] = one.notices('candidate-reminder');
    expect([first?.state, clock(first!.notice.deadline)]).toEqual(['stopped', '21 08:15']);
    expect([second?.state, clock(second!.notice.deadline)]).toEqual(['sending', '21 13:45']);
  });

  test('During the last paper there is nothing to remind of.', () => {
    const one = begin('21 13:45', { census: oneBatch() });
    one.hear({ level: 'red' });
    one.until(on('21 20:00'));
    expect(reminders(one)).toEqual([]);
  });
});

/** The first batch alone. */
function oneBatch() {
  const all = census(ONE_SITE);
  return { ...all, cells: all.cells.slice(0, 1) };
}

describe('a warning that needs an officer', () => {
  const UNOFFICIAL = feed('qweather', on('20 10:00'), { official: false });
  const twoFeeds = { feeds: [feed('gjzwfw', on('20 10:00')), UNOFFICIAL] };

  test.each<[string, Said]>([
    ['One unofficial feed alone', { feed: 'qweather' }],
    ['An issue more than 24 h before first sight', { issuedAt: on('19 09:59') }],
    ['An issue more than ten minutes ahead', { issuedAt: on('20 10:11') }],
    ['No time of issue at all (the safe reading)', { issuedAt: null }],
    [
      'An office that does not answer for the area',
      { issues: [{ path: '', code: 'issuer-outside-area', level: 'warning', params: {}, message: '' }] },
    ],
  ])('%s waits ten minutes for an officer, then goes; staff are told at once.', (_, said) => {
    const one = begin('20 10:00', twoFeeds);
    one.hear({ level: 'orange', ...said });
    one.ask();
    expect(one.notices('candidate-reminder')[0]?.hold).toEqual({ for: 'approval', until: on('20 10:10') });
    expect(one.told('staff-reminder')).toEqual(['20 10:00 orange S1 site-staff']);
    one.until(on('20 10:20'));
    expect(reminders(one)).toEqual(['20 10:10 orange S1 s1+s3']);
  });

  test('A second feed is enough.', () => {
    const one = begin('20 10:00', twoFeeds);
    const orange = one.hear({ level: 'orange', feed: 'qweather' });
    one.ask();
    one.until(on('20 10:04'));
    one.hear({ ...orange, issuer: '350500', feed: 'gjzwfw' });
    one.ask();
    expect(reminders(one)).toEqual(['20 10:04 orange S1 s1+s3']);
  });

  test('The officer lets it go at once, and is named.', () => {
    const one = begin('20 10:00', twoFeeds);
    one.hear({ level: 'orange', feed: 'qweather' });
    one.ask();
    const [held] = one.notices('candidate-reminder');
    one.until(on('20 10:03'));
    expect(one.act('duty-officer', { does: 'approve', notice: held!.notice.no })).toBeNull();
    one.until(on('20 11:00'));
    expect(reminders(one)).toEqual(['20 10:03 orange S1 s1+s3']);
    expect(one.notices('candidate-reminder')[0]?.notice.approvedBy).toBe('P-duty-officer');
  });

  test('What an officer refuses is not said again of that warning, but a raise is.', () => {
    const one = begin('20 10:00', twoFeeds);
    const orange = one.hear({ level: 'orange', feed: 'qweather' });
    one.ask();
    one.act('duty-officer', { does: 'reject', notice: one.notices('candidate-reminder')[0]!.notice.no });
    one.until(on('20 11:00'));
    expect(reminders(one)).toEqual([]);
    one.hear({ level: 'red', feed: 'gjzwfw', action: 'update', references: [orange.id] });
    one.ask();
    expect(reminders(one)).toEqual(['20 11:00 red S1 s1+s3']);
  });

  test('Nor is it said in lower words; another warning is.', () => {
    const one = begin('20 10:00', twoFeeds);
    const { id } = one.hear({ level: 'orange', feed: 'qweather' });
    one.ask();
    one.act('duty-officer', { does: 'reject', notice: one.notices('candidate-reminder')[0]!.notice.no });
    expect(one.act('duty-officer', { does: 'confirm-warning', with: { id, level: 'yellow' } })).toBeNull();
    one.until(on('20 10:20'));
    expect(reminders(one)).toEqual([]);
    one.hear({ level: 'yellow', hazard: 'rainstorm' });
    one.ask();
    expect(reminders(one)).toEqual(['20 10:20 yellow S1 s1+s3']);
  });

  test('An officer’s stop of what is being sent is not undone by the next minute.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange' });
    one.ask();
    one.act('duty-officer', { does: 'stop', notice: one.notices('candidate-reminder')[0]!.notice.no });
    one.until(on('20 11:00'));
    expect(one.notices('candidate-reminder').map(({ state }) => state)).toEqual(['stopped']);
  });

  test('It never keeps an official warning of a lower colour waiting.', () => {
    const one = begin('20 10:00', twoFeeds);
    one.hear({ level: 'red', feed: 'qweather' });
    one.hear({ level: 'orange', hazard: 'rainstorm', issuedAt: on('20 09:00') });
    one.ask();
    expect(reminders(one)).toEqual(['20 10:00 orange S1 s1+s3']);
    one.until(on('20 10:20'));
    expect(reminders(one)).toEqual(['20 10:00 orange S1 s1+s3', '20 10:10 red S1 s1+s3']);
  });

  test('Without a standing approval of its template a notice waits for a person until it means nothing any more.', () => {
    const plan = { ...SHIPPED_PLAN, approvals: [] };
    const one = begin('20 10:00', { plan, census: oneBatch() });
    one.hear({ level: 'red', expiresAt: on('23 00:00') });
    one.until(on('20 12:00'));
    const [held] = one.notices('candidate-reminder');
    expect([held?.state, held?.hold?.for, clock(held!.hold!.until)]).toEqual([
      'held',
      'approval',
      '21 08:15',
    ]);
    expect(one.act('deputy', { does: 'approve', notice: held!.notice.no })).toBeNull();
    one.until(on('20 12:05'));
    expect(reminders(one)).toEqual(['20 12:00 red S1 s1']);
  });
});

describe('one reminder overtakes another', () => {
  test('A raise stops nothing that is accounted for, and goes to those told of the lower level too.', () => {
    const one = begin('20 10:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 10:01'));
    one.hear({ level: 'red', action: 'update', references: [orange.id] });
    one.ask();
    const [lower, higher] = one.notices('candidate-reminder');
    expect(lower).toMatchObject({ state: 'closed', stoppedAt: null });
    expect(higher?.notice.audience).toMatchObject({ dropTold: [] });
  });

  test('A raise stops the open reminder before it starts its own.', () => {
    const one = begin('20 10:00');
    one.leaveOpen();
    const orange = one.hear({ level: 'orange' });
    one.ask();
    one.until(on('20 10:03'));
    one.hear({ level: 'red', action: 'update', references: [orange.id] });
    const effects = one.ask();
    expect(one.notices('candidate-reminder').map(({ state, stoppedFor }) => [state, stoppedFor])).toEqual([
      ['stopped', 'raised'],
      ['sending', null],
    ]);
    expect(effects.filter(({ kind }) => kind === 'notice-stopped')).not.toEqual([]);
  });

  test('A raise that has to wait lets the lower one go on meanwhile: it is not told twice, nor is it told nothing.', () => {
    const one = begin('20 10:00');
    one.leaveOpen();
    const blue = one.hear({ level: 'blue' });
    one.until(on('20 10:12'));
    one.hear({ level: 'yellow', action: 'update', references: [blue.id] });
    one.ask();
    expect(one.notices('candidate-reminder').map(({ state }) => state)).toEqual(['sending', 'held']);
    one.until(on('20 10:22'));
    expect(one.notices('candidate-reminder').map(({ state }) => state)).toEqual(['stopped', 'sending']);
  });

  test('When the level falls while it is being sent, the rest hear of the lower one; those told are left out.', () => {
    const one = begin('20 10:00');
    one.leaveOpen();
    const red = one.hear({ level: 'red' });
    one.ask();
    one.until(on('20 10:01'));
    one.hear({ level: 'orange', action: 'update', references: [red.id] });
    one.ask();
    const [first, second] = one.notices('candidate-reminder');
    expect([first?.state, first?.stoppedFor]).toEqual(['stopped', 'lowered']);
    expect(second?.notice).toMatchObject({ level: 'orange', audience: { dropTold: [first!.notice.no] } });
  });

  test('A cancel stops open reminders and summaries.', () => {
    const one = begin('20 19:00');
    one.leaveOpen();
    const orange = one.hear({ level: 'orange', issuedAt: on('20 08:00') });
    one.until(on('20 19:31'));
    one.lift(orange);
    one.ask();
    expect(one.notices('candidate-reminder').map(({ stoppedFor }) => stoppedFor)).toEqual(['over']);
  });
});

describe('people added to the roster', () => {
  test('They are told by the next decision, and those told already are left out.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange' });
    one.leaveOpen();
    one.until(on('20 10:20'));
    const next = census(ONE_SITE, '2');
    one.adopt(next, next.cells.slice(0, 1));
    one.ask();
    expect(reminders(one)).toEqual(['20 10:00 orange S1 s1+s3', '20 10:20 orange S1 s1']);
    expect(one.notices('candidate-reminder')[1]?.notice.audience).toMatchObject({
      dropTold: [one.notices('candidate-reminder')[0]!.notice.no],
    });
    expect(one.notices('candidate-reminder')[0]?.state, 'it goes on').toBe('sending');
  });

  test('A version without news tells nobody.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange' });
    one.until(on('20 10:20'));
    one.adopt(census(ONE_SITE, '2'), []);
    one.until(on('20 10:40'));
    expect(reminders(one)).toHaveLength(1);
  });
});

describe('summaries', () => {
  const summaries = (one: Story): string[] => one.told('candidate-summary');

  test('The evening before at 19:30 and the exam morning at 06:00, each to the candidates of that day.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.until(on('22 09:00'));
    expect(summaries(one)).toEqual([
      '20 19:30 yellow S1 s1',
      '21 06:00 yellow S1 s1',
      '21 19:30 yellow S1 s3',
      '22 06:00 yellow S1 s3',
    ]);
  });

  test.each<[string, string, string[]]>([
    ['Told of the same level six hours before, nobody is told again.', '20 13:20', []],
    ['Told a minute earlier, they are.', '20 13:19', ['20 19:30 yellow S1 s1']],
  ])('%s', (_, heard, expected) => {
    const one = begin(heard);
    one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.until(on('20 20:30'));
    expect(summaries(one)).toEqual(expected);
  });

  test('Told of another level lately, they hear what stands now.', () => {
    const one = begin('20 16:00');
    const orange = one.hear({ level: 'orange' });
    one.until(on('20 18:00'));
    one.hear({ level: 'yellow', action: 'update', references: [orange.id], expiresAt: on('23 00:00') });
    one.until(on('20 20:00'));
    expect(summaries(one)).toEqual(['20 19:30 yellow S1 s1']);
  });

  test('Whoever was left out of the last reminder, since told long before, gets the summary.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange', expiresAt: on('23 00:00') });
    one.until(on('20 15:00'));
    const next = census(ONE_SITE, '2');
    one.adopt(next, next.cells);
    one.until(on('20 19:40'));
    expect(reminders(one)).toEqual(['20 10:00 orange S1 s1+s3', '20 15:00 orange S1 s1+s3']);
    expect(summaries(one)).toEqual(['20 19:30 orange S1 s1']);
    const [summary] = one.notices('candidate-summary');
    const reminded = one.notices('candidate-reminder').map(({ notice }) => notice.no);
    expect(summary?.notice.audience).toMatchObject({ dropTold: [reminded[1]] });
  });

  test('A reminder to those added that very minute does not keep the others from theirs.', () => {
    const one = begin('20 13:00');
    one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.until(on('20 19:30') - MINUTE);
    const next = census(ONE_SITE, '2');
    one.adopt(next, next.cells);
    one.until(on('20 19:40'));
    expect(reminders(one)).toEqual(['20 13:10 yellow S1 s1+s3', '20 19:29 yellow S1 s1+s3']);
    expect(summaries(one)).toEqual(['20 19:30 yellow S1 s1']);
  });

  test('One that an officer stops is not made again; the next morning’s is another.', () => {
    const one = begin('20 10:00', { census: oneBatch() });
    one.hear({ level: 'orange', expiresAt: on('22 00:00') });
    one.until(on('20 19:30'));
    one.leaveOpen();
    one.ask();
    const [first] = one.notices('candidate-summary');
    expect(one.act('duty-officer', { does: 'stop', notice: first!.notice.no })).toBeNull();
    one.until(on('21 07:00'));
    expect(one.notices('candidate-summary').map(({ releasedAt }) => clock(releasedAt!))).toEqual([
      '20 19:30',
      '21 06:00',
    ]);
  });

  test('Nothing in force, no summary.', () => {
    const one = begin('20 10:00');
    one.hear({ level: 'orange', expiresAt: on('20 19:30') });
    one.until(on('21 07:00'));
    expect(summaries(one)).toEqual([]);
  });

  test.each<[string, string, number]>([
    ['Late by less than half an hour it still goes.', '20 19:59', 1],
    ['Later it does not: what comes later has its own reminder.', '20 20:00', 0],
  ])('%s', (_, resumed, count) => {
    const one = begin('20 10:00');
    one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.until(on('20 10:20'));
    const later = story(on(resumed), { exam: ONE_SITE });
    Object.assign(later.state, one.state);
    later.hear({
      ...one.inputs().warnings[0]!.said.gjzwfw!.warning,
      issuer: '350500',
      issuedAt: on('20 10:00'),
    });
    later.ask();
    expect(summaries(later)).toHaveLength(count);
  });

  test('Who is reminded at that very minute gets no summary beside it.', () => {
    const one = begin('20 22:30');
    one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.until(on('21 06:30'));
    expect(reminders(one)).toEqual(['21 06:00 yellow S1 s1+s3']);
    expect(summaries(one)).toEqual([]);
  });
});

describe('never too many', () => {
  /** The same blue again and again, each lifted after twenty minutes. */
  function flapping(one: Story, times: string[]): void {
    for (const [index, time] of times.entries()) {
      one.until(on(time));
      const blue = one.hear({ level: 'blue', id: `f${index}` });
      one.until(one.now + 20 * MINUTE);
      one.lift(blue);
    }
  }

  test('One an hour: the next of the same colour waits, an officer may let it go.', () => {
    const one = begin('20 09:59');
    flapping(one, ['20 10:00']);
    one.until(on('20 10:30'));
    one.hear({ level: 'blue' });
    one.until(on('20 10:45'));
    expect(one.notices('candidate-reminder').at(-1)?.hold).toEqual({ for: 'ceiling', until: on('20 11:10') });
    one.until(on('20 11:15'));
    expect(reminders(one)).toEqual(['20 10:10 blue S1 s1+s3', '20 11:10 blue S1 s1+s3']);
  });

  test('A higher colour is never held by it.', () => {
    const one = begin('20 09:59');
    flapping(one, ['20 10:00']);
    one.until(on('20 10:30'));
    one.hear({ level: 'orange' });
    one.ask();
    expect(reminders(one)).toEqual(['20 10:10 blue S1 s1+s3', '20 10:30 orange S1 s1+s3']);
  });

  test('Three a day: the fourth of the same colour waits for an officer, and red passes.', () => {
    const one = begin('20 07:59', { census: oneBatch() });
    flapping(one, ['20 08:00', '20 10:00', '20 12:00']);
    one.until(on('20 14:00'));
    one.hear({ level: 'blue' });
    one.until(on('20 15:00'));
    expect(reminders(one)).toHaveLength(3);
    expect(one.notices('candidate-reminder').at(-1)?.hold?.for).toBe('ceiling');
    one.hear({ level: 'red', hazard: 'rainstorm' });
    one.ask();
    expect(reminders(one).at(-1)).toBe('20 15:00 red S1 s1');
  });
});

test('A week of quiet sends nothing at all.', () => {
  const one = story(on('20 10:00') - 7 * DAY, { exam: ONE_SITE });
  one.until(one.now + DAY);
  expect(one.state.notices.size).toBe(0);
});
