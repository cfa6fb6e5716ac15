/** What a province's word does, and what becomes of a warning that was only recorded, or never judged in time. */
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../shared/time.ts';
import type { Colour } from '../shared/warning/warning.ts';
import { exam, LAST_END, SHIPPED_PLAN, site, story, T } from './story.ts';

describe('what the plan says of a province', () => {
  const EVE = T - 20 * HOUR;
  const coast = { issuer: '350000', headline: '', text: '预计沿海有大风', level: 'red' } as const;

  test('Where it says `attach`, a provincial warning joins what is open and opens nothing.', () => {
    const issuers = { ...SHIPPED_PLAN.issuers, province: 'attach' as const };
    const one = story(EVE, { plan: { ...SHIPPED_PLAN, issuers } });
    const all = one.hear({ issuer: '350000', text: '预计全省有暴雨', hazard: 'rainstorm', level: 'red' });
    one.ask();
    expect([one.reasons(all), one.state.activations]).toEqual([['below-threshold'], []]);
    one.hear();
    one.ask();
    expect(one.reasons(all)).toEqual(['below-threshold', 'raise']);
  });

  test('Its coast is none of a district without a coastal county.', () => {
    const one = story(EVE, { plan: { ...SHIPPED_PLAN, coastalCounties: ['350203'] } });
    const heard = one.hear(coast);
    one.ask();
    expect(one.reason(heard)).toBe('outside-area');
  });

  test('Its coast is each site of a coastal county, and each that is coastal by itself.', () => {
    const sites = [site('A', '350503'), site('B', '350502', true), site('C', '350502')];
    const one = story(EVE, { exam: exam({ sites }) });
    one.hear(coast);
    one.ask();
    expect(one.levels()).toEqual({ A: 'red', B: 'red' });
  });
});

describe('what is only recorded', () => {
  test.each<[string, until: number, string[]]>([
    ['is judged anew as long as it is in force', LAST_END + 20 * HOUR, ['below-threshold', 'outside-window']],
    ['keeps its reason once it is over', T, ['below-threshold']],
  ])('%s.', (_, expiresAt, reasons) => {
    const one = story(T - 20 * HOUR);
    const gale = one.hear({ hazard: 'gale', level: 'blue', expiresAt });
    one.ask();
    one.jump(LAST_END + 13 * HOUR);
    expect(one.reasons(gale)).toEqual(reasons);
  });
});

test('An update that runs out unseen before it was judged counts on, as nobody can tell that it is over.', () => {
  const one = story(T - 20 * HOUR);
  const first = one.hear({ level: 'yellow' });
  one.ask();
  const expiresAt = one.now + 5 * MINUTE;
  const update = one.hear({ level: 'red', action: 'update', references: [first.id], expiresAt });
  one.silence('gjzwfw');
  one.jump(one.now + 30 * MINUTE);
  expect([one.reasons(first), one.reasons(update)]).toEqual([
    ['activate', 'superseded'],
    ['raise', 'cannot-tell'],
  ]);
  expect(one.levels()).toEqual({ S1: 'red', S2: 'red' });
});

test.each<[Colour, Colour | null, string]>([
  ['red', null, 'raise'],
  ['blue', null, 'lower'],
  ['blue', 'red', 'continue'],
  ['red', 'red', 'continue'],
])('An officer’s word of %s for an orange beside %s is a reason to %s', (level, beside, reason) => {
  const one = story(T - 23 * HOUR);
  if (beside) one.hear({ level: beside, hazard: 'rainstorm' });
  const orange = one.hear({ level: 'orange' });
  one.ask();
  expect(one.act('duty-officer', { does: 'confirm-warning', with: { id: orange.id, level } })).toBeNull();
  one.ask();
  expect(one.reasons(orange).at(-1)).toBe(reason);
});
