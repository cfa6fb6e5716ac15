/** What falls due with time: reminders at half time, late work that climbs, digests, nights, stand-ins. */
import { describe, expect, test } from 'vitest';
import type { Census } from '../shared/plan/exam.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import type { Level } from '../shared/warning/warning.ts';
import { census, clock, exam, on, SHIPPED_PLAN, type Story, story, T } from './story.ts';

const DAYTIME = on('19 10:00');
const LATER = on('23 00:00');

/** A plan whose only steps are these, so that nothing else is told. */
function only(...steps: string[]) {
  return { ...SHIPPED_PLAN, steps: SHIPPED_PLAN.steps.filter(({ id }) => steps.includes(id)) };
}

function begin(level: Level, steps: string[], at = DAYTIME, people: Census = census(exam())): Story {
  const one = story(at, { plan: only(...steps), census: people });
  one.hear({ level, expiresAt: LATER });
  one.ask();
  return one;
}

/** Everything that pressed somebody, as `dd HH:mm level place posts variant`. */
function pressed(one: Story): string[] {
  return (['task-reminder', 'escalation'] as const)
    .flatMap((kind) => one.notices(kind))
    .sort((a, b) => a.notice.no.localeCompare(b.notice.no))
    .map(({ notice }) => {
      const { audience, template, createdAt } = notice;
      if (audience.who !== 'posts') throw new Error('candidates are not pressed');
      return `${clock(createdAt)} ${audience.sites?.join('+') ?? '-'} ${audience.posts.join('+')} ${template.slice(0, -2)}`;
    });
}

function without(people: Census, ...posts: string[]): Census {
  const left = Object.entries(people.posts).filter(([key]) => !posts.includes(key));
  return { ...people, posts: Object.fromEntries(left) };
}

describe('half time', () => {
  test('Who has not confirmed is reminded once, and who stands in with him.', () => {
    const one = begin('blue', ['linkage']);
    one.until(DAYTIME + 4 * HOUR);
    expect(pressed(one)).toEqual([
      '19 12:00 - liaison task-reminder.half',
      '19 12:00 - office task-reminder.half',
    ]);
    const [notice] = one.notices('task-reminder').map((each) => each.notice);
    expect(notice?.slots).toEqual({ 事项: '部门联动', 截止: '19日14:00', 码: one.tasks('linkage')[0]?.code });
  });

  test('Who has acknowledged is left alone, and climbs all the same when it is not done.', () => {
    const one = begin('blue', ['linkage']);
    one.act('liaison', { does: 'acknowledge', task: 'linkage' });
    one.until(DAYTIME + 5 * HOUR);
    expect(pressed(one)).toEqual(['19 14:01 - duty-officer escalation.overdue']);
  });

  test('Sites with the same work read the same text, each with its own code.', () => {
    const one = begin('blue', ['shelter']);
    one.until(DAYTIME + 3 * HOUR);
    expect(pressed(one)).toEqual(['19 13:00 S1+S2 site-lead task-reminder.half']);
    const [notice] = one.notices('task-reminder').map((each) => each.notice);
    const [first, second] = one.tasks('shelter').map(({ code }) => code);
    expect(notice?.siteSlots).toEqual({ S1: { 码: first }, S2: { 码: second } });
  });

  test('A raise that gives less time begins the count anew.', () => {
    const one = begin('blue', ['shelter']);
    one.until(DAYTIME + HOUR);
    one.hear({ level: 'orange', expiresAt: LATER });
    one.until(DAYTIME + 2 * HOUR);
    expect(pressed(one)).toEqual(['19 12:00 S1+S2 site-lead task-reminder.half']);
  });
});

test('What is handed out due at once has a minute before anybody is told that it is late', () => {
  const one = begin('red', ['site-safety-check'], on('21 07:30'));
  one.jump(on('21 07:30') + 400);
  expect(pressed(one)).toEqual([]);
  one.jump(on('21 07:31'));
  expect(pressed(one)).toHaveLength(1);
});

describe('late work', () => {
  test('Climbs one post at a time, and each hears of it once.', () => {
    const one = begin('orange', ['linkage']);
    one.until(DAYTIME + 12 * HOUR);
    expect(pressed(one).slice(2)).toEqual([
      '19 11:01 - duty-officer escalation.overdue',
      '19 11:16 - office escalation.overdue',
      '19 11:31 - deputy escalation.overdue',
      '19 11:46 - commander escalation.overdue',
    ]);
    const [notice] = one.notices('escalation').map((each) => each.notice);
    expect(notice?.slots).toMatchObject({ 岗位: '联络员', 事项: '部门联动', 截止: '19日11:00' });
    expect(one.tasks('linkage')[0]?.escalated).toEqual(['duty-officer', 'office', 'deputy', 'commander']);
  });

  test.each<[string, Level, number, boolean]>([
    ['The commander hears nothing of yellow before T−24 h.', 'yellow', T - 36 * HOUR, false],
    ['The commander hears of yellow from T−24 h on.', 'yellow', T - 23 * HOUR, true],
    ['The commander hears of red at any time.', 'red', T - 60 * HOUR, true],
  ])('%s', (_, level, at, heard) => {
    const one = begin(level, ['linkage'], at);
    one.until(at + 5 * HOUR);
    expect(pressed(one).some((line) => line.includes('commander'))).toBe(heard);
  });

  test('Climbs from where its owner stands: of the duty officer’s own the office hears first.', () => {
    const one = begin('red', ['duty']);
    one.act('site-lead', { does: 'acknowledge', task: 'duty' }, 'S1');
    one.act('site-lead', { does: 'acknowledge', task: 'duty' }, 'S2');
    one.until(DAYTIME + 20 * MINUTE);
    expect(pressed(one)).toEqual([
      '19 10:05 - duty-officer task-reminder.half',
      '19 10:11 - office escalation.overdue',
    ]);
  });

  test('Passes over a post that nobody holds.', () => {
    const people = without(census(exam()), 'duty-officer@-', 'deputy@-');
    const one = begin('orange', ['linkage'], DAYTIME, people);
    one.until(DAYTIME + 3 * HOUR);
    expect(one.tasks('linkage')[0]?.escalated).toEqual(['office', 'commander']);
  });

  test('Stops as soon as it is done, or no longer needed.', () => {
    const one = begin('orange', ['linkage']);
    one.until(DAYTIME + 61 * MINUTE);
    one.act('liaison', { does: 'done', task: 'linkage' });
    one.until(DAYTIME + 3 * HOUR);
    expect(one.tasks('linkage')[0]?.escalated).toEqual(['duty-officer']);
  });

  test('A confirmation that came late ends it too.', () => {
    const one = begin('red', ['duty']);
    one.until(DAYTIME + 11 * MINUTE);
    for (const [role, site] of [['duty-officer'], ['site-lead', 'S1'], ['site-lead', 'S2']] as const)
      one.act(role, { does: 'acknowledge', task: 'duty' }, site ?? null);
    const before = pressed(one);
    one.until(DAYTIME + 2 * HOUR);
    expect(pressed(one)).toEqual(before);
  });
});

describe('a post that nobody holds', () => {
  test('Its work goes to who stands in within a minute, and is no reminder later.', () => {
    const one = begin('blue', ['linkage'], DAYTIME, without(census(exam()), 'liaison@-'));
    one.until(DAYTIME + 3 * HOUR);
    expect(pressed(one)).toEqual(['19 10:01 - office escalation.vacant']);
    expect(one.notices('escalation')[0]?.notice.slots).toMatchObject({ 岗位: '联络员', 事项: '部门联动' });
  });

  test('Where nobody stands in, the office has it: a site without a lead.', () => {
    const one = begin('blue', ['shelter'], DAYTIME, without(census(exam()), 'site-lead@S2'));
    one.until(DAYTIME + 5 * MINUTE);
    expect(pressed(one)).toEqual(['19 10:01 - office escalation.vacant']);
    expect(one.notices('escalation')[0]?.notice.slots.码).toBe(one.tasks('shelter')[1]?.code);
  });

  test('A post of the site stands in there, with the code of that site.', () => {
    const { escalation } = SHIPPED_PLAN;
    const plan = {
      ...only('shelter'),
      escalation: { ...escalation, standIns: { ...escalation.standIns, 'site-lead': 'inspector' as const } },
    };
    const people = without(census(exam()), 'site-lead@S2');
    const one = story(DAYTIME, {
      plan,
      census: { ...people, posts: { ...people.posts, 'inspector@S1': 1, 'inspector@S2': 1 } },
    });
    one.hear({ level: 'blue', expiresAt: LATER });
    one.until(DAYTIME + 5 * MINUTE);
    expect(pressed(one)).toEqual(['19 10:01 S2 inspector escalation.vacant']);
    const [, second] = one.tasks('shelter');
    expect(one.notices('escalation')[0]?.notice.siteSlots).toEqual({ S2: { 码: second?.code } });
    one.until(DAYTIME + 3 * HOUR);
    expect(pressed(one).slice(1)).toEqual([
      '19 13:00 S1 site-lead task-reminder.half',
      '19 13:00 S1 inspector task-reminder.half',
    ]);
  });

  test('Who stands in may finish it.', () => {
    const one = begin('blue', ['shelter'], DAYTIME, without(census(exam()), 'site-lead@S2'));
    one.until(DAYTIME + 5 * MINUTE);
    expect(one.act('office', { does: 'done', task: one.tasks('shelter')[1]!.code })).toBeNull();
  });
});

describe('together and seldom', () => {
  test('What one post is to hear comes as one SMS, at most every 15 minutes.', () => {
    const one = begin('orange', ['linkage', 'assessment', 'shelter', 'site-safety-check']);
    one.until(DAYTIME + 4 * HOUR);
    const office = one
      .notices('escalation')
      .filter(({ notice }) => notice.audience.who === 'posts' && notice.audience.posts[0] === 'office')
      .map(({ notice }) => notice);
    expect(office.length).toBeGreaterThan(1);
    for (const [index, notice] of office.entries()) {
      const before = office[index - 1];
      if (before) expect(notice.createdAt - before.createdAt).toBeGreaterThanOrEqual(15 * MINUTE);
    }
    expect(one.notices('escalation')[0]?.notice).toMatchObject({
      template: 'escalation.digest@1',
      slots: { 数: '2', 事项: '部门联动', 截止: '19日11:00' },
    });
  });

  test('Eight SMS a day to one post; then its people are called, and the office finds it in the record once.', () => {
    const one = begin('blue', ['command-brief', 'duty', 'assessment']);
    for (let hour = 0; hour < 10; hour += 1) {
      one.hear({ level: 'orange', issuer: '350502', expiresAt: one.now + 20 * MINUTE });
      one.until(one.now + HOUR);
    }
    const toAssessment = [...one.state.notices.values()].filter(
      ({ notice: { audience, createdAt } }) =>
        audience.who === 'posts' && audience.posts.includes('assessment') && createdAt < on('20 00:00'),
    );
    expect(toAssessment).toHaveLength(8);
    const called = one.state.findings
      .filter(({ code }) => code === 'call-instead')
      .map(({ params }) => params);
    expect(called).toContainEqual({ kind: 'assessment', posts: 'assessment', sites: '', day: '2024-09-19' });
    expect(new Set(called.map((each) => JSON.stringify(each))).size).toBe(called.length);
  });
});

describe('the night', () => {
  test('Blue and yellow press nobody but the duty officer before the morning, while T is far.', () => {
    const one = begin('blue', ['linkage', 'duty'], on('18 21:00'));
    one.until(on('19 07:29'));
    expect(pressed(one).slice(0, 4)).toEqual([
      '18 21:30 - duty-officer task-reminder.half',
      '18 21:30 S1+S2 site-lead task-reminder.half',
      '18 22:01 - duty-officer escalation.digest',
      '19 01:01 - duty-officer escalation.overdue',
    ]);
    expect(pressed(one)).toHaveLength(4);
    one.until(on('19 07:30'));
    expect(pressed(one).slice(4)).toEqual(['19 07:30 - office escalation.digest']);
  });

  test('Orange and red wake whom they need.', () => {
    const one = begin('orange', ['linkage'], on('18 23:00'));
    one.until(on('19 01:00'));
    expect(pressed(one).map((line) => line.split(' ')[3])).toEqual([
      'liaison',
      'office',
      'duty-officer',
      'office',
      'deputy',
      'commander',
    ]);
  });

  test('What was handed out for the morning has its half time in the morning.', () => {
    const one = begin('blue', ['duty'], on('18 23:00'));
    one.act('duty-officer', { does: 'acknowledge', task: 'duty' });
    one.until(on('19 08:05'));
    expect(pressed(one)).toEqual(['19 08:00 S1+S2 site-lead task-reminder.half']);
  });
});
