/** A change to the exam: only from a recorded consent that covers it, whatever feeds say and people type. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Effect } from '../shared/activation/events.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import { renderNotice } from '../shared/notice/render.ts';
import { SAYS_WHETHER_HELD, TEMPLATES } from '../shared/notice/templates.ts';
import { append, catchUp } from '../shared/stages/chain.ts';
import { MINUTE } from '../shared/time.ts';
import { COLOURS } from '../shared/warning/warning.ts';
import { COAST, INLAND, on, type Story, story } from './story.ts';

const EVE = on('20 18:00');
const BY_PHONE = {
  from: '司法部考试中心',
  to: '值班员',
  when: '2024-09-20T17:40:00+08:00',
  words: '同意推迟两小时开考',
  scope: 'whole',
};
const DELAY = { what: 'delayed', session: 's1', to: '2024-09-21T11:00:00+08:00' };

function consent(told: Story, fields: object, role: 'duty-officer' | 'site-lead' = 'duty-officer') {
  return told.act(role, { does: 'consent', with: { ...BY_PHONE, ...fields } });
}

function changes(told: Story): string[] {
  return told.notices('exam-change').map(({ notice: { audience }, state }) => {
    return `${audience.who === 'candidates' ? audience.siteId : '-'} ${state}`;
  });
}

describe('a consent', () => {
  test('by phone stands at once with its number to follow, and typed words stay out of the record', () => {
    const told = story(EVE);
    expect(consent(told, {})).toBeNull();
    expect(told.state.consents.get('C01')).toMatchObject({
      hop: 'ministry',
      outcome: 'whole',
      givenAt: on('20 17:40'),
      document: null,
    });
    expect(JSON.stringify([...told.state.consents])).not.toContain('推迟');
    expect(
      told.act('office', { does: 'consent', with: { id: 'C01', document: '司办〔2024〕7号' } }),
    ).toBeNull();
    expect(told.state.consents.get('C01')?.document).toMatch(/^[0-9a-f]{64}$/);
    expect(told.state.consents.size).toBe(1);
  });

  test('by phone leaves its document owed while an activation is open', () => {
    const told = story(EVE);
    told.hear({ level: 'red' });
    consent(told, {});
    told.ask();
    expect(told.tasks('C01.document').map(({ dueAt, post }) => [dueAt, post])).toEqual([
      [on('21 17:40'), 'office'],
    ]);
    told.act('office', { does: 'consent', with: { id: 'C01', document: '某办〔2024〕7号' } });
    told.ask();
    expect(told.tasks('C01.document')[0]?.doneAt).toBe(EVE);
  });

  test('by phone no longer owes its document once that has come, though the activation is over', () => {
    const told = story(EVE);
    const heard = told.hear({ level: 'red' });
    consent(told, {});
    told.ask();
    told.lift(heard);
    told.ask();
    expect(told.act('duty-officer', { does: 'end' })).toBeNull();
    told.act('office', { does: 'consent', with: { id: 'C01', document: '某办〔2024〕7号' } });
    told.ask();
    expect(told.tasks('C01.document')[0]?.doneAt).toBe(EVE);
  });

  test('that covers a change drafts its texts, which the Command alone lets go', () => {
    const told = story(EVE);
    expect(consent(told, { change: DELAY })).toBeNull();
    told.until(EVE + 5 * MINUTE);
    expect(changes(told)).toEqual([`${INLAND.id} held`, `${COAST.id} held`]);
    const [first] = told.notices('exam-change');
    expect(told.act('duty-officer', { does: 'approve', notice: first!.notice.no })).toBe(
      'not for duty-officer',
    );
    expect(told.act('commander', { does: 'approve', notice: first!.notice.no })).toBeNull();
    told.until(EVE + 7 * MINUTE);
    expect(changes(told)).toEqual([`${INLAND.id} closed`, `${COAST.id} held`]);
    expect(renderNotice(first!.notice, INLAND.id, told.exam)).toBe(
      '【泉州市司法局】经司法部同意，9月21日上午考试推迟至21日11:00开考，请注意途中安全，听从考点安排，询0595-00000000。',
    );
  });

  test.each<[string, object, string | null, string[]]>([
    ['A refusal gives no leave.', { scope: 'refused', change: DELAY }, 'with/change not-consented', []],
    [
      'The province alone cannot speak for the Ministry.',
      { from: '省司法厅', change: DELAY },
      'with/change not-consented',
      [],
    ],
    [
      'That it is held as planned the province may say.',
      { from: '省司法厅', change: { what: 'as-planned', session: 's1' } },
      null,
      ['S1 held', 'S2 held'],
    ],
    [
      'What is confined to a site is told there alone.',
      { scope: { sites: ['S2'] }, change: DELAY },
      null,
      ['S2 held'],
    ],
    [
      'Another site is not covered.',
      { scope: { sites: ['S2'] }, change: { ...DELAY, sites: ['S1'] } },
      'with/change not-consented',
      [],
    ],
    ['Nor another paper.', { scope: { sessions: ['s3'] }, change: DELAY }, 'with/change not-consented', []],
    [
      'A scope in words covers nothing by itself.',
      { scope: '上午的考试', change: { ...DELAY, sites: ['S1'] } },
      'with/change not-consented',
      [],
    ],
    [
      'A delay without its time cannot be told.',
      { change: { what: 'delayed', session: 's1' } },
      'with/change missing',
      [],
    ],
    ['Nobody has said it tomorrow.', { when: '2024-09-21T00:00:00+08:00' }, 'with/when in-future', []],
    ['Who gave it must be said.', { from: undefined }, 'with/from missing; with/hop missing', []],
    ['Its words must be kept.', { words: ' ' }, 'with/words too-small', []],
  ])('%s', (_, fields, refused, expected) => {
    const told = story(EVE);
    expect(consent(told, fields)).toBe(refused);
    expect(changes(told)).toEqual(expected);
  });

  test('is not for a site to record', () => {
    expect(consent(story(EVE), {}, 'site-lead')).toBe('not for site-lead');
  });

  test('makes no ground for an all-clear, and is not held by what candidates were told before', () => {
    const told = story(EVE, { feeds: [] });
    consent(told, { change: DELAY });
    for (const { notice } of told.notices('exam-change'))
      told.act('deputy', { does: 'approve', notice: notice.no });
    told.until(EVE + 3 * MINUTE);
    expect(told.state.toldAt.size).toBe(0);
  });
});

describe('without a consent', () => {
  const typed = fc.record(
    {
      id: fc.constantFrom('C01', 'C02', 'w00001'),
      hop: fc.constantFrom('ministry', 'province'),
      from: fc.constantFrom('司法部', '省司法厅', 'ministry'),
      when: fc.constantFrom('2024-09-20T17:40:00+08:00', 'gestern'),
      words: fc.constantFrom('不同意', '延期'),
      scope: fc.constantFrom('refused', '全部', ''),
      document: fc.constant('1'),
      change: fc.record({
        what: fc.constantFrom('postponed', 'halted', 'as-planned'),
        session: fc.constantFrom('s1', 's2'),
      }),
      hazard: fc.constantFrom('typhoon', 'earthquake', 'rainstorm'),
      level: fc.constantFrom(...COLOURS, 'unknown'),
    },
    { requiredKeys: [] },
  );
  const step = fc.oneof(
    fc.record({ hear: fc.constantFrom(...COLOURS) }),
    fc.record({
      does: fc.constantFrom(
        'consent',
        'enter-warning',
        'confirm-warning',
        'approve',
        'measure',
        'incident',
        'report',
        'exam-change',
      ),
      role: fc.constantFrom('duty-officer', 'commander', 'office'),
      with: typed,
    }),
  );

  test('no run of feeds and acts ends in a text about the exam', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(1, 7), step), { maxLength: 12 }), (steps) => {
        const told = story(EVE);
        for (const [minutes, each] of steps) {
          if ('hear' in each) told.hear({ level: each.hear });
          else told.act(each.role as 'office', { does: each.does, notice: '0001', with: each.with });
          told.jump(told.now + minutes * MINUTE);
        }
        expect(changes(told)).toEqual([]);
        for (const { notice } of told.state.notices.values()) {
          expect(TEMPLATES.find(({ id }) => id === notice.template)?.text).not.toMatch(SAYS_WHETHER_HELD);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('the record itself takes no such notice', async () => {
    const told = story(EVE);
    consent(told, { change: DELAY });
    const { notice } = told.notices('exam-change')[0]!;
    const store = memoryStore();
    const ports = {
      store,
      clock: { now: () => EVE, machine: () => EVE, sleep: async () => undefined },
      random: () => 0,
    };
    const add = (...effects: Effect[]) =>
      append(ports, 'fk#qz', { by: 'P', cause: { kind: 'decided' } }, () => effects);
    const forged: Effect = { kind: 'notice', notice, hold: null };
    const given = told.state.consents.get('C01')!;
    await expect(add(forged)).rejects.toThrow('without a consent');
    await expect(add({ kind: 'consent', consent: { ...given, outcome: 'refused' } }, forged)).rejects.toThrow(
      'without a consent',
    );
    const disguised = { ...notice, kind: 'candidate-reminder' } as const;
    await expect(add({ kind: 'notice', notice: disguised, hold: null })).rejects.toThrow('without a consent');
    expect((await catchUp(store, 'fk#qz')).seq).toBe(0);
    await add({ kind: 'consent', consent: given }, forged);
    expect((await catchUp(store, 'fk#qz')).notices.size).toBe(1);
  });

  test.each(TEMPLATES.filter(({ kind }) => kind !== 'exam-change'))(
    '$id does not say whether the exam is held',
    ({ text }) => {
      expect(text).not.toMatch(SAYS_WHETHER_HELD);
    },
  );

  test('every text about a change names who gave leave', () => {
    const texts = TEMPLATES.filter(({ kind }) => kind === 'exam-change').map(({ text }) => text);
    expect(texts.length).toBe(7);
    for (const text of texts) expect(text).toMatch(/经(司法部同意|省司法厅通知)/);
  });
});
