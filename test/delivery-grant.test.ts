/** The carrier's grant: how it is shared out, how it gives way, how it breaks and mends. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../shared/notice/delivery.ts';
import {
  BREAKER_PROBE_MS,
  carrierNow,
  delivered,
  exhausted,
  GRANT_AHEAD_MAX_MS,
  type Grant,
  newGrant,
  observed,
  reserved,
} from '../shared/notice/grant.ts';
import { exhaust, grantNow, report, reserve, setGrant } from '../shared/stages/grant.ts';
import { HOUR, MINUTE, SECOND } from '../shared/time.ts';
import { inTime, room, START } from './delivery-room.ts';

describe('the grant', () => {
  const grant: Grant = newGrant(20, START);

  test('spans follow each other without a gap, and nothing unused is carried forward', () => {
    const first = reserved(grant, 100, 1, START);
    expect(first.span).toEqual({ startAt: START, parts: 20, spanMs: SECOND });
    const second = reserved(first.grant, 5, 1, START + 10);
    expect(second.span).toEqual({ startAt: START + SECOND, parts: 5, spanMs: 250 });
    const later = reserved(second.grant, 100, 1, START + HOUR);
    expect(later.span).toEqual({ startAt: START + HOUR, parts: 20, spanMs: SECOND });
  });

  test('never grants more than its rate over any stretch of time', () => {
    const asks = fc.array(
      fc.record({ parts: fc.integer({ min: 1, max: 60 }), wait: fc.nat({ max: 3_000 }) }),
    );
    fc.assert(
      fc.property(asks, (drawn) => {
        let now = START;
        let held = grant;
        const spans = drawn.map(({ parts, wait }) => {
          now += wait;
          const next = reserved(held, parts, 1, now);
          held = next.grant;
          return next.span;
        });
        for (const [place, { startAt, parts, spanMs }] of spans.entries()) {
          expect(parts).toBeLessThanOrEqual((20 * spanMs) / SECOND);
          const next = spans[place + 1];
          if (next && now < startAt + GRANT_AHEAD_MAX_MS)
            expect(next.startAt).toBeGreaterThanOrEqual(startAt + spanMs);
        }
      }),
    );
  });

  test('one long SMS is granted whole, over as long as it takes', () => {
    expect(reserved({ ...grant, rate: 1, ceiling: 1 }, 3, 3, START).span).toMatchObject({
      parts: 3,
      spanMs: 3_000,
    });
  });

  test('a clock that jumped does not silence the office', () => {
    const ahead = { ...grant, nextFreeAt: START + 1_000 * HOUR };
    expect(reserved(ahead, 1, 1, START).span.startAt).toBe(START + GRANT_AHEAD_MAX_MS);
  });

  test('throttling lowers the rate by what was too many, not below one, and it grows back in 20 s', () => {
    const four = observed(grant, ['accepted', 'throttled', 'throttled', 'throttled', 'throttled'], START);
    expect(four.rate).toBe(16);
    const all = observed(
      grant,
      Array.from({ length: 40 }, () => 'throttled' as const),
      START + 5 * SECOND,
    );
    expect(all.rate).toBe(1);
    const since = observed(all, ['accepted'], START + 10 * SECOND);
    expect(reserved(since, 1, 1, START + 15 * SECOND).grant.rate).toBe(11);
    expect(reserved(since, 1, 1, START + HOUR).grant.rate).toBe(20);
  });

  const mixed = (bad: number, what: Answer['class']): Answer['class'][] =>
    Array.from({ length: 50 }, (_, place) => (place < bad ? what : 'accepted'));

  test.each([
    ['more than a fifth unknown of fifty', mixed(11, 'unknown'), true],
    ['more than a fifth refused', mixed(11, 'refused'), true],
    ['more than a fifth throttled', mixed(11, 'throttled'), true],
    ['a fifth', mixed(10, 'unknown'), false],
    ['what was never sent', mixed(50, 'not-sent'), false],
    ['fewer than fifty', mixed(11, 'unknown').slice(0, 49), false],
    ['more than a fifth of the last fifty', [...mixed(0, 'unknown'), ...mixed(11, 'unknown')], true],
    ['more than a fifth before the last fifty', [...mixed(11, 'unknown'), ...mixed(0, 'unknown')], false],
  ])('the breaker and %s', (_, answers, opens) => {
    expect(carrierNow(observed(grant, answers, START))).toEqual({
      partsPerSecond: 20,
      broken: opens ? 'outcomes' : null,
    });
  });

  test('an open breaker lets one probe through every ten seconds, and one that is accepted closes it', () => {
    const broken = observed(grant, mixed(50, 'refused'), START);
    const probe = reserved(broken, 100, 1, START);
    expect(probe.span).toEqual({ startAt: START, parts: 1, spanMs: BREAKER_PROBE_MS });
    expect(observed(probe.grant, [], START)).toBe(probe.grant);
    expect(observed(probe.grant, ['throttled'], START).broken).not.toBeNull();
    expect(observed(probe.grant, ['accepted', 'unknown'], START).broken).not.toBeNull();
    expect(observed(probe.grant, ['accepted'], START)).toMatchObject({
      broken: null,
      recent: '',
      nextFreeAt: START,
    });
  });

  test('an account that has run dry goes on accepting: it is filled again once what was taken since arrives', () => {
    const dry = exhausted(observed(grant, mixed(50, 'refused'), START), START);
    expect(carrierNow(dry).broken).toBe('no-quota');
    expect(exhausted(dry, START + MINUTE), 'dry since it was first known').toBe(dry);
    expect(observed(dry, ['accepted'], START + MINUTE).broken).toEqual({ why: 'no-quota', at: START });
    expect(delivered(dry, START, START + MINUTE).broken).not.toBeNull();
    expect(delivered(dry, START + 1, START + MINUTE)).toMatchObject({ broken: null, recent: '' });
    expect(delivered(grant, START + 1, START + MINUTE)).toBe(grant);
  });
});

describe('the shared item', () => {
  test('gives fifty senders at once spans that do not overlap', async () => {
    const made = room();
    const asking = Array.from({ length: 50 }, () => reserve(made.ports, 10));
    const spans = await inTime(made, () => Promise.all(asking));
    const starts = spans.map((span) => span!.startAt).toSorted((a, b) => a - b);
    expect(starts).toEqual(starts.map((_, place) => START + place * 500));
  });

  test('is not taken by senders whose time is up before the next span, however many ask', async () => {
    const made = room();
    const end = START + 20 * SECOND;
    await exhaust(made.ports);
    const asking = Array.from({ length: 50 }, () => reserve(made.ports, 1, 1, [], end));
    const taken = (await inTime(made, () => Promise.all(asking))).filter((span) => span !== null);
    expect(taken.map(({ startAt }) => startAt)).toEqual([START, START + BREAKER_PROBE_MS]);
    expect((await grantNow(made.ports)).nextFreeAt).toBe(end);
  });

  test('is told what became of the publishes in the same write', async () => {
    const made = room();
    await setGrant(made.ports, 40);
    await reserve(made.ports, 10, 1, ['throttled', 'accepted']);
    expect(await grantNow(made.ports)).toMatchObject({ rate: 39, ceiling: 40, recent: 'ta', revision: 2 });
    await report(made.ports, []);
    expect((await grantNow(made.ports)).revision).toBe(2);
  });
});
