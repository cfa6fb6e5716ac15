/** The readiness set: what is owed without any warning, from the day the exam is adopted (clauses 四 and 五). */
import { describe, expect, test } from 'vitest';
import { awaitsRecheck } from '../shared/activation/prepare.ts';
import { lacks } from '../shared/activation/ready.ts';
import { DAY, HOUR } from '../shared/time.ts';
import {
  census,
  clock,
  exam,
  feed,
  on,
  READINESS,
  SHIPPED_PLAN,
  type Story,
  session,
  story,
  T,
} from './story.ts';

const PLAN = { ...SHIPPED_PLAN, readiness: READINESS };

function lead(...items: string[]) {
  return {
    ...PLAN,
    readiness: { ...READINESS, items: READINESS.items.filter(({ id }) => items.includes(id)) },
  };
}

/** Everything that was sent of the items, as `dd HH:mm place posts template`. */
function sent(one: Story): string[] {
  return [...one.state.notices.values()].map(({ notice: { createdAt, audience, template } }) => {
    if (audience.who !== 'posts') throw new Error('candidates prepare nothing');
    return `${clock(createdAt)} ${audience.sites?.join('+') ?? '-'} ${audience.posts.join('+')} ${template.slice(0, -2)}`;
  });
}

/** Asks once an hour. */
function live(one: Story, until: number): Story {
  one.ask();
  while (one.now < until) one.jump(one.now + HOUR);
  return one;
}

const prepared = (one: Story, item: string) =>
  [...one.state.preparations.values()].filter((each) => each.item === item);

describe('the set', () => {
  test('Stands from the first decision on, each with owner, clause, date and code of its own; nobody is texted.', () => {
    const one = story(T - 60 * DAY, { plan: PLAN, census: { ...census(exam()), inNeed: ['S1'] } });
    one.ask();
    const all = [...one.state.preparations.values()];
    expect(all).toHaveLength(
      READINESS.items.reduce((sum, { per }) => sum + (per === 'site' ? exam().sites.length : 1), 0),
    );
    expect(prepared(one, 'in-need').map(({ siteId }) => siteId)).toEqual(['S1']);
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
    for (const { item, clause, post, dueAt } of all) {
      const like = READINESS.items.find(({ id }) => id === item)!;
      expect([clause, post, (T - dueAt) / DAY]).toEqual([like.clause, like.post, like.daysBefore]);
    }
    expect([one.notices('task-reminder'), one.state.activations]).toEqual([[], []]);
  });

  test('Lies between 30 and 3 days before T, and covers the clauses that ask for it.', () => {
    for (const { daysBefore } of READINESS.items) {
      expect(daysBefore).toBeGreaterThanOrEqual(3);
      expect(daysBefore).toBeLessThanOrEqual(30);
    }
    const clauses = READINESS.items.map(({ clause }) => clause);
    for (const clause of [
      '四(一)',
      '四(三)1',
      '四(四)',
      '五(一)',
      '五(二)',
      '五(三)',
      '四(二)3⑴',
      '五(五)',
      '五(六)',
    ])
      expect(clauses).toContain(clause);
  });

  test('A postponed exam asks for all of it anew, under the same codes.', () => {
    const one = story(T - 60 * DAY, { plan: lead('linkage') });
    one.ask();
    one.act('liaison', { does: 'done', task: 'linkage' });
    const later = exam({ sessions: [session('s1', '28 09:00', '28 12:00', '28 08:15')] });
    const other = story(T - 59 * DAY, { plan: lead('linkage'), exam: later });
    other.state.preparations = one.state.preparations;
    const [before] = prepared(one, 'linkage').map((each) => ({ ...each }));
    other.ask();
    const [after] = prepared(other, 'linkage');
    expect([after?.code, after?.doneAt, clock(after!.dueAt)]).toEqual([before?.code, null, '29 09:00']);
  });

  test('What is undone when the exam begins is withdrawn.', () => {
    const one = story(T - 60 * DAY, { plan: lead('linkage', 'watchers') });
    one.ask();
    one.act('liaison', { does: 'done', task: 'linkage' });
    one.jump(T);
    expect([...one.state.preparations.values()].map(({ item, withdrawnAt }) => [item, withdrawnAt])).toEqual([
      ['linkage', null],
      ['watchers', T],
    ]);
  });
});

describe('what is not done', () => {
  test('Its owner is reminded a week before, then one post up a day hears of it, each once.', () => {
    const one = live(story(T - 30 * DAY, { plan: lead('watchers') }), T - 9 * DAY);
    expect(sent(one)).toEqual([
      '31 09:00 - assessment task-reminder.half',
      '07 10:00 - duty-officer escalation.overdue',
      '08 10:00 - office escalation.overdue',
      '09 10:00 - deputy escalation.overdue',
    ]);
  });

  test('The briefing is asked for in words of its own, at each site with its code.', () => {
    const one = live(story(T - 20 * DAY, { plan: lead('staff-briefing') }), T - 9 * DAY);
    expect(sent(one)).toEqual(['11 09:00 S1+S2 site-lead staff-briefing.training']);
    const [notice] = one.notices('staff-briefing').map((each) => each.notice);
    const [first, second] = prepared(one, 'staff-briefing').map(({ code }) => code);
    expect(notice?.siteSlots).toEqual({ S1: { 码: first }, S2: { 码: second } });
  });

  test('Done in time, nobody hears of it.', () => {
    const one = story(T - 30 * DAY, { plan: lead('watchers') });
    one.ask();
    expect(one.act('assessment', { does: 'done', task: 'watchers' })).toBeNull();
    expect(sent(live(one, T - DAY))).toEqual([]);
  });

  test('An exam entered too late for a date shows it as overdue, and presses nobody.', () => {
    const one = live(story(T - 8 * DAY, { plan: PLAN }), T - HOUR);
    expect(sent(one)).toEqual([]);
    expect([...one.state.preparations.values()].every(({ overdueAt }) => overdueAt !== null)).toBe(true);
  });

  test('A lead of another site may not tick it off.', () => {
    const one = story(T - 30 * DAY, { plan: lead('shelter') });
    one.ask();
    const [first] = prepared(one, 'shelter');
    expect(one.act('site-lead', { does: 'done', task: first!.id }, 'S2')).toBe('not your task');
    expect(one.act('site-lead', { does: 'done', task: first!.code }, 'S1')).toBeNull();
  });
});

describe('what is lacking', () => {
  const sheltered = exam({
    sites: exam().sites.map((each) => ({ ...each, shelters: [{ name: '报告厅', route: '东门' }] })),
  });
  const full = census(sheltered);
  const people = { ...full, posts: { ...full.posts, 'duty-leader@-': 1 } };

  function complete(): Story {
    const one = story(T - 40 * DAY, { plan: PLAN, exam: sheltered, census: structuredClone(people) });
    one.ask();
    for (const { id, post, siteId } of one.state.preparations.values())
      one.act(post, { does: 'done', task: id }, siteId);
    return one;
  }

  test('Nothing, where all is done, staffed, sheltered and seen.', () => {
    const one = complete();
    expect(lacks(one.inputs(), one.state, 20)).toEqual([]);
  });

  test.each<[string, (one: Story) => string[], string[]]>([
    [
      'A vacant post.',
      (one) => {
        one.state.census!.posts['liaison@-'] = 0;
        return lacks(one.inputs(), one.state, 20);
      },
      ['岗位空缺：联络员'],
    ],
    [
      'A site without a lead.',
      (one) => {
        one.state.census!.posts['site-lead@S2'] = 0;
        return lacks(one.inputs(), one.state, 20);
      },
      ['岗位空缺：S2考点的考点负责人'],
    ],
    [
      'A silent feed.',
      (one) => lacks({ ...one.inputs(), now: one.now + HOUR }, one.state, 20),
      [expect.stringMatching(/^预警来源中断：/)],
    ],
    [
      'No leave for a kind of text.',
      (one) =>
        lacks(
          {
            ...one.inputs(),
            plan: {
              ...PLAN,
              approvals: PLAN.approvals.map((each) => ({
                ...each,
                templates: each.templates.filter((id) => !id.startsWith('all-clear')),
              })),
            },
          },
          one.state,
          20,
        ),
      ['没有预授权的短信：all-clear.lifted@1，每次都要等人批准'],
    ],
    [
      'No leave for one text of a kind that goes out by itself.',
      (one) => {
        const [leave, ...others] = PLAN.approvals;
        const templates = leave!.templates.filter((id) => id !== 'candidate-reminder.wind.red@1');
        const plan = { ...PLAN, approvals: [{ ...leave!, templates }, ...others] };
        return lacks({ ...one.inputs(), plan }, one.state, 20);
      },
      ['没有预授权的短信：candidate-reminder.wind.red@1，每次都要等人批准'],
    ],
    [
      'A grant too small for the morning.',
      (one) => lacks(one.inputs(), one.state, 0.001),
      [
        expect.stringContaining('发送额度不够：2024-09-21 有考生 60 人'),
        expect.stringContaining('2024-09-22'),
      ],
    ],
    [
      'A site without a shelter.',
      (one) =>
        lacks({ ...one.inputs(), exam: { ...sheltered, sites: exam().sites.slice(0, 1) } }, one.state, 20),
      ['没有避险场所：S1考点'],
    ],
    [
      'A site with more candidates than seats.',
      (one) => {
        one.state.census!.cells[0]!.count = 101;
        return lacks(one.inputs(), one.state, 20);
      },
      ['座位不够：S1考点，s1有考生 101 人，座位 100，备用 2'],
    ],
  ])('%s', (_, ask, expected) => {
    expect(ask(complete())).toEqual(expected);
  });

  test('A preparation that is undone, late, or not yet confirmed anew.', () => {
    const one = story(T - 40 * DAY, { plan: lead('linkage'), exam: sheltered, census: people });
    one.ask();
    const of = (now: number) => lacks({ ...one.inputs(), feeds: [feed('gjzwfw', now)], now }, one.state, 20);
    const lacking = '联动机制（联络员，预案五(一)），时限 22日09:00，凭据：各单位联系人表；会议或电话记录';
    expect(of(T - 35 * DAY)).toEqual([`备考任务未完成：${lacking}`]);
    expect(of(T - 3 * DAY)).toEqual([`备考任务逾期：${lacking}`]);
    one.act('liaison', { does: 'done', task: 'linkage' });
    one.jump(on('19 10:00'));
    one.hear();
    one.ask();
    expect(of(one.now)).toEqual(['备考任务待复核：联动机制（联络员，预案五(一)）']);
  });
});

test('An item of the district is confirmed anew by the step at every site.', () => {
  const one = story(on('19 10:00'), { plan: lead('power') });
  one.ask();
  const [power] = prepared(one, 'power');
  expect(power?.siteId).toBeNull();
  one.hear();
  one.ask();
  const awaits = () => awaitsRecheck(one.state, power!, 'site-safety-check');
  expect(awaits()).toBe(true);
  for (const { siteId } of one.tasks('site-safety-check')) {
    expect(awaits()).toBe(true);
    one.act('site-lead', { does: 'done', task: 'site-safety-check' }, siteId);
  }
  expect(awaits()).toBe(false);
});

test('An activation confirms it anew by its own step.', () => {
  const one = story(on('19 10:00'), { plan: lead('linkage') });
  one.ask();
  const [linkage] = prepared(one, 'linkage');
  const awaits = () => awaitsRecheck(one.state, linkage!, 'linkage');
  expect(awaits()).toBe(false);
  one.hear();
  one.ask();
  expect(awaits()).toBe(true);
  one.act('liaison', { does: 'done', task: one.tasks('linkage')[0]!.code });
  expect(awaits()).toBe(false);
});
