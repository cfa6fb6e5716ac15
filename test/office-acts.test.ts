/** Whole stories of what people enter, through the whole house in virtual time: what is sent, kept and recorded. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Replayed, replay } from '../infra/replay.ts';
import { readScenario } from '../infra/scenario.ts';
import { summarise } from '../infra/summary.ts';
import type { Item } from '../shared/io/ports.ts';
import { events } from '../shared/stages/chain.ts';
import { type StormAct, writeSmallStorm } from './small-storm.ts';

const root = mkdtempSync(join(tmpdir(), 'huhang-acts-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Told {
  ran: Replayed;
  summary: Awaited<ReturnType<typeof summarise>>['summary'];
  /** Each text with how many got it. */
  texts: Map<string, number>;
  record: string;
}

async function live(name: string, acts: StormAct[]): Promise<Told> {
  const directory = writeSmallStorm(join(root, name), { candidates: 20, answersUntil: '08:00', acts });
  const ran = await replay(readScenario(directory));
  const { summary, sms } = await summarise(ran.ports, ran.carrier.outbox);
  const texts = new Map<string, number>();
  for (const { text } of sms) texts.set(text, (texts.get(text) ?? 0) + 1);
  let record = '';
  for await (const { json } of events(ran.ports.store, 'small#qz')) record += json;
  expect(summary.invariants).toEqual({
    lost: 0,
    beyondPolicyDuplicates: 0,
    afterDeadline: 0,
    chainBroken: 0,
  });
  return { ran, summary, texts, record };
}

function countOf({ texts }: Told, words: string): number {
  return [...texts].filter(([text]) => text.includes(words)).reduce((sum, [, count]) => sum + count, 0);
}

/** What people typed, as it lies in the personal table, by the hash that the record names. */
async function typedIn({ ran, record }: Told): Promise<unknown[]> {
  const hashes = new Set([...record.matchAll(/"entry":"([0-9a-f]{64})"/g)].map((match) => match[1]!));
  const items = [...hashes].map((pk) =>
    ran.ports.store.get<Item & { typed: unknown }>('entries', { pk, sk: '-' }),
  );
  return (await Promise.all(items)).map((item) => item?.typed);
}

describe('a warning heard by telephone', () => {
  const heard = {
    hazard: 'typhoon',
    level: 'orange',
    issuer: { name: '泉州市气象台', adcode: '350500' },
    issuedAt: '2024-09-20T08:25:00+08:00',
    readFrom: 'phone',
    remark: '气象台值班室来电',
  };

  test('is told like any other, and cleared when its end is heard', async () => {
    const told = await live('entered', [
      { at: '08:30', person: 'D1', does: 'enter-warning', with: heard },
      {
        at: '09:30',
        person: 'D1',
        does: 'enter-warning',
        with: { ...heard, action: 'cancel', issuedAt: '2024-09-20T09:28:00+08:00' },
      },
    ]);
    expect(told.summary.decisions.map((each) => (each as { reason: string }).reason)).toEqual([
      'activate',
      'superseded',
      'cancel',
    ]);
    expect(countOf(told, '市气象台于20日08:25发布台风橙色预警，早出门')).toBe(20);
    expect(countOf(told, '市气象台于20日09:28解除台风橙色预警')).toBe(20);
    expect(told.record).not.toContain('来电');
    expect(await typedIn(told)).toContainEqual(heard);
  });

  test('typed wrong it is refused in the record and kept as typed', async () => {
    const wrong = { ...heard, hazard: '大台风' };
    const told = await live('mistyped', [{ at: '08:30', person: 'D1', does: 'enter-warning', with: wrong }]);
    expect(told.summary.activations).toEqual([]);
    expect(told.record).toContain('with/hazard not-one-of');
    expect(told.record).not.toContain('大台风');
    expect(await typedIn(told)).toEqual([wrong]);
  });
});

test('a consent by telephone, a change that rests on it, a deputy who lets it go', async () => {
  const consent = {
    from: '司法部值班室',
    to: '某D1',
    when: '2024-09-20T08:20:00+08:00',
    words: '口头答复可以晚两个小时',
    scope: 'whole',
    change: { what: 'delayed', session: 's1', to: '2024-09-21T11:00:00+08:00' },
  };
  const told = await live('consent', [
    { at: '08:30', person: 'D1', does: 'consent', with: consent },
    { at: '08:35', person: 'D1', does: 'approve', notice: '0001' },
    { at: '08:40', person: 'P2', does: 'approve', notice: '0001' },
    { at: '08:41', person: 'P2', does: 'approve', notice: '0002' },
    { at: '09:00', person: 'P4', does: 'consent', with: { id: 'C01', document: '某办〔2024〕1号' } },
  ]);
  expect(countOf(told, '经司法部同意，9月21日上午考试推迟至21日11:00开考')).toBe(20);
  expect(told.texts.size).toBe(1);
  expect(told.record).toContain('not for duty-officer');
  expect(told.record).not.toMatch(/口头|值班室|某D1|某办/);
  expect(
    told.summary.notices.map(({ kind, class: is, approvedBy, state }) => [kind, is, approvedBy, state]),
  ).toEqual([
    ['exam-change', 'action', 'P2', 'closed'],
    ['exam-change', 'action', 'P2', 'closed'],
  ]);
  expect(await typedIn(told)).toContainEqual(consent);
});

test('power fails at a site: it says so, the plan starts, late work climbs, it is closed and reported', async () => {
  const told = await live('incident', [
    {
      at: '08:30',
      person: 'L-S1',
      does: 'incident',
      with: { site: 'S1', kind: 'power', words: '配电房跳闸' },
    },
    { at: '08:32', person: 'L-S1', does: 'done', task: 'I01.phone' },
    { at: '08:34', person: 'L-S1', does: 'done', task: 'I01.generator' },
    { at: '09:40', person: 'L-S1', does: 'incident', with: { id: 'I01', closed: true } },
  ]);
  const [activation] = told.summary.activations as {
    levels: unknown[];
    tasks: { step: string; clause: string; state: string }[];
  }[];
  const states = Object.fromEntries(activation!.tasks.map(({ step, state }) => [step, state]));
  expect(states).toMatchObject({
    'I01.phone': 'done',
    'I01.generator': 'done',
    'I01.resume-10': 'withdrawn',
    'I01.first-report': 'withdrawn',
    'I01.final-report': 'open',
  });
  expect(activation!.tasks.find(({ step }) => step === 'I01.generator')?.clause).toBe('总预案五(一)2');
  expect(countOf(told, '鲤城一号考点发生突发情况，请即电话报告省厅')).toBe(1);
  expect(countOf(told, '十分钟内续考')).toBeGreaterThan(0);
  expect(told.record).not.toContain('跳闸');
});

test('work is stopped in a county: its candidates are told once an officer lets it', async () => {
  const told = await live('measure', [
    {
      at: '08:30',
      person: 'D1',
      does: 'measure',
      with: {
        kind: 'three-stops',
        level: 'Ⅱ',
        area: '350581',
        from: '2024-09-20T09:00:00+08:00',
        to: '2024-09-20T10:00:00+08:00',
      },
    },
    { at: '09:05', person: 'D1', does: 'approve', notice: '0001' },
  ]);
  expect(countOf(told, '市防指通告：部分县区自20日09:00起停课停工停产停业')).toBe(10);
  const [activation] = told.summary.activations as { levels: { level: string | null }[] }[];
  expect(activation!.levels.map(({ level }) => level)).toEqual([null]);
  expect(told.record).toContain('"kind":"matter-closed"');
});
