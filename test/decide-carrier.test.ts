/** The carrier as the office must know it: broken and mended, and what cannot be sent in time. */
import { describe, expect, test } from 'vitest';
import type { Effect } from '../shared/activation/events.ts';
import { census, exam, INLAND, on, SHIPPED_PLAN, story } from './story.ts';

const NOON = on('20 12:00');

function texts(told: ReturnType<typeof story>): string[] {
  return told
    .notices('breaker')
    .map(({ notice }) => `${notice.template} ${notice.slots.号} ${notice.slots.时间}`);
}

describe('a broken carrier', () => {
  test('is told once to those who call, with the notice that suffers, and once when it is whole', () => {
    const told = story(NOON);
    told.hear({ level: 'orange' });
    told.leaveOpen();
    told.until(on('20 12:02'));
    const first = [...told.state.notices.values()]
      .map(({ notice }) => notice)
      .sort((a, b) => a.deadline - b.deadline)[0]!;
    told.carry({ broken: 'outcomes' });
    told.until(on('20 12:10'));
    expect(texts(told)).toEqual([`breaker.paused@1 ${first.no} 20日12:02`]);
    expect(told.notices('breaker')[0]!.notice.audience).toEqual({
      who: 'posts',
      posts: ['duty-officer', 'office'],
      sites: null,
    });
    told.carry({ broken: null });
    told.until(on('20 12:15'));
    expect(texts(told).slice(1)).toEqual([`breaker.resumed@1 ${first.no} 20日12:10`]);
    expect(told.state.brokenAt).toBeNull();
  });

  test('that breaks again and again is told of every half hour; the record has each change', () => {
    const told = story(NOON);
    told.hear({ level: 'orange' });
    told.leaveOpen();
    told.until(NOON);
    for (let minute = 1; minute <= 25; minute += 1) {
      told.carry({ broken: minute % 2 === 1 ? 'no-quota' : null });
      told.until(NOON + minute * 60_000);
    }
    expect(texts(told).filter((text) => text.startsWith('breaker.paused'))).toHaveLength(1);
    expect(texts(told).filter((text) => text.startsWith('breaker.resumed'))).toHaveLength(1);
  });

  test('with nothing to send is told of no district', () => {
    const told = story(NOON);
    told.carry({ broken: 'outcomes' });
    told.until(on('20 12:05'));
    expect(texts(told)).toEqual([]);
    expect(told.state.brokenAt).toBeNull();
  });
});

describe('what goes out is reckoned through', () => {
  const LARGE = exam({ sites: [INLAND] });
  const people = (count: number) => ({
    ...census(LARGE),
    cells: census(LARGE).cells.map((cell) => ({ ...cell, count })),
  });
  const preflights = (effects: Effect[]) =>
    effects.flatMap((effect) => (effect.kind === 'preflight' ? [effect] : []));

  test('people by site, parts, price, rate and finish stand beside a notice over a hundred people', () => {
    const telling = { ...SHIPPED_PLAN.telling, pricePerPart: 0.05 };
    const told = story(NOON, { exam: LARGE, census: people(600), plan: { ...SHIPPED_PLAN, telling } });
    told.carry({ partsPerSecond: 20 });
    told.hear({ level: 'red' });
    const effects = told.ask();
    const [reminder] = told.notices('candidate-reminder');
    expect(preflights(effects)).toEqual([
      {
        kind: 'preflight',
        no: reminder!.notice.no,
        people: 1_200,
        parts: 1_200,
        cost: 60,
        sites: { S1: 1_200 },
        rate: 20,
        rateNeeded: expect.any(Number),
        finishAt: expect.any(Number),
        late: 0,
      },
    ]);
    const [{ finishAt } = { finishAt: 0 }] = preflights(effects);
    expect(finishAt).toBeGreaterThanOrEqual(NOON + 60_000);
    expect(finishAt).toBeLessThan(NOON + 63_000);
    expect(told.state.findings.filter(({ code }) => code === 'too-slow')).toEqual([]);
  });

  test('a small one is not', () => {
    const told = story(NOON, { exam: LARGE, census: people(50) });
    told.hear({ level: 'red' });
    expect(preflights(told.ask())).toEqual([]);
  });

  test('What cannot be told in time is said, with the rate that would do; the first papers come first', () => {
    const start = on('21 07:45');
    const told = story(start, { exam: LARGE, census: people(5_000) });
    told.carry({ partsPerSecond: 2 });
    told.hear({ level: 'red' });
    const effects = told.ask();
    // Half an hour to the first admission: 3,600 SMS of its 5,000; the second batch has a day.
    const [reckoned] = preflights(effects);
    expect(reckoned).toMatchObject({ people: 10_000, rate: 2 });
    expect(reckoned!.late).toBeGreaterThanOrEqual(1_400);
    expect(reckoned!.late).toBeLessThan(1_420);
    expect(reckoned!.rateNeeded).toBe(3);
    expect(told.state.findings.filter(({ code }) => code === 'too-slow')).toMatchObject([
      { params: { people: 10_000, rate: 2, rateNeeded: 3 } },
    ]);
  });
});
