import { describe, expect, test } from 'vitest';
import { live } from './season/drive.ts';
import { judgeLived } from './season/judge.ts';
import { shippedPlan } from './season/plan.ts';
import { STORIES } from './season/stories.ts';
import { strikesOf, struck } from './season/strikes.ts';

const PLAN = shippedPlan();

describe.each(Object.entries(STORIES))('%s', (_, world) => {
  test('holds when nothing fails, and people are told', async () => {
    const lived = await live(world, PLAN);
    expect((await judgeLived(lived)).findings).toEqual([]);
    expect(lived.carrier.outbox.length).toBeGreaterThan(5);
  });

  test('holds whichever call fails, before its effect or after it, or takes its process along', async () => {
    const strikes = await strikesOf(world, PLAN);
    const runs = new Set(strikes.map(({ name }) => name.split(' ')[0]));
    expect(runs).toContain('receipts');
    const wrong: string[] = [];
    for (const strike of strikes) wrong.push(...(await struck(world, PLAN, strike)));
    expect(wrong).toEqual([]);
  });
});
