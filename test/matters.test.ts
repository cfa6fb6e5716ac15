/** Incidents and measures: each has its playbook's clocks, holds back what would be said too early, and is reported. */
import { describe, expect, test } from 'vitest';
import { afterWorkingDays } from '../shared/activation/matter.ts';
import { renderNotice } from '../shared/notice/render.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { COAST, census, clock, exam, INLAND, LAST_END, on, type Story, story } from './story.ts';

const EXAM_MORNING = on('21 10:00');

function works(told: Story): string[] {
  const tasks = told.state.activations.at(-1)?.tasks.values() ?? [];
  return [...tasks]
    .filter((task) => task.step.includes('.'))
    .map(
      (task) =>
        `${task.step} ${task.siteId ?? task.post} ${clock(task.dueAt)}${task.doneAt ? ' done' : ''}${task.withdrawnAt ? ' off' : ''}`,
    );
}

function enter(
  told: Story,
  does: 'incident' | 'measure',
  fields: object,
  role: 'duty-officer' | 'site-lead' = 'duty-officer',
  site: string | null = null,
) {
  return told.act(role, { does, with: { ...fields } }, site);
}

describe('an incident', () => {
  test('of power at a site starts the plan itself and runs its clocks of 10 and 30 minutes', () => {
    const told = story(EXAM_MORNING, { feeds: [] });
    expect(enter(told, 'incident', { kind: 'power' }, 'site-lead', INLAND.id)).toBeNull();
    told.until(EXAM_MORNING + MINUTE);
    expect(told.state.activations).toHaveLength(1);
    expect(works(told)).toEqual([
      'I01.generator S1 21 10:05',
      'I01.resume-10 S1 21 10:10',
      'I01.ask-30 office 21 10:20',
      'I01.order-30 S1 21 10:30',
      'I01.phone S1 21 10:10',
      'I01.call-division S1 21 10:10',
      'I01.call-province S1 21 10:10',
      'I01.first-report office 21 11:00',
      'I01.follow-up office 21 11:30',
    ]);
    const [notice] = told.notices('report-due');
    expect(renderNotice(notice!.notice, null, told.exam)).toBe(
      '【泉州市司法局】S1考点发生突发情况，请即电话报告省厅，书面首报21日11:00前报出，任务码0008。',
    );
    expect(told.levels()).toEqual({});
  });

  test('is reported again and again while it lasts, and at last once it is closed', () => {
    const told = story(EXAM_MORNING, { feeds: [] });
    enter(told, 'incident', { kind: 'flooded', site: 'S1' });
    told.until(EXAM_MORNING + 20 * MINUTE);
    expect(told.act('office', { does: 'done', task: 'I01.follow-up' })).toBeNull();
    told.until(EXAM_MORNING + 21 * MINUTE);
    expect(works(told)).toContain('I01.follow-up office 21 10:50');
    expect(enter(told, 'incident', { closed: true }, 'site-lead', INLAND.id)).toBeNull();
    told.until(EXAM_MORNING + 22 * MINUTE);
    expect(works(told)).toContain('I01.follow-up office 21 10:50 off');
    expect(works(told).slice(-2)).toEqual([
      'I01.final-report office 22 10:21',
      'I01.review-report office 27 10:21',
    ]);
    expect(told.state.matters.get('I01')?.closedAt).toBe(EXAM_MORNING + 21 * MINUTE);
  });

  test('of roads cut counts who will not come before each paper, and asks the absent to register once an officer lets it', () => {
    const told = story(on('21 06:30'), { feeds: [] });
    enter(told, 'incident', { kind: 'roads-cut', site: 'S1' });
    told.until(on('21 06:31'));
    expect(works(told).filter((work) => work.includes('count'))).toEqual([
      'I01.count-120 S1 21 07:00',
      'I01.count-60 S1 21 08:00',
      'I01.count-15 S1 21 08:45',
      'I01.count-final S1 21 09:30',
    ]);
    const [register] = told.notices('absentee-register');
    expect(register?.hold?.for).toBe('approval');
    expect(renderNotice(register!.notice, INLAND.id, told.exam)).toBe(
      '【泉州市司法局】因灾未能到考的9月21日上午考生，请于22日12:00前电0595-00000000登记备查，后续以官方通知为准。',
    );
    told.act('site-lead', { does: 'done', task: 'I01.count-120' }, INLAND.id);
    told.until(on('21 06:33'));
    expect(works(told)).toContain('I01.count-120 S1 21 12:30');
    told.jump(on('21 10:30'));
    told.jump(on('21 10:31'));
    expect(works(told)).toContain('I01.count-60 S1 21 13:30');
    const rounds = told.state.activations[0]!.rounds.map(
      ({ step, dueAt, doneAt, overdueAt }) =>
        `${step} ${clock(dueAt)} ${doneAt !== null} ${overdueAt !== null}`,
    );
    expect(rounds).toEqual(['I01.count-120 21 07:00 true false', 'I01.count-60 21 08:00 false true']);
  });

  test('holds the all-clear and the end until it is closed; what was not let go is dropped', () => {
    const told = story(on('21 18:00'));
    const heard = told.hear({ level: 'red' });
    told.until(on('21 18:05'));
    enter(told, 'incident', { kind: 'stranded', site: COAST.id });
    told.until(on('21 18:10'));
    expect(told.notices('stay').map(({ state }) => state)).toEqual(['held']);
    told.lift(heard);
    told.until(on('21 18:12'));
    expect(told.told('all-clear').map((line) => line.slice(-7))).toEqual(['S1 told']);
    told.jump(LAST_END + 10 * HOUR);
    expect(told.reasons()).not.toContain('propose-end');
    expect(told.act('duty-officer', { does: 'end' })).toBe('an incident or measure is open');
    expect(told.notices('stay').map(({ stoppedFor }) => stoppedFor)).toEqual(['not approved']);
    told.jump(LAST_END + 20 * HOUR);
    expect(told.state.activations[0]?.endedAt).toBeNull();
    enter(told, 'incident', { id: 'I01', closed: true });
    told.jump(LAST_END + 20 * HOUR + MINUTE);
    expect(told.state.activations[0]?.endedAt).not.toBeNull();
    expect(works(told).at(-1)).toMatch(/review-report office 30 /);
    expect(told.act('office', { does: 'done', task: 'I01.final-report' })).toBeNull();
  });

  test('what is still owed after the end is late, and climbs', () => {
    const told = story(on('22 16:00'));
    enter(told, 'incident', { kind: 'other', site: COAST.id });
    told.jump(LAST_END + MINUTE);
    enter(told, 'incident', { id: 'I01', closed: true });
    told.jump(LAST_END + 13 * HOUR);
    expect(told.state.activations[0]?.endedAt).not.toBeNull();
    const [report] = told.tasks('I01.final-report');
    // Another storm does not hide it.
    enter(told, 'measure', { kind: 'other' });
    told.jump(LAST_END + 25 * HOUR);
    expect(told.state.activations).toHaveLength(2);
    expect(report?.overdueAt).not.toBeNull();
    told.until(LAST_END + 26 * HOUR);
    expect(report?.escalated).toEqual(['deputy', 'commander']);
  });

  test.each<[string, object, string | null, string]>([
    ['A site of no exam is refused.', { site: 'S9' }, 'S1', 'with/site unknown-site'],
    ['A site speaks for itself alone.', { site: 'S2' }, 'S1', 'not your site'],
    ['Nothing is open to be closed.', { closed: true }, 'S1', 'nothing like it is open'],
  ])('%s', (_, fields, own, refused) => {
    expect(enter(story(EXAM_MORNING), 'incident', fields, 'site-lead', own)).toBe(refused);
  });

  test('owes its last report while the next activation runs, and that is late, signed and done like any other', () => {
    const told = story(EXAM_MORNING);
    enter(told, 'incident', { kind: 'flooded', site: 'S1' });
    told.until(EXAM_MORNING + MINUTE);
    enter(told, 'incident', { closed: true });
    told.until(EXAM_MORNING + 2 * MINUTE);
    expect(told.act('duty-officer', { does: 'end' })).toBeNull();
    told.hear({ level: 'red', expiresAt: on('25 00:00') });
    told.until(EXAM_MORNING + 3 * MINUTE);
    expect(told.state.activations).toHaveLength(2);
    told.jump(EXAM_MORNING + 25 * HOUR);
    const owed = (step: string) =>
      [...told.state.activations[0]!.tasks.values()].find((task) => task.step === `I01.${step}`)!;
    expect(owed('final-report')).toMatchObject({ overdueAt: told.now, doneAt: null });
    const fields = { kind: 'final-report', incident: 'I01' };
    told.act('office', { does: 'report', with: fields });
    told.act('duty-leader', { does: 'report', with: { id: 'D01', state: 'reviewed' } });
    told.act('deputy', { does: 'report', with: { id: 'D01', state: 'signed' } });
    expect(owed('final-report').doneAt).toBe(told.now);
    expect(told.act('office', { does: 'done', task: 'I01.review-report' })).toBeNull();
  });

  test('of which nobody of a post hears stands in the record as a finding', () => {
    const people = census(exam());
    const { 'office@-': _, ...posts } = people.posts;
    const told = story(EXAM_MORNING, { feeds: [], census: { ...people, posts } });
    enter(told, 'incident', { kind: 'power', site: 'S1' });
    told.until(EXAM_MORNING + 5 * MINUTE);
    expect(told.notices('report-due')).toEqual([]);
    expect(told.state.findings.filter(({ code }) => code === 'post-vacant')).toMatchObject([
      { params: { step: 'report-due', posts: 'office' } },
    ]);
  });

  test('is closed neither as a measure nor by another site, and no act on it closes a measure', () => {
    const told = story(EXAM_MORNING);
    enter(told, 'measure', { kind: 'three-stops', area: '350500' });
    const close = { closed: true };
    expect(enter(told, 'incident', close, 'site-lead', 'S1')).toBe('nothing like it is open');
    expect(enter(told, 'incident', { id: 'M01', ...close })).toBe('nothing like it is open');
    enter(told, 'incident', { kind: 'stranded', site: 'S1' });
    expect(enter(told, 'measure', { id: 'I02', ...close })).toBe('nothing like it is open');
    expect(enter(told, 'incident', { id: 'I02', ...close }, 'site-lead', 'S2')).toBe(
      'nothing like it is open',
    );
    const partner = { does: 'incident', with: { id: 'I02', ...close } };
    expect(told.act('partner', partner)).toBe('not for partner of no site');
    expect(enter(told, 'incident', close, 'site-lead', 'S1')).toBeNull();
    expect(enter(told, 'measure', close)).toBeNull();
  });

  test('of a kind that no playbook names is reported all the same', () => {
    const told = story(EXAM_MORNING);
    expect(enter(told, 'incident', { kind: '蛇', site: 'S1' })).toBeNull();
    expect(told.state.matters.get('I01')?.kind).toBe('other');
    expect(JSON.stringify([...told.state.matters])).not.toContain('蛇');
  });
});

describe('a measure', () => {
  test('of the flood command starts the plan and asks the Command whether to ask above', () => {
    const told = story(on('20 12:00'), { feeds: [] });
    expect(enter(told, 'measure', { kind: 'flood-response', level: 'Ⅱ', area: '350500' })).toBeNull();
    told.until(on('20 12:01'));
    const [brief] = told.notices('command-brief');
    expect(renderNotice(brief!.notice, null, told.exam)).toBe(
      '【泉州市司法局】市防指自20日12:00起启动防台风Ⅱ级应急响应，下一场9月21日上午，请研判是否请示省厅并批示。第0001号',
    );
    expect(told.levels()).toEqual({});
  });

  test('that names a road tells its area’s candidates to go round it, once an officer lets it', () => {
    const told = story(on('20 12:00'), { feeds: [] });
    const cut = { kind: 'road-cut', area: '350581' };
    expect(enter(told, 'measure', cut)).toBe('with/road missing');
    for (const road of ['张三', '324线.cn'])
      expect(enter(told, 'measure', { ...cut, road })).toBe('with/road wrong-format');
    expect(enter(told, 'measure', { ...cut, road: '国道324线洛江段' })).toBeNull();
    told.until(on('20 12:01'));
    const [traffic] = told.notices('traffic');
    expect(renderNotice(traffic!.notice, COAST.id, told.exam)).toMatch(/】国道324线洛江段因灾中断，请绕行/);
    expect([traffic!.hold?.for, told.notices('traffic').length]).toEqual(['approval', 1]);
  });

  test('that stops work is told to the candidates of its area once an officer lets it, and ends at its own end', () => {
    const told = story(on('20 12:00'), { feeds: [] });
    const fields = {
      kind: 'three-stops',
      area: '350581',
      from: '2024-09-20T13:00:00+08:00',
      to: '2024-09-20T20:00:00+08:00',
    };
    expect(enter(told, 'measure', fields)).toBeNull();
    told.until(on('20 12:59'));
    expect(told.notices('traffic')).toEqual([]);
    told.until(on('20 13:01'));
    const [traffic, ...others] = told.notices('traffic');
    expect(others).toEqual([]);
    expect(renderNotice(traffic!.notice, COAST.id, told.exam)).toBe(
      '【泉州市司法局】市防指通告：部分县区自20日13:00起停课停工停产停业，请注意安全，考试以官方通知为准，询0595-00000000。',
    );
    expect(told.act('duty-leader', { does: 'approve', notice: traffic!.notice.no })).toBeNull();
    told.until(on('20 13:05'));
    expect(told.notices('traffic')[0]?.state).toBe('closed');
    told.jump(on('20 20:00'));
    expect(told.state.matters.get('M01')?.closedAt).toBe(on('20 20:00'));
  });

  test('that is entered late has its minutes from the entry', () => {
    const told = story(on('20 12:00'), { feeds: [] });
    enter(told, 'measure', { kind: 'earthquake', from: '2024-09-20T04:00:00+08:00' });
    told.until(on('20 12:05'));
    const [inspect] = told.tasks('M01.inspect');
    expect(inspect?.dueAt).toBeGreaterThan(on('20 12:05'));
    expect(inspect?.overdueAt).toBeNull();
  });

  test('by the name of a county is that county’s', () => {
    const told = story(on('20 12:00'));
    expect(enter(told, 'measure', { kind: 'transport-stopped', area: '石狮市', level: 3 })).toBeNull();
    expect(told.state.matters.get('M01')).toMatchObject({
      sites: ['S2'],
      areas: ['350581'],
      level: 'yellow',
    });
  });

  test('an earthquake waits for a word before anybody is told', () => {
    const told = story(on('20 12:00'), { feeds: [] });
    enter(told, 'measure', { kind: 'earthquake' });
    told.until(on('20 12:01'));
    expect(told.notices('candidate-reminder').map(({ hold }) => hold?.for)).toEqual(['approval', 'approval']);
    told.until(on('20 12:03'));
    expect(told.notices('candidate-reminder').map(({ state }) => state)).toEqual(['held', 'held']);
  });

  test.each<[string, object, string]>([
    ['A place nobody knows is refused.', { area: '350599' }, 'with/area unknown-area'],
    ['And a place of another city.', { area: '350200' }, 'with/area outside-area'],
    ['So is an end before the beginning.', { to: '2024-09-20T11:00:00+08:00' }, 'with/to out-of-order'],
    ['And a grade there is none of.', { level: 'Ⅴ' }, 'with/level wrong-format'],
  ])('%s', (_, fields, refused) => {
    expect(enter(story(on('20 12:00')), 'measure', fields)).toBe(refused);
  });
});

describe('working days', () => {
  test.each<[string, from: string, days: number, holidays: string[], until: string]>([
    ['Friday and five are Friday.', '20 10:00', 5, [], '27 10:00'],
    ['Public holidays are left out.', '20 10:00', 5, ['2024-09-23', '2024-09-24'], '01 10:00'],
    ['A holiday on a Sunday takes nothing.', '20 10:00', 1, ['2024-09-22'], '23 10:00'],
    ['None is the same instant.', '21 10:00', 0, [], '21 10:00'],
  ])('%s', (_, from, days, holidays, until) => {
    const zone = { timeZone: 'Asia/Shanghai', holidays };
    expect(clock(afterWorkingDays(on(from), days, zone))).toBe(until);
  });
});
