/** A story in which each call fails once; a file for each story, so that they run side by side. */
import { expect, test } from 'vitest';
import { shippedPlan } from '../shared/plan/shipped.ts';
import { live } from './season/drive.ts';
import { judgeLived } from './season/judge.ts';
import { strikesOf, struck } from './season/strikes.ts';
import type { World } from './season/world.ts';

const PLAN = shippedPlan();

export function holdsAtEveryCall(world: World): void {
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
}
