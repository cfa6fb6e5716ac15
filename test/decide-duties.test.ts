/** The plan's steps as tasks and orders: owners, due times, raises, the night. */
import { describe, expect, test } from 'vitest';
import type { Task } from '../shared/activation/state.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import type { Colour } from '../shared/warning/warning.ts';
import {
  COAST,
  census,
  clock,
  exam,
  feed,
  INLAND,
  on,
  SHIPPED_PLAN,
  type Story,
  session,
  story,
  T,
} from './story.ts';

/** The span of a task in minutes, as `post place span`. */
function spans(tasks: Task[]): string[] {
  return tasks.map(
    ({ post, siteId, dueAt, openedAt }) => `${post} ${siteId ?? '-'} ${(dueAt - openedAt) / MINUTE}`,
  );
}

function due(tasks: Task[]): string[] {
  return tasks.map(({ post, siteId, dueAt }) => `${post} ${siteId ?? '-'} ${clock(dueAt)}`);
}

const DAYTIME = on('19 10:00');

describe('owners and due times', () => {
  test.each<[string, Record<Colour, number>, string[]]>([
    ['command-brief', { blue: 60, yellow: 30, orange: 15, red: 10 }, ['commander -']],
    [
      'duty',
      { blue: 60, yellow: 30, orange: 15, red: 10 },
      ['duty-officer -', 'site-lead S1', 'site-lead S2'],
    ],
    ['linkage', { blue: 240, yellow: 120, orange: 60, red: 30 }, ['liaison -']],
    ['assessment', { blue: 240, yellow: 120, orange: 60, red: 30 }, ['assessment -']],
    ['site-safety-check', { blue: 720, yellow: 360, orange: 180, red: 60 }, ['site-lead S1', 'site-lead S2']],
    ['shelter', { blue: 360, yellow: 240, orange: 120, red: 60 }, ['site-lead S1', 'site-lead S2']],
  ])('%s', (step, minutes, owners) => {
    for (const [level, span] of Object.entries(minutes) as [Colour, number][]) {
      const one = story(DAYTIME);
      one.hear({ level });
      one.ask();
      expect(spans(one.tasks(step))).toEqual(owners.map((owner) => `${owner} ${span}`));
    }
  });

  test('An unknown colour is due as yellow.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'unknown' });
    one.ask();
    expect(spans(one.tasks('duty'))[0]).toBe('duty-officer - 30');
  });

  test('The site check is never due later than 90 minutes before the site’s own next admission.', () => {
    const early = session('s0', '20 09:00', '20 12:00', '20 08:15', 'b0');
    const whole = exam({ sessions: [early, ...exam().sessions] });
    const people = census(whole);
    // Nobody at S2 sits the first batch.
    const cells = people.cells.filter(
      ({ siteId, sessionIds }) => siteId === 'S1' || !sessionIds.includes('s0'),
    );
    const one = story(on('20 00:00'), { exam: whole, census: { ...people, cells } });
    one.hear({ level: 'blue' });
    one.ask();
    expect(due(one.tasks('site-safety-check'))).toEqual(['site-lead S1 20 06:45', 'site-lead S2 20 12:00']);
  });

  test('With that instant past it is due at once, and overdue only from the next minute.', () => {
    const one = story(on('21 07:00'));
    one.hear({ level: 'blue' });
    one.ask();
    expect(due(one.tasks('site-safety-check'))).toEqual(['site-lead S1 21 07:00', 'site-lead S2 21 07:00']);
    one.until(on('21 07:01'));
    expect(one.tasks('site-safety-check').map(({ overdueAt }) => overdueAt && clock(overdueAt))).toEqual([
      '21 07:01',
      '21 07:01',
    ]);
  });

  test('Sites follow their own level, the district the highest.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'blue' });
    one.hear({ issuer: '350581', level: 'red' });
    one.ask();
    expect(one.tasks('duty').map(({ siteId, level }) => [siteId, level])).toEqual([
      [null, 'red'],
      ['S1', 'blue'],
      ['S2', 'red'],
    ]);
  });

  test('A site that nothing covers has no task.', () => {
    const one = story(DAYTIME);
    one.hear({ issuer: '350581' });
    one.ask();
    expect(one.tasks('shelter').map(({ siteId }) => siteId)).toEqual(['S2']);
  });

  test('A site needs nothing after its own last session; the district’s tasks go on.', () => {
    const people = census(exam());
    const cells = people.cells.filter(
      ({ siteId, sessionIds }) => siteId === 'S2' || sessionIds.includes('s1'),
    );
    const one = story(on('21 17:29'), { census: { ...people, cells } });
    one.hear({ level: 'red', expiresAt: on('23 00:00') });
    one.ask();
    expect(one.tasks('shelter').map(({ siteId }) => siteId)).toEqual(['S1', 'S2']);
    one.until(on('21 17:30'));
    expect(one.tasks('shelter').map(({ siteId, withdrawnAt }) => [siteId, withdrawnAt !== null])).toEqual([
      ['S1', true],
      ['S2', false],
    ]);
    expect(one.tasks('linkage')[0]?.withdrawnAt).toBeNull();
  });

  test('What is not done at its due time is overdue a minute later; what is done in time never is.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'red', expiresAt: on('23 00:00') });
    one.ask();
    const [linkage] = one.tasks('linkage');
    one.until(linkage!.dueAt);
    expect(one.act('liaison', { does: 'done', task: 'linkage' })).toBeNull();
    one.until(linkage!.dueAt + MINUTE);
    expect(one.tasks('linkage')[0]?.overdueAt).toBeNull();
    expect(one.tasks('assessment')[0]?.overdueAt).toBe(linkage!.dueAt + MINUTE);
  });

  test('An acknowledgement is all that a confirmation asks for; other work is overdue until it is done.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'red', expiresAt: on('23 00:00') });
    one.ask();
    one.act('duty-officer', { does: 'acknowledge', task: 'duty' });
    one.act('assessment', { does: 'acknowledge', task: 'assessment' });
    one.until(DAYTIME + HOUR);
    expect([one.tasks('duty')[0]?.overdueAt, one.tasks('assessment')[0]?.overdueAt]).toEqual([
      null,
      DAYTIME + 31 * MINUTE,
    ]);
  });
});

describe('orders to staff', () => {
  test('Each step tells those whom the plan names, the office in its lane, sites in theirs.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'orange' });
    one.ask();
    const told = (kind: Parameters<Story['told']>[0]) => one.told(kind).map((line) => line.slice(9));
    expect(told('command-brief')).toEqual(['orange - commander+deputy+member+office']);
    expect(told('duty')).toEqual(['orange - duty-officer', 'orange S1+S2 site-lead']);
    expect(told('linkage')).toEqual(['orange - liaison+partner']);
    expect(told('assessment')).toEqual(['orange - assessment']);
    expect(told('site-safety-check')).toEqual(['orange S1+S2 site-lead']);
    expect(told('shelter')).toEqual(['orange S1+S2 site-lead']);
    expect(new Set(one.notices('duty').map(({ notice }) => notice.lane))).toEqual(
      new Set(['office', 'staff']),
    );
  });

  test.each<[Colour, string]>([
    ['blue', 'site-safety-check.outdoor@1'],
    ['yellow', 'site-safety-check.outdoor@1'],
    ['orange', 'site-safety-check.indoor@1'],
    ['red', 'site-safety-check.indoor@1'],
  ])('Outdoor work is asked for under blue and yellow only: %s.', (level, template) => {
    const one = story(DAYTIME);
    one.hear({ level });
    one.ask();
    expect(one.notices('site-safety-check').map(({ notice }) => notice.template)).toEqual([template]);
  });

  test('A post that nobody holds makes a finding and no notice.', () => {
    const people = census(exam());
    const { 'liaison@-': _, 'partner@-': __, ...posts } = people.posts;
    const one = story(DAYTIME, { census: { ...people, posts } });
    one.hear();
    one.ask();
    expect(one.told('linkage')).toEqual([]);
    expect(one.state.findings).toContainEqual({
      at: DAYTIME,
      code: 'post-vacant',
      params: { step: 'linkage', posts: 'liaison partner' },
    });
  });

  test('Every task has a code of its own, and keeps it when it is opened again.', () => {
    const one = story(DAYTIME);
    const blue = one.hear();
    one.ask();
    const codes = () => one.tasks('duty').map(({ code }) => code);
    const before = codes();
    expect(new Set(before).size).toBe(3);
    one.until(DAYTIME + HOUR);
    one.hear({ level: 'red', action: 'update', references: [blue.id] });
    one.ask();
    expect(codes()).toEqual(before);
  });
});

describe('on a raise', () => {
  function raised(): Story {
    const one = story(DAYTIME);
    const blue = one.hear({ level: 'blue', expiresAt: on('23 00:00') });
    one.until(DAYTIME + 30 * MINUTE);
    one.act('liaison', { does: 'done', task: 'linkage' });
    one.act('site-lead', { does: 'done', task: 'shelter' }, 'S1');
    one.hear({ level: 'orange', action: 'update', references: [blue.id], expiresAt: on('23 00:00') });
    one.ask();
    return one;
  }

  test('Duty, linkage and assessment open anew, done or not.', () => {
    const one = raised();
    for (const [step, span] of [
      ['duty', 15],
      ['linkage', 60],
      ['assessment', 60],
    ] as const) {
      const [task] = one.tasks(step);
      expect([task?.openedAt, task?.doneAt, (task!.dueAt - task!.openedAt) / MINUTE]).toEqual([
        DAYTIME + 30 * MINUTE,
        null,
        span,
      ]);
    }
  });

  test('The other open tasks are due at the earlier of the old time and now plus the new span; what is done stays done.', () => {
    const one = raised();
    expect(due(one.tasks('site-safety-check'))).toEqual(['site-lead S1 19 13:30', 'site-lead S2 19 13:30']);
    expect(one.tasks('shelter').map(({ doneAt, dueAt }) => [doneAt !== null, clock(dueAt)])).toEqual([
      [true, '19 16:00'],
      [false, '19 12:30'],
    ]);
  });

  test('An earlier due time stays: a raise never gives more time.', () => {
    const one = story(DAYTIME);
    const blue = one.hear({ level: 'yellow', expiresAt: on('23 00:00') });
    one.until(DAYTIME + 5 * HOUR);
    one.hear({ level: 'orange', action: 'update', references: [blue.id], expiresAt: on('23 00:00') });
    one.ask();
    expect(due(one.tasks('site-safety-check'))).toEqual(['site-lead S1 19 16:00', 'site-lead S2 19 16:00']);
  });

  test('Those who may be working outdoors are told to stop, with the new due time.', () => {
    const one = raised();
    const told = one.notices('site-safety-check').map(({ notice }) => `${notice.level} ${notice.template}`);
    expect(told).toEqual(['blue site-safety-check.outdoor@1', 'orange site-safety-check.indoor@1']);
  });

  test('The commander reads that it was raised.', () => {
    expect(
      raised()
        .notices('command-brief')
        .map(({ notice }) => notice.template),
    ).toEqual(['command-brief.start@1', 'command-brief.raise@1']);
  });

  test('An order that is still being sent is stopped for the newer one, but not where a site in it keeps its level.', () => {
    const one = story(DAYTIME);
    one.leaveOpen();
    one.hear({ level: 'blue' });
    one.ask();
    one.hear({ issuer: '350581', level: 'red' });
    one.ask();
    expect(one.notices('command-brief').map(({ state }) => state)).toEqual(['stopped', 'sending']);
    expect(one.notices('shelter').map(({ state }) => state)).toEqual(['sending', 'sending']);
  });

  test('Falling and rising again is a raise too.', () => {
    const one = raised();
    for (const [minutes, level] of [
      [60, 'blue'],
      [90, 'orange'],
    ] as const) {
      one.until(DAYTIME + minutes * MINUTE);
      one.hear({ level, action: 'update', expiresAt: on('23 00:00') });
      one.ask();
    }
    expect(one.tasks('duty').map(({ openedAt }) => openedAt)).toEqual(Array(3).fill(DAYTIME + 90 * MINUTE));
  });

  test('A second hazard at an equal or lower level opens nothing.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'orange' });
    one.until(DAYTIME + 20 * MINUTE);
    one.hear({ level: 'orange', hazard: 'rainstorm' });
    const effects = one.ask();
    expect(effects.map(({ kind }) => kind)).toEqual(['reason']);
  });
});

describe('when nothing is in force any more', () => {
  test('Open tasks are withdrawn, done ones stay.', () => {
    const one = story(DAYTIME);
    const blue = one.hear();
    one.ask();
    one.act('liaison', { does: 'done', task: 'linkage' });
    one.lift(blue);
    one.ask();
    expect(one.tasks('linkage').map(({ doneAt, withdrawnAt }) => [doneAt, withdrawnAt])).toEqual([
      [DAYTIME, null],
    ]);
    expect(one.tasks('duty').every(({ withdrawnAt }) => withdrawnAt === DAYTIME)).toBe(true);
  });

  test('With the next signal all of them begin again, also those that were done.', () => {
    const one = story(DAYTIME);
    const blue = one.hear();
    one.ask();
    one.act('liaison', { does: 'done', task: 'linkage' });
    one.lift(blue);
    one.until(DAYTIME + HOUR);
    one.hear({ level: 'yellow' });
    one.ask();
    for (const step of ['linkage', 'duty', 'shelter', 'command-brief']) {
      expect(
        one.tasks(step).every(({ openedAt, doneAt }) => openedAt === DAYTIME + HOUR && doneAt === null),
      ).toBe(true);
    }
    expect(one.notices('command-brief').map(({ notice }) => notice.template)).toEqual(
      Array(2).fill('command-brief.start@1'),
    );
  });
});

describe('the night', () => {
  test.each<[string, string, Colour, string, string[]]>([
    [
      'Blue at 22:00: the duty officer at once, the rest at 07:30.',
      '19 22:00',
      'blue',
      '20 08:00',
      ['19 22:00 blue - duty-officer', '20 07:30 blue - commander+deputy+member+office'],
    ],
    [
      'Yellow at 07:29 waits a minute.',
      '20 07:29',
      'yellow',
      '20 08:00',
      ['20 07:29 yellow - duty-officer', '20 07:30 yellow - commander+deputy+member+office'],
    ],
    [
      'At 07:30 and at 21:59 it is day.',
      '19 21:59',
      'blue',
      '19 23:00',
      ['19 21:59 blue - commander+deputy+member+office'],
    ],
    [
      'Orange knows no night.',
      '19 23:30',
      'orange',
      '20 01:00',
      ['19 23:30 orange - commander+deputy+member+office'],
    ],
    [
      'Within the last 24 h before T there is no night.',
      '20 22:30',
      'blue',
      '21 01:00',
      ['20 22:30 blue - commander+deputy+member+office'],
    ],
  ])('%s', (_, start, level, until, expected) => {
    const one = story(on(start));
    one.hear({ level, expiresAt: on('23 00:00') });
    one.until(on(until));
    expect(one.told('command-brief')).toEqual(expected);
  });

  test('Due times of those who sleep are counted from 07:30, the duty officer’s from now.', () => {
    const one = story(on('19 23:00'));
    one.hear();
    one.ask();
    expect(due([...one.tasks('command-brief'), ...one.tasks('duty')])).toEqual([
      'commander - 20 08:30',
      'duty-officer - 20 00:00',
      'site-lead S1 20 08:30',
      'site-lead S2 20 08:30',
    ]);
    expect(one.told('duty')).toEqual(['19 23:00 blue - duty-officer']);
    expect(
      one
        .notices('duty')
        .filter(({ state }) => state === 'held')
        .map(({ hold }) => hold),
    ).toEqual([{ for: 'quiet-hours', until: on('20 07:30') }]);
  });

  test('Who has had the day’s SMS by the morning is not sent what waited for it: that is called.', () => {
    const plan = {
      ...SHIPPED_PLAN,
      escalation: { ...SHIPPED_PLAN.escalation, smsPerDay: 1, keptForOrders: 0 },
    };
    const one = story(on('19 23:00'), { plan });
    one.hear({ level: 'blue', expiresAt: on('20 23:00') });
    one.until(on('20 12:00'));
    const toOffice = [...one.state.notices.values()].filter(
      ({ notice: { audience }, releasedAt }) =>
        audience.who === 'posts' &&
        audience.sites === null &&
        audience.posts.includes('office') &&
        (releasedAt ?? 0) >= on('20 00:00'),
    );
    expect(toOffice).toHaveLength(1);
    expect(one.state.findings.some(({ code }) => code === 'call-instead')).toBe(true);
  });

  test('A raise to orange in the night wakes them, and nothing is told twice in the morning.', () => {
    const one = story(on('19 23:00'));
    const blue = one.hear();
    one.until(on('20 02:00'));
    one.hear({ level: 'orange', action: 'update', references: [blue.id], expiresAt: on('21 00:00') });
    one.until(on('20 08:00'));
    expect(one.told('command-brief')).toEqual([
      '19 23:00 blue - duty-officer',
      '20 02:00 orange - commander+deputy+member+office',
    ]);
    expect(one.told('duty')).toEqual([
      '19 23:00 blue - duty-officer',
      '20 02:00 orange - duty-officer',
      '20 02:00 orange S1+S2 site-lead',
    ]);
  });

  test('Lifted in the night, they sleep on.', () => {
    const one = story(on('19 23:00'));
    const blue = one.hear();
    one.until(on('20 02:00'));
    one.lift(blue);
    one.until(on('20 08:00'));
    expect(one.told('command-brief')).toEqual(['19 23:00 blue - duty-officer']);
    expect(one.notices('command-brief').map(({ stoppedFor }) => stoppedFor)).toEqual([
      'nothing in force',
      null,
    ]);
  });

  test('In the morning it is decided again: those whose site is still concerned are told, at the level of the morning.', () => {
    const one = story(on('19 23:00'));
    const yellow = one.hear({ level: 'yellow', issuer: '350581' });
    const other = one.hear({ level: 'yellow', issuer: '350502', hazard: 'rainstorm' });
    one.until(on('20 02:00'));
    one.lift(other);
    one.hear({
      level: 'blue',
      issuer: '350581',
      action: 'update',
      references: [yellow.id],
      expiresAt: on('21 00:00'),
    });
    one.until(on('20 08:00'));
    expect(one.told('duty')).toEqual(['19 23:00 yellow - duty-officer', '20 07:30 blue S2 site-lead']);
  });
});

describe('staff reminders', () => {
  test.each<[string, string, Colour | 'unknown', string, string[]]>([
    [
      'As the candidates: orange at once.',
      '19 10:00',
      'orange',
      '19 11:00',
      ['19 10:00 orange S1+S2 site-staff'],
    ],
    [
      'Yellow after ten minutes, within 72 h.',
      '19 10:00',
      'yellow',
      '19 11:00',
      ['19 10:10 yellow S1+S2 site-staff'],
    ],
    [
      'Blue within 48 h of the site’s next paper.',
      '19 08:00',
      'blue',
      '19 11:00',
      ['19 09:00 blue S1+S2 site-staff'],
    ],
    [
      'An unknown colour as yellow.',
      '19 10:00',
      'unknown',
      '19 11:00',
      ['19 10:10 unknown S1+S2 site-staff'],
    ],
    ['In quiet hours it waits.', '19 22:30', 'yellow', '20 08:00', ['20 07:30 yellow S1+S2 site-staff']],
  ])('%s', (_, start, level, until, expected) => {
    const one = story(on(start));
    one.hear({ level, expiresAt: on('23 00:00') });
    expect(one.until(on(until)).told('staff-reminder')).toEqual(expected);
  });

  test('Once for a level, again for a higher one, and again after a calm.', () => {
    const one = story(DAYTIME);
    const orange = one.hear({ level: 'orange' });
    one.until(DAYTIME + HOUR);
    one.hear({ level: 'orange', hazard: 'rainstorm', expiresAt: DAYTIME + 3 * HOUR });
    one.until(DAYTIME + 2 * HOUR);
    const red = one.hear({ level: 'red', action: 'update', references: [orange.id] });
    one.until(DAYTIME + 4 * HOUR);
    one.lift(red);
    one.until(DAYTIME + 5 * HOUR);
    one.hear({ level: 'orange' });
    one.ask();
    expect(one.told('staff-reminder')).toEqual([
      '19 10:00 orange S1+S2 site-staff',
      '19 12:00 red S1+S2 site-staff',
      '19 15:00 orange S1+S2 site-staff',
    ]);
  });

  test('A level without a colour reminds staff, not candidates.', () => {
    const one = story(DAYTIME);
    one.hear({ product: 'level', level: 'orange' });
    one.until(DAYTIME + HOUR);
    expect([one.told('staff-reminder').length, one.told('candidate-reminder').length]).toEqual([1, 0]);
  });

  test('One that an officer stops while it waits is not made again.', () => {
    const one = story(DAYTIME);
    one.hear({ level: 'blue' });
    one.ask();
    const [held] = one.notices('staff-reminder');
    expect(held?.state).toBe('held');
    one.act('duty-officer', { does: 'stop', notice: held!.notice.no });
    one.until(DAYTIME + HOUR);
    expect(one.notices('staff-reminder').map(({ state }) => state)).toEqual(['stopped']);
  });

  test('A cancel stops one that is still being sent.', () => {
    const one = story(DAYTIME);
    one.leaveOpen();
    const orange = one.hear({ level: 'orange' });
    one.ask();
    one.lift(orange);
    one.ask();
    expect(one.notices('staff-reminder').map(({ stoppedFor }) => stoppedFor)).toEqual(['over']);
  });
});

describe('without approval', () => {
  test('An order whose template nobody has approved waits, and means nothing after its deadline.', () => {
    const one = story(DAYTIME, { plan: { ...SHIPPED_PLAN, approvals: [] } });
    one.hear({ level: 'red', expiresAt: on('23 00:00') });
    one.until(DAYTIME + 29 * MINUTE);
    const brief = () =>
      one.notices('command-brief').map(({ state, hold, stoppedFor }) => [state, hold?.for, stoppedFor]);
    expect(brief()).toEqual([['held', 'approval', null]]);
    one.until(DAYTIME + 30 * MINUTE);
    expect(brief()).toEqual([['stopped', 'approval', 'not approved']]);
  });
});

describe('acts of people', () => {
  function alarmed(): Story {
    const one = story(DAYTIME, { feeds: [feed('gjzwfw', DAYTIME)], exam: exam({ sites: [INLAND, COAST] }) });
    one.hear({ level: 'red', expiresAt: T });
    one.ask();
    return one;
  }

  test.each<[string, Parameters<Story['act']>, string | null]>([
    [
      'The owner acknowledges by the step’s name.',
      ['commander', { does: 'acknowledge', task: 'command-brief' }],
      null,
    ],
    [
      'A site lead acknowledges the task of the own site.',
      ['site-lead', { does: 'acknowledge', task: 'duty' }, 'S2'],
      null,
    ],
    [
      'A deputy may acknowledge for the commander.',
      ['deputy', { does: 'acknowledge', task: 'command-brief' }],
      null,
    ],
    ['A partner may not.', ['partner', { does: 'acknowledge', task: 'command-brief' }], 'not your task'],
    [
      'A candidate of the site may not.',
      ['candidate', { does: 'done', task: 'shelter' }, 'S1'],
      'not for candidate',
    ],
    ['There must be such a task.', ['commander', { does: 'done', task: '9999' }], 'no such task'],
    [
      'A site lead stops no notice.',
      ['site-lead', { does: 'stop', notice: '0001' }, 'S1'],
      'not for site-lead',
    ],
    [
      'An end is refused while anything is in force.',
      ['duty-officer', { does: 'end' }],
      'a warning is in force',
    ],
    ['An end is not for the office.', ['office', { does: 'end' }], 'not for office'],
    ['There must be such a notice.', ['office', { does: 'pause', notice: '9999' }], 'no such notice'],
    [
      'Only what waits for a person can be approved.',
      ['office', { does: 'approve', notice: '0001' }],
      'the notice is sending',
    ],
    ['What is not known is refused.', ['office', { does: 'dance' }], 'no such act: dance'],
  ])('%s', (_, [role, act, siteId], expected) => {
    expect(alarmed().act(role, act, siteId)).toBe(expected);
  });

  test('An acknowledgement counts once.', () => {
    const one = alarmed();
    one.act('commander', { does: 'acknowledge', task: 'command-brief' });
    one.until(DAYTIME + 5 * MINUTE);
    one.act('commander', { does: 'acknowledge', task: 'command-brief' });
    expect(one.tasks('command-brief')[0]?.acknowledgedAt).toBe(DAYTIME);
  });

  test('Pause and resume are remembered.', () => {
    const one = alarmed();
    const state = () => one.state.notices.get('0001')?.state;
    one.act('office', { does: 'pause', notice: '0001' });
    expect(state()).toBe('paused');
    one.act('office', { does: 'resume', notice: '0001' });
    expect(state()).toBe('sending');
  });
});
