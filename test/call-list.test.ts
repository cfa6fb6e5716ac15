/** Those not reached: the list, the calls, and what an officer says beside a notice, through whole storms and by word. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Replayed, replay } from '../infra/replay.ts';
import { type PersonAct, readScenario } from '../infra/scenario.ts';
import type { State } from '../shared/activation/state.ts';
import type { Delivery } from '../shared/notice/delivery.ts';
import { NO_COUNTS } from '../shared/notice/notice.ts';
import { renderNotice } from '../shared/notice/render.ts';
import { nameSlot } from '../shared/notice/slots.ts';
import { catchUp } from '../shared/stages/chain.ts';
import { deliveriesOf, unreached } from '../shared/stages/notices.ts';
import { instant, MINUTE } from '../shared/time.ts';
import { inventedPhone, type SmallStorm, writeSmallStorm } from './small-storm.ts';
import { exam, INLAND, on, type Story, story } from './story.ts';

const CHAIN = 'small#qz';
const LEAD_OF_S1 = inventedPhone(21);

async function played(
  storm: SmallStorm,
  acts: Omit<PersonAct, 'with'>[] | PersonAct[] = [],
): Promise<Replayed> {
  const directory = mkdtempSync(join(tmpdir(), 'huhang-calls-'));
  const scenario = readScenario(writeSmallStorm(directory, storm));
  rmSync(directory, { recursive: true });
  return await replay({ ...scenario, acts: [...scenario.acts, ...acts].sort((a, b) => a.at - b.at) });
}

function at(time: string): number {
  return instant(`2024-09-20T${time}:00+08:00`);
}

async function stateOf({ ports }: Replayed): Promise<State> {
  return await catchUp(ports.store, CHAIN);
}

/** Rows of the first notice of a kind at a site, by person. */
async function rowsOf(run: Replayed, no: string): Promise<Map<string, Delivery>> {
  const rows = new Map<string, Delivery>();
  for await (const page of deliveriesOf(run.ports, CHAIN, no)) for (const row of page) rows.set(row.sk, row);
  return rows;
}

function numbersOf(state: State, kind: string, siteId: string): string[] {
  return [...state.notices.values()]
    .filter(({ notice }) => notice.kind === kind && 'siteId' in notice.audience)
    .filter(({ notice }) => 'siteId' in notice.audience && notice.audience.siteId === siteId)
    .map(({ notice }) => notice.no);
}

/** C1 and C3 sit at S1; their numbers are refused for good. */
const TWO_REFUSED: SmallStorm = { candidates: 12, carrier: { refuse: [inventedPhone(1), inventedPhone(3)] } };

describe('the call list', () => {
  test('goes to the lead of the site with the number of the notice and of the people, and names nobody', async () => {
    const run = await played(TWO_REFUSED);
    const state = await stateOf(run);
    const [reminder] = numbersOf(state, 'candidate-reminder', 'S1');
    const toLead = run.carrier.outbox.filter(({ to, text }) => to === LEAD_OF_S1 && text.includes('未送达'));
    expect(toLead[0]?.text).toMatch(
      new RegExp(`第${reminder}号通知有2人未送达，请于20日\\d\\d:\\d\\d前电话通知`),
    );
    expect(await unreached(run.ports, CHAIN, reminder!)).toEqual([
      { person: 'C1', siteId: 'S1', state: 'REJECTED', why: 'InvalidParameterException 400' },
      { person: 'C3', siteId: 'S1', state: 'REJECTED', why: 'InvalidParameterException 400' },
    ]);
    const lists = [...state.notices.values()].filter(({ notice }) => notice.kind === 'call-list');
    const about = lists.map(({ notice }) => notice.slots.号);
    expect(new Set(about).size, 'each list is handed over once').toBe(about.length);
  });

  test('Who was told by phone is told: the all-clear is meant for them too, and not for the one nobody answered for', async () => {
    const lead = (person: string, outcome: string): PersonAct => ({
      at: at('09:30'),
      person: 'L-S1',
      does: 'tick',
      notice: '',
      with: { person, outcome },
    });
    const probe = await stateOf(await played(TWO_REFUSED));
    const orange = numbersOf(probe, 'candidate-reminder', 'S1').at(-1)!;
    const run = await played(TWO_REFUSED, [
      { ...lead('C1', 'told'), notice: orange },
      { ...lead('C3', 'no-answer'), notice: orange },
    ]);
    const state = await stateOf(run);
    expect(state.findings.filter(({ code }) => code === 'act-refused')).toEqual([]);
    expect([...state.notices.get(orange)!.calls].map(([person, { outcome }]) => [person, outcome])).toEqual([
      ['C1', 'told'],
      ['C3', 'no-answer'],
    ]);
    const [allClear] = numbersOf(state, 'all-clear', 'S1');
    const people = [...(await rowsOf(run, allClear!)).keys()];
    expect(people).toContain('C1');
    expect(people).not.toContain('C3');
    expect(people).toHaveLength(5);
  });

  test.each<[string, string, object | undefined, string]>([
    ['a lead of another site', 'L-S2', { person: 'C1' }, 'not for site-lead'],
    ['nobody named', 'L-S1', undefined, 'with/person wrong-type'],
    ['somebody who was reached', 'L-S1', { person: 'C5' }, 'with/person is not on the call list'],
    ['an outcome that is none', 'L-S1', { person: 'C1', outcome: 'asleep' }, 'with/outcome not-one-of'],
  ])('A tick is refused: %s', async (_, person, entry, why) => {
    const probe = await stateOf(await played(TWO_REFUSED));
    const orange = numbersOf(probe, 'candidate-reminder', 'S1').at(-1)!;
    const act: PersonAct = { at: at('09:30'), person, does: 'tick', notice: orange };
    const run = await played(TWO_REFUSED, [entry ? { ...act, with: { ...entry } } : act]);
    const refused = (await stateOf(run)).findings.filter(({ code }) => code === 'act-refused');
    expect(refused.map(({ params }) => params.why)).toEqual([why]);
  });

  test('grows when a receipt that came after the closing says so, and the lead hears of it once more', () => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'orange' });
    told.leaveOpen();
    told.until(on('20 12:05'));
    const [reminder] = told.notices('candidate-reminder');
    const { no } = reminder!.notice;
    const counts = { ...NO_COUNTS, audience: 30, sent: 30 };
    told.fold([{ kind: 'notice-closed', no, counts, digest: '-' }]);
    told.until(on('20 12:06'));
    expect(told.notices('call-list')).toEqual([]);
    told.fold([
      { kind: 'notice-recounted', no, counts: { ...counts, sent: 0, delivered: 29, undelivered: 1 } },
    ]);
    told.until(on('20 12:10'));
    told.fold([
      { kind: 'notice-recounted', no, counts: { ...counts, sent: 0, delivered: 27, undelivered: 3 } },
    ]);
    told.until(on('20 12:20'));
    expect(told.notices('call-list').map(({ notice }) => [notice.slots.号, notice.slots.人数])).toEqual([
      [no, '1'],
      [no, '3'],
    ]);
  });

  test('of an officer who was not reached goes to the next post, not to that officer', () => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'orange' });
    told.leaveOpen();
    told.until(on('20 12:01'));
    const duty = told
      .notices('duty')
      .find(({ notice }) => 'sites' in notice.audience && !notice.audience.sites)!;
    const counts = { ...NO_COUNTS, audience: 1, rejected: 1 };
    told.fold([{ kind: 'notice-closed', no: duty.notice.no, counts, digest: '-' }]);
    told.until(on('20 12:02'));
    expect(told.told('call-list')).toEqual(['20 12:01 - - office']);
  });
});

describe('beside a notice', () => {
  test('A correction goes to exactly those it reached, once it is accounted for; what still sends is stopped', async () => {
    const slow: SmallStorm = { candidates: 200, carrier: { partsPerSecond: 1, refuse: [inventedPhone(1)] } };
    const probe = await stateOf(await played(slow));
    const orange = numbersOf(probe, 'candidate-reminder', 'S1').at(-1)!;
    const officer: PersonAct = { at: at('09:03'), person: 'D1', does: 'correct', notice: orange };
    const run = await played(slow, [officer]);
    const state = await stateOf(run);
    const source = state.notices.get(orange)!;
    expect(source).toMatchObject({ state: 'stopped', stoppedFor: 'stopped by an officer' });
    const correction = [...state.notices.values()].find(({ notice }) => notice.kind === 'correction')!;
    expect(correction.notice).toMatchObject({ class: 'action', approvedBy: 'D1', level: 'orange' });
    const reached = [...(await rowsOf(run, orange)).values()].filter(({ state: fate }) =>
      ['SENT', 'DELIVERED', 'UNKNOWN'].includes(fate),
    );
    expect(reached.length).toBeGreaterThan(5);
    expect(reached.length).toBeLessThan(99);
    const corrected = run.carrier.outbox.filter(({ text }) => text.includes('系误发'));
    expect(corrected.map(({ to }) => to).sort()).toEqual(reached.map(({ to }) => to).sort());
  });

  test.each<[string, object, string | null]>([
    ['a value from the closed tables', { field: '预警级别', value: '台风红色' }, null],
    ['a field that no text has', { field: '领导', value: '台风红色' }, 'with/field not-one-of'],
    [
      'a field that this text has not',
      { field: '考点', value: 'S1考点' },
      'with/field does not stand in the text',
    ],
    ['a link', { field: '时间', value: 'http://x' }, 'with/value could not stand there'],
    ['words of one’s own', { field: '预警级别', value: '考试取消' }, 'with/value could not stand there'],
    ['a field without its value', { field: '时间' }, 'with/value could not stand there'],
    ['a value without its field', { value: '台风红色' }, 'with/value needs with/field'],
  ])('A correction of a field takes %s', (_, entry, refused) => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'orange' });
    told.until(on('20 12:05'));
    const [reminder] = told.notices('candidate-reminder');
    expect(told.act('office', { does: 'correct', notice: reminder!.notice.no, with: { ...entry } })).toBe(
      refused,
    );
    told.until(on('20 12:06'));
    const made = told.notices('correction').map(({ notice }) => notice.slots);
    expect(made).toEqual(refused ? [] : [{ 时间: '20日12:00', 字段: '预警级别', 正值: '台风红色' }]);
  });

  test('A right value fits the text of the correction, also a name that an SMS cuts', () => {
    const long = { ...INLAND, name: 'A座国际学院东海校区考点' };
    const told = story(on('20 12:00'), { exam: exam({ sites: [long] }), feeds: [] });
    told.act('site-lead', { does: 'incident', with: { kind: 'roads-cut' } }, long.id);
    told.until(on('20 12:02'));
    const [first] = told.notices('report-due');
    const [register] = told.notices('absentee-register');
    told.act('office', { does: 'approve', notice: register!.notice.no });
    const correct = (record: typeof first, field: string, value: string) =>
      told.act('office', { does: 'correct', notice: record!.notice.no, with: { field, value } });
    expect(correct(register, '场次', '10月20日主观题')).toBe('with/value could not stand there');
    expect(correct(first, '考点', nameSlot('考点', long.name))).toBeNull();
    told.until(on('20 12:03'));
    const [correction] = told.notices('correction');
    expect(renderNotice(correction!.notice, null, told.exam)).toContain('考点有误，应为A座国际学院东…');
  });

  describe('After a correction those whom the text had not reached yet', () => {
    const reminders = (told: Story): string[] =>
      told
        .notices('candidate-reminder')
        .filter(({ notice: { audience } }) => 'siteId' in audience && audience.siteId === 'S1')
        .map(({ notice, state, hold }) => `${notice.no} ${notice.level} ${hold?.for ?? state}`);
    function corrected(field: string, value: string, level?: string): Story {
      const told = story(on('20 12:00'));
      const { id } = told.hear({ level: 'red' });
      told.leaveOpen();
      told.until(on('20 12:01'));
      if (level) told.act('duty-officer', { does: 'confirm-warning', with: { id, level } });
      const [{ notice } = { notice: null }] = told.notices('candidate-reminder');
      expect(
        told.act('duty-officer', { does: 'correct', notice: notice!.no, with: { field, value } }),
      ).toBeNull();
      told.until(on('20 12:02'));
      return told;
    }

    test('are told at once where an officer has set the warning right', () => {
      const told = corrected('预警级别', '台风橙色', 'orange');
      const [first, second] = reminders(told);
      expect([first?.slice(5), second?.slice(5)]).toEqual(['red stopped', 'orange sending']);
      const again = told
        .notices('candidate-reminder')
        .find(({ notice }) => notice.no === second!.slice(0, 4));
      expect(again?.notice.audience).toMatchObject({ dropTold: [first!.slice(0, 4)] });
    });

    test('are told in the same words once an officer had time to set it right', () => {
      const told = corrected('时间', '20日11:50');
      expect(reminders(told).map((line) => line.slice(5))).toEqual(['red stopped', 'red approval']);
      told.until(on('20 12:10'));
      expect(reminders(told).map((line) => line.slice(5))).toEqual(['red stopped', 'red approval']);
      told.until(on('20 12:11'));
      expect(reminders(told).map((line) => line.slice(5))).toEqual(['red stopped', 'red sending']);
    });
  });

  test('The same words go once more to those of an information notice of whom nobody knows, and only once', () => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'yellow' });
    told.leaveOpen();
    told.until(on('20 12:15'));
    const [reminder] = told.notices('candidate-reminder');
    const { no, slots } = reminder!.notice;
    const again = { does: 'send-again', notice: no };
    expect(told.act('duty-officer', again)).toBe('the notice is not closed');
    told.fold([
      { kind: 'notice-closed', no, counts: { ...NO_COUNTS, audience: 2, unknown: 2 }, digest: '-' },
    ]);
    expect(told.act('site-lead', again, 'S1')).toBe('not for site-lead');
    expect(told.act('duty-officer', again)).toBeNull();
    told.until(on('20 12:16'));
    expect(told.act('duty-officer', again)).toBe('it was sent again already');
    const made = told.notices('candidate-reminder').at(-1)!;
    expect(made.notice).toMatchObject({
      slots,
      class: 'information',
      approvedBy: 'P-duty-officer',
      audience: { who: 'of', notice: no, fate: 'unknown' },
    });
    expect(told.notices('candidate-reminder')).toHaveLength(3);
  });

  test('What nobody could be told in time any more is not sent once more', () => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'yellow' });
    told.leaveOpen();
    told.until(on('20 12:15'));
    const [reminder] = told.notices('candidate-reminder');
    const { no, deadline } = reminder!.notice;
    told.close(no, { audience: 2, unknown: 2 });
    told.jump(deadline);
    expect(told.act('duty-officer', { does: 'send-again', notice: no })).toBe('its time is over');
  });

  test('An action notice is not sent a third time', () => {
    const told = story(on('20 12:00'));
    told.hear({ level: 'red' });
    told.leaveOpen();
    told.until(on('20 12:00') + MINUTE);
    const { no } = told.notices('candidate-reminder')[0]!.notice;
    told.fold([
      { kind: 'notice-closed', no, counts: { ...NO_COUNTS, audience: 1, unknown: 1 }, digest: '-' },
    ]);
    expect(told.act('duty-officer', { does: 'send-again', notice: no })).toBe(
      'an action notice was sent again by itself',
    );
  });
});
