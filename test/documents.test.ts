/** Documents: composed from the record, drafted, reviewed and signed by different people; directives with an answer owed. */
import { describe, expect, test } from 'vitest';
import { printedForm } from '../shared/activation/documents.ts';
import type { Role } from '../shared/plan/exam.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { INLAND, on, type Story, story } from './story.ts';

const NOW = on('21 10:00');

function report(told: Story, fields: object, role: Role = 'office'): string | null {
  return told.act(role, { does: 'report', with: { ...fields } });
}

function underway(): Story {
  const told = story(NOW, { feeds: [] });
  told.act('site-lead', { does: 'incident', with: { kind: 'power' } }, INLAND.id);
  told.until(NOW + 5 * MINUTE);
  told.act('site-lead', { does: 'done', task: 'I01.generator' }, INLAND.id);
  return told;
}

describe('a report', () => {
  test('is composed from the record, reviewed and signed by others; signed, the work is done', () => {
    const told = underway();
    expect(report(told, { cause: '配电房进水' })).toBeNull();
    const draft = told.state.documents.get('D01')!;
    expect(draft).toMatchObject({ kind: 'first-report', matter: 'I01', state: 'drafted' });
    expect(draft.draft).toEqual({
      time: '21日10:00',
      cause: '断电',
      scope: 'S1考点',
      measures: '已完成：启用备用电源',
    });
    expect(JSON.stringify(draft)).not.toContain('进水');
    expect(report(told, { id: 'D01', state: 'signed' }, 'deputy')).toBe('the document is drafted');
    expect(report(told, { id: 'D01', state: 'reviewed' })).toBe('not by its drafter');
    expect(report(told, { id: 'D01', state: 'reviewed' }, 'duty-leader')).toBeNull();
    expect(report(told, { id: 'D01', state: 'signed' }, 'duty-leader')).toBe('not for duty-leader');
    expect(report(told, { id: 'D01', state: 'signed' }, 'deputy')).toBeNull();
    expect(told.tasks('I01.first-report').map(({ doneAt }) => doneAt)).toEqual([told.now]);
    expect(printedForm(told.state.documents.get('D01')!, told.exam, { cause: '配电房进水' })).toBe(
      [
        '泉州市司法局 突发情况首报（D01）',
        '时间：21日10:00',
        '原因：配电房进水',
        '范围：S1考点',
        '措施：已完成：启用备用电源',
        '拟稿 P-office 2024-09-21T10:05:00+08:00  审核 P-duty-leader  签发 P-deputy',
        '',
      ].join('\n'),
    );
  });

  test('written anew is a draft again', () => {
    const told = underway();
    report(told, {});
    report(told, { id: 'D01', state: 'reviewed' }, 'deputy');
    report(told, { id: 'D01', measures: '发电车已到' });
    expect(told.state.documents.get('D01')).toMatchObject({ state: 'drafted', reviewed: null });
  });

  test.each<[string, object, Role, string]>([
    ['is written anew by those who wrote or review it', { id: 'D01' }, 'site-staff', 'not for site-staff'],
    ['is not reviewed by whoever wrote it', { id: 'D01', state: 'reviewed' }, 'office', 'not by its drafter'],
    [
      'is not signed by whoever reviewed it',
      { id: 'D01', state: 'signed' },
      'deputy',
      'not by its drafter or reviewer',
    ],
  ])('%s', (_, fields, role, refused) => {
    const told = underway();
    report(told, {});
    if (role === 'deputy') report(told, { id: 'D01', state: 'reviewed' }, 'deputy');
    expect(report(told, fields, role)).toBe(refused);
  });

  test('once signed is not written anew', () => {
    const told = underway();
    report(told, {});
    report(told, { id: 'D01', state: 'reviewed' }, 'duty-leader');
    report(told, { id: 'D01', state: 'signed' }, 'commander');
    expect(report(told, { id: 'D01', measures: '发电车已到' })).toBe('the document is signed');
    expect(told.state.documents.get('D01')?.state).toBe('signed');
  });

  test('of the start says which warning started it and over which sites', () => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'orange' });
    told.until(on('20 12:01'));
    expect(report(told, { kind: 'start-report' })).toBeNull();
    const { cause, scope } = told.state.documents.get('D01')!.draft;
    expect(cause).toContain('发布台风橙色预警，覆盖 2 个考点');
    expect(scope).toBe('S1考点（橙色）、S2考点（橙色）');
  });

  test.each<[string, object, string]>([
    ['A request says what it asks.', { kind: 'request' }, 'with/words missing'],
    [
      'Without anything on record nothing of it may be left out.',
      { kind: 'statement', cause: '水' },
      'with/time missing; with/scope missing; with/measures missing',
    ],
    ['An incident report is of an incident.', { kind: 'final-report' }, 'with/incident unknown-incident'],
    ['Nobody signs what is not there.', { id: 'D07', state: 'signed' }, 'with/id unknown-document'],
  ])('%s', (_, fields, refused) => {
    expect(report(story(NOW), fields)).toBe(refused);
  });
});

test('a directive is entered by those who decide or log', () => {
  const directive = { kind: 'directive', words: '各考点立即清点人数' };
  expect(report(underway(), directive, 'site-staff')).toBe('not for site-staff');
  expect(report(underway(), directive, 'liaison')).toBeNull();
});

test('a directive is relayed after an end, too, and refused where nothing was ever begun', () => {
  const directive = { kind: 'directive', words: '各考点立即清点人数' };
  expect(report(story(NOW), directive)).toBe('the plan was never started: a measure starts it by hand');
  const told = underway();
  told.act('site-lead', { does: 'incident', with: { closed: true } }, INLAND.id);
  expect(told.act('duty-officer', { does: 'end' })).toBeNull();
  expect(report(told, directive)).toBeNull();
  told.until(told.now + 2 * HOUR);
  expect(told.tasks('D01.relay').map(({ overdueAt }) => overdueAt !== null)).toEqual([true, true]);
});

test('a directive is relayed to each site, which owes an answer', () => {
  const told = underway();
  expect(report(told, { kind: 'directive', words: '各考点立即清点人数', minutes: 20 })).toBeNull();
  told.ask();
  const owed = told.tasks('D01.relay');
  expect(owed.map(({ siteId, dueAt }) => [siteId, dueAt - told.now])).toEqual([
    ['S1', 20 * MINUTE],
    ['S2', 20 * MINUTE],
  ]);
  expect(new Set([...told.state.activations[0]!.tasks.values()].map(({ code }) => code)).size).toBe(
    told.state.activations[0]!.tasks.size,
  );
  expect(told.act('site-lead', { does: 'done', task: 'D01.relay' }, INLAND.id)).toBeNull();
});
