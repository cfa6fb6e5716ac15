/** Scenarios through the whole house in virtual time: what comes out, and that the same input gives the same bytes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { replay } from '../infra/replay.ts';
import { readScenario, SHIPPED_PLAN } from '../infra/scenario.ts';
import { summarise } from '../infra/summary.ts';
import { writeSmallStorm } from './small-storm.ts';

const root = mkdtempSync(join(tmpdir(), 'huhang-replay-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function run(directory: string): Promise<Awaited<ReturnType<typeof summarise>>> {
  const { ports, carrier } = await replay(readScenario(directory));
  return summarise(ports, carrier.outbox);
}

describe('the shipped storm', () => {
  test('is told to everybody, to nobody twice, and its record holds', async () => {
    const { summary } = await run(new URL('../infra/storm', import.meta.url).pathname);
    expect(summary.invariants).toEqual({
      lost: 0,
      beyondPolicyDuplicates: 0,
      afterDeadline: 0,
      chainBroken: 0,
    });
    expect(summary.totals.activations).toBe(1);
    for (const notice of summary.notices.filter(({ state }) => state === 'closed')) {
      const { audience, ...states } = notice.counts;
      expect(Object.values(states).reduce((sum, each) => sum + each, 0)).toBe(audience);
    }
    const kinds = new Set(summary.notices.map(({ kind }) => kind));
    for (const kind of [
      'command-brief',
      'duty',
      'candidate-reminder',
      'candidate-summary',
      'feed-silent',
      'all-clear',
    ]) {
      expect(kinds).toContain(kind);
    }
  });
});

describe('a small storm', () => {
  test('gives the same bytes for the same input', async () => {
    const directory = writeSmallStorm(join(root, 'same'), { carrier: { lose: 0.1, throttle: 0.1 } });
    const [first, second] = [await run(directory), await run(directory)];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test('closes every sum though the carrier loses answers and throttles', async () => {
    const directory = writeSmallStorm(join(root, 'rough'), {
      candidates: 200,
      carrier: { lose: 0.05, throttle: 0.1 },
    });
    const { summary, sms } = await run(directory);
    expect(summary.invariants).toEqual({
      lost: 0,
      beyondPolicyDuplicates: 0,
      afterDeadline: 0,
      chainBroken: 0,
    });
    expect(sms.every(({ noticeNo, personId }) => noticeNo !== null && personId !== null)).toBe(true);
  });

  test('tells the yellow, then the orange, then the all-clear to those told', async () => {
    const { summary, sms } = await run(writeSmallStorm(join(root, 'plain'), { candidates: 10 }));
    const reasons = summary.decisions.map((entry) => (entry as { reason: string }).reason);
    expect(reasons).toEqual(['activate', 'superseded', 'raise', 'superseded', 'cancel']);
    const toFirst = sms
      .filter(({ personId }) => personId === 'C1')
      .map(({ at, text }) => `${at.slice(11, 16)} ${text.slice(8, 30)}`);
    expect(toFirst).toEqual([
      '08:22 市气象台于20日08:10发布台风黄色预警，',
      '09:02 市气象台于20日09:00发布台风橙色预警，',
      '10:02 市气象台于20日10:00解除台风橙色预警，',
    ]);
  });
});

describe('what another plan would have done', () => {
  const directory = writeSmallStorm(join(root, 'other-plan'), { candidates: 10 });
  const reasonsUnder = async (plan?: string): Promise<unknown[]> => {
    const { ports, carrier } = await replay(readScenario(directory, plan));
    const { summary } = await summarise(ports, carrier.outbox);
    return summary.decisions.map((entry) => (entry as { reason: string }).reason);
  };

  test('the frozen plan gives the same decisions, a stricter one does not', async () => {
    const frozen = join(root, 'frozen.json');
    const shipped = readFileSync(SHIPPED_PLAN, 'utf8');
    writeFileSync(frozen, shipped);
    expect(await reasonsUnder(frozen)).toEqual(await reasonsUnder());
    const strict = JSON.parse(shipped) as { triggers: { bands: { floor: string | null }[] }[] };
    for (const { bands } of strict.triggers) for (const band of bands) band.floor = 'red';
    writeFileSync(frozen, JSON.stringify(strict));
    expect(new Set(await reasonsUnder(frozen))).toEqual(new Set(['below-threshold']));
  });
});
