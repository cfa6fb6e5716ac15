/** What a deployment costs, from calls that were counted and prices with a date. */
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { main } from '../infra/cli.ts';
import { type Cost, costs } from '../infra/commands/cost.ts';
import prices from '../infra/prices.json' with { type: 'json' };
import { readScenario } from '../infra/scenario.ts';
import { HOUR } from '../shared/time.ts';

const storm = readScenario(fileURLToPath(new URL('../infra/storm', import.meta.url)));
/** Until the first signal has been told. */
const morning = { ...storm, end: storm.start + 2 * HOUR };
const PEOPLE = storm.people.length;

let once: Cost[];
let tenfold: Cost[];
beforeAll(async () => {
  once = await costs(morning, PEOPLE);
  tenfold = await costs(morning, PEOPLE * 10);
});
const countOf = (found: Cost[], of: string, unit: string) =>
  found.find((each) => each.of === of)!.units[unit]!.count;

test('Ten times the people cost ten times the SMS, and an idle month the same.', () => {
  const parts = countOf(once, 'SMS of the storm', 'sms-parts');
  expect(parts).toBeGreaterThan(0);
  expect(countOf(tenfold, 'SMS of the storm', 'sms-parts')).toBe(parts * 10);
  expect(tenfold[0]).toEqual(once[0]);
});

test('Each part more costs at least three writes: its claim, its record, its receipt.', () => {
  const writes = (found: Cost[]) => countOf(found, 'storm', 'table-writes');
  const parts = (found: Cost[]) => countOf(found, 'SMS of the storm', 'sms-parts');
  const each = (writes(tenfold) - writes(once)) / (parts(tenfold) - parts(once));
  expect(each).toBeGreaterThan(3);
});

test('An idle month is sweeps each minute and polls as often as the catalogue says, and sends nothing.', () => {
  expect(countOf(once, 'idle month', 'schedule-runs')).toBe(175_680);
  expect(once[0]!.units).not.toHaveProperty('sms-parts');
  expect(once[0]!.usd).toBeGreaterThan(once[1]!.usd);
});

test('Each sum is that of its lines, and each price says where it is from and whether anybody verified it.', () => {
  for (const { usd, units } of once)
    expect(usd).toBeCloseTo(
      Object.values(units).reduce((sum, each) => sum + each.usd, 0),
      2,
    );
  for (const price of Object.values(prices.units)) {
    expect(price.source).not.toBe('');
    expect(typeof price.verified).toBe('boolean');
  }
});

test('A number of people that is none is wrong usage.', async () => {
  expect(await main(['cost', '--people', 'many'])).toBe(2);
});
