/** Steps that follow a clock or come after the storm: assessments, reports, the decision clock, the recheck. */
import { describe, expect, test } from 'vitest';
import { lastStrike } from '../shared/activation/owed.ts';
import { taskState } from '../shared/activation/state.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { clock, exam, feed, on, SHIPPED_PLAN, type Story, story, T } from './story.ts';

const LATER = on('23 00:00');

function only(...steps: string[]) {
  return { ...SHIPPED_PLAN, steps: SHIPPED_PLAN.steps.filter(({ id }) => steps.includes(id)) };
}

/** Lives until `end`, every task done at once; when each opening of the step was, and when it was due. */
function rounds(step: string, from: number, end: number, level: 'blue' | 'red' = 'blue'): string[] {
  const one = story(from, { plan: only(step) });
  one.hear({ level, expiresAt: LATER });
  const seen: string[] = [];
  for (one.ask(); ; one.jump(one.now + 5 * MINUTE)) {
    for (const task of one.tasks(step)) {
      if (task.doneAt !== null || task.withdrawnAt !== null) continue;
      seen.push(`${clock(task.openedAt)} ${clock(task.dueAt)}`);
      one.act(task.post, { does: 'done', task: task.id });
    }
    if (one.now >= end) return seen;
  }
}

describe('the clock of a step', () => {
  const { sessions, timeZone } = exam();
  const last = (strike: (typeof SHIPPED_PLAN.steps)[number]['clock'], until: string) => {
    const at = lastStrike(strike!.strikes, { sessions, timeZone }, on(until));
    return at === null ? null : clock(at);
  };
  const of = (id: string) => SHIPPED_PLAN.steps.find((step) => step.id === id)!.clock;

  test.each<[string, string, string]>([
    ['assessment', '19 09:59', '18 20:00'],
    ['assessment', '19 10:00', '19 10:00'],
    ['assessment', '20 05:00', '19 20:00'],
    ['assessment', '21 05:00', '21 05:00'],
    ['assessment', '22 11:30', '22 11:30'],
    ['daily-report', '19 07:00', '18 16:00'],
    ['decision-clock', '18 09:00', '18 09:00'],
    ['decision-clock', '20 15:59', '20 09:00'],
    ['decision-clock', '20 20:00', '20 20:00'],
    ['decision-clock', '21 05:00', '21 05:00'],
    ['decision-clock', '21 16:00', '21 16:00'],
    ['decision-clock', '22 16:00', '22 05:00'],
  ])('%s at %s: last struck at %s', (step, until, expected) => {
    expect(last(of(step), until)).toBe(expected);
  });

  test('Before its first strike there is none.', () => {
    const only72 = { strikes: [{ hoursBeforeFirst: 72 }], leadMinutes: 0, graceMinutes: 0 };
    expect(last(only72, '18 08:59')).toBeNull();
  });
});

describe('what follows the clock', () => {
  test('The assessment is due after its span, then at the hours of the plan, earlier ones on exam days.', () => {
    expect(rounds('assessment', on('20 08:00'), on('21 12:00'))).toEqual([
      '20 08:00 20 12:00',
      '20 15:30 20 16:00',
      '20 19:30 20 20:00',
      '21 04:30 21 05:00',
      '21 09:30 21 10:00',
      '21 11:00 21 11:30',
    ]);
  });

  test('Each round stays on record with its own time; what was not done stays late.', () => {
    const one = story(on('20 08:00'), { plan: only('assessment') });
    one.hear({ expiresAt: LATER });
    one.until(on('20 12:30'));
    one.act('assessment', { does: 'done', task: 'assessment' });
    one.until(on('20 19:30'));
    const [activation] = one.state.activations;
    const rounds = [...activation!.rounds, ...activation!.tasks.values()];
    expect(rounds.map((task) => [clock(task.dueAt), taskState(task)])).toEqual([
      ['20 12:00', 'done'],
      ['20 16:00', 'overdue'],
      ['20 20:00', 'open'],
    ]);
    expect(new Set(rounds.map(({ id }) => id)).size).toBe(3);
  });

  test('A task still in time is not overtaken by the clock.', () => {
    const one = story(on('20 09:00'), { plan: only('assessment') });
    one.hear({ level: 'red', expiresAt: LATER });
    one.until(on('20 09:30'));
    expect(one.tasks('assessment').map(({ dueAt }) => clock(dueAt))).toEqual(['20 09:30']);
    one.until(on('20 09:31'));
    expect(one.tasks('assessment').map(({ dueAt }) => clock(dueAt))).toEqual(['20 10:00']);
  });

  test('The start report is due in two hours whatever the colour, once.', () => {
    expect(rounds('start-report', on('19 09:20'), on('20 09:00'), 'red')).toEqual(['19 09:20 19 11:20']);
  });

  test('The daily report is due twice a day while something is in force.', () => {
    expect(rounds('daily-report', on('19 09:20'), on('20 17:00'))).toEqual([
      '19 15:30 19 16:00',
      '20 07:30 20 08:00',
      '20 15:30 20 16:00',
    ]);
  });

  test('The Command is asked at T−72, −48 and −24 h, on the eve, and on the morning of the exam.', () => {
    expect(rounds('decision-clock', on('18 08:00'), on('22 18:00'))).toEqual([
      '18 09:00 18 10:00',
      '19 09:00 19 10:00',
      '20 09:00 20 10:00',
      '20 16:00 20 17:00',
      '20 20:00 20 21:00',
      '21 05:00 21 06:00',
      '21 16:00 21 17:00',
      '21 20:00 21 21:00',
      '22 05:00 22 06:00',
    ]);
  });

  test('With the facts: what is in force, how many sites, which paper is next, until when to answer.', () => {
    const one = story(on('19 08:00'), { plan: only('decision-clock') });
    one.hear({ level: 'orange', issuer: '350581', expiresAt: LATER });
    one.until(on('19 09:00'));
    const [notice] = one.notices('decision-clock').map((each) => each.notice);
    expect(notice?.slots).toMatchObject({
      预警: '台风橙色',
      数: '1',
      场次: '9月21日上午',
      截止: '19日10:00',
    });
    expect(notice?.audience).toEqual({
      who: 'posts',
      posts: ['commander', 'deputy', 'member', 'office'],
      sites: null,
    });
  });

  test('A report names itself and to whom it goes.', () => {
    const one = story(on('19 08:00'), { plan: only('start-report', 'daily-report') });
    one.hear({ expiresAt: LATER });
    one.until(on('19 15:30'));
    expect(one.notices('report-due').map(({ notice }) => [notice.slots.报告, notice.slots.对象])).toEqual([
      ['启动情况报告', '省厅指挥部'],
      ['防御情况报告', '省厅指挥部'],
    ]);
  });

  test('A strike while nothing was in force is not made up for.', () => {
    expect(rounds('decision-clock', on('19 09:01'), on('19 23:00'))).toEqual([]);
  });

  test('Nothing strikes in calm, and what was open is withdrawn.', () => {
    const one = story(on('19 15:00'), { plan: only('daily-report') });
    const blue = one.hear({ expiresAt: LATER });
    one.until(on('19 15:40'));
    one.lift(blue);
    one.until(on('20 09:00'));
    expect(
      one.tasks('daily-report').map(({ openedAt, withdrawnAt }) => [clock(openedAt), clock(withdrawnAt!)]),
    ).toEqual([['19 15:30', '19 15:40']]);
  });

  test('A strike missed by an outage is asked as soon as somebody asks.', () => {
    const one = story(on('19 08:00'), { plan: only('decision-clock') });
    one.hear({ expiresAt: LATER });
    one.ask();
    one.jump(on('19 13:00'));
    expect(one.tasks('decision-clock').map(({ openedAt }) => clock(openedAt))).toEqual(['19 13:00']);
  });
});

describe('the recheck', () => {
  function passed(how: 'lift' | 'expire', at = on('19 10:00')): Story {
    const one = story(at, { plan: only('recheck') });
    const red = one.hear({ level: 'red', issuer: '350581', expiresAt: at + 2 * HOUR });
    one.until(at + HOUR);
    if (how === 'lift') one.lift(red);
    one.until(at + 3 * HOUR);
    return one;
  }

  test('After a 解除 the leads of the sites it was over look again before the next admission.', () => {
    const one = passed('lift');
    expect(
      one.tasks('recheck').map(({ siteId, openedAt, dueAt }) => [siteId, clock(openedAt), clock(dueAt)]),
    ).toEqual([['S2', '19 11:00', '21 08:15']]);
    const [notice] = one.notices('recheck').map((each) => each.notice);
    expect(notice).toMatchObject({
      template: 'recheck.after@1',
      slots: { 预警: '台风红色', 截止: '21日08:15' },
    });
  });

  test('What ended without a 解除 is not called lifted.', () => {
    const one = passed('expire');
    expect(one.notices('recheck').map(({ notice }) => notice.template)).toEqual(['recheck.over@1']);
  });

  test('With the next signal it is withdrawn, and begins again after that one.', () => {
    const one = passed('lift');
    const blue = one.hear({ level: 'blue', issuer: '350581', expiresAt: LATER });
    one.until(one.now + HOUR);
    expect(one.tasks('recheck')[0]?.withdrawnAt).not.toBeNull();
    one.lift(blue);
    one.ask();
    expect(one.tasks('recheck').map(({ openedAt, withdrawnAt }) => [clock(openedAt), withdrawnAt])).toEqual([
      ['19 14:00', null],
    ]);
  });

  test('Once done it is done, also after the next admission.', () => {
    const one = passed('lift');
    one.act('site-lead', { does: 'done', task: 'recheck' }, 'S2');
    one.jump(T);
    expect(one.tasks('recheck').map(({ doneAt }) => doneAt !== null)).toEqual([true]);
    expect(one.notices('recheck')).toHaveLength(1);
  });

  test('After the last admission there is nothing to look for.', () => {
    const one = passed('lift', on('22 13:00'));
    expect(one.tasks('recheck')).toEqual([]);
  });

  test('While a set has gone blind nothing has passed.', () => {
    const start = on('19 10:00');
    const one = story(start, {
      plan: only('recheck'),
      feeds: [feed('nmc-alarm', start, { kind: 'set', listed: [], lastCompleteAt: start })],
    });
    one.hear({ feed: 'nmc-alarm', expiresAt: start + HOUR });
    one.ask();
    one.silence('nmc-alarm');
    one.until(start + 3 * HOUR);
    expect(one.tasks('recheck')).toEqual([]);
  });
});
