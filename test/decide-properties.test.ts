/** What must hold of every decision, whatever the weather, the feeds and the officers do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../shared/activation/decide.ts';
import type { Effect } from '../shared/activation/events.ts';
import { apply } from '../shared/activation/fold.ts';
import { quietUntil } from '../shared/activation/hold.ts';
import { GENESIS } from '../shared/activation/seal.ts';
import type { Inputs } from '../shared/activation/situation.ts';
import { emptyState, isOpen, placeKey, type State, type Task } from '../shared/activation/state.ts';
import { cellKey } from '../shared/plan/exam.ts';
import { DAY, HOUR, MINUTE } from '../shared/time.ts';
import { afterBadAnswer } from '../shared/warning/health.ts';
import { remember } from '../shared/warning/record.ts';
import { COLOURS, HAZARDS, rank, type Warning } from '../shared/warning/warning.ts';
import { area, census, exam, feed, SESSIONS, SHIPPED_PLAN, type Story, story, T, warning } from './story.ts';

const FEEDS = ['gjzwfw', 'nmc-alarm', 'qweather'] as const;
const ISSUERS = ['350500', '350502', '350581', '350526', '350000', '000000', '350200'];

type Step =
  | { does: 'hear'; warning: Partial<Warning>; issuer: string; refers: number; lasts: number | null }
  | { does: 'lift' | 'drop'; which: number }
  | { does: 'silence' | 'heal'; feed: (typeof FEEDS)[number] }
  | { does: 'act'; act: string; which: number }
  | { does: 'adopt' };

const hear = fc.record({
  does: fc.constant('hear' as const),
  warning: fc.record({
    feed: fc.constantFrom(...FEEDS),
    action: fc.constantFrom<Warning['action']>('issue', 'issue', 'update', 'cancel'),
    hazard: fc.constantFrom(
      'typhoon' as const,
      'typhoon' as const,
      'rainstorm' as const,
      'wave' as const,
      ...HAZARDS,
    ),
    level: fc.constantFrom<Warning['level']>('blue', 'yellow', 'orange', 'red', 'unknown'),
    product: fc.constantFrom<Warning['product']>('signal', 'signal', 'signal', 'level'),
    status: fc.constantFrom<Warning['status']>('actual', 'actual', 'actual', 'actual', 'exercise'),
  }),
  issuer: fc.constantFrom(...ISSUERS),
  refers: fc.nat(9),
  lasts: fc.constantFrom(null, 1, 6, 24),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: hear },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constantFrom('lift' as const, 'drop' as const), which: fc.nat(9) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom('silence' as const, 'heal' as const),
      feed: fc.constantFrom(...FEEDS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('act' as const),
      act: fc.constantFrom('approve', 'reject', 'stop', 'pause', 'resume', 'done', 'acknowledge', 'end'),
      which: fc.nat(30),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('adopt' as const) }) },
);

/** Steps with the minutes before each: mostly a few, at times a night. */
const history = fc.record({
  startHours: fc.integer({ min: -180, max: 44 }),
  slow: fc.boolean(),
  steps: fc.array(fc.tuple(fc.constantFrom(0, 1, 3, 12, 60, 200, 600), step), {
    minLength: 3,
    maxLength: 16,
  }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

function begin({ startHours, slow }: History): Story {
  const start = T + startHours * HOUR;
  const one = story(start, {
    feeds: [
      feed('gjzwfw', start),
      feed('nmc-alarm', start, {
        kind: 'set',
        listed: [],
        lastCompleteAt: start,
        silentAfterMs: 15 * MINUTE,
      }),
      feed('qweather', start, { official: false }),
    ],
  });
  if (slow) one.leaveOpen();
  return one;
}

/** Plays a history; `look` sees the story after every decision. */
function play(played: History, look: (one: Story) => void): Story {
  const one = begin(played);
  const heard: Warning[] = [];
  const pick = (which: number): Warning | undefined => heard[which % Math.max(1, heard.length)];
  let rosters = 1;
  for (const [minutes, each] of played.steps) {
    if (minutes > 0) look(one.jump(one.now + minutes * MINUTE));
    switch (each.does) {
      case 'hear': {
        const before = each.warning.action === 'issue' ? undefined : pick(each.refers);
        const expiresAt = each.lasts === null ? null : one.now + each.lasts * HOUR;
        const references = before ? [before.id] : [];
        heard.push(one.hear({ ...each.warning, issuer: each.issuer, references, expiresAt, text: '全省' }));
        break;
      }
      case 'lift':
      case 'drop': {
        const of = pick(each.which);
        if (of && each.does === 'lift') heard.push(one.lift(of));
        else if (of) one.drop(of);
        break;
      }
      case 'silence':
      case 'heal':
        one[each.does](each.feed);
        break;
      case 'act': {
        const no = String(each.which + 1).padStart(4, '0');
        one.act('duty-officer', { does: each.act, notice: no, task: no });
        break;
      }
      case 'adopt': {
        rosters += 1;
        const next = census(exam(), String(rosters));
        one.adopt(next, next.cells);
      }
    }
    one.ask();
    look(one);
  }
  return one;
}

/** The effects of one more decision over other inputs, folded into a copy. */
function folded({ state }: Story, inputs: Inputs): State {
  const copy = structuredClone(state);
  const effects = decide(inputs, copy).flat();
  if (effects.length > 0) apply(copy, eventOf(copy, inputs.now, effects), 'h');
  return copy;
}

function eventOf(state: State, at: number, effects: Effect[]) {
  return { seq: state.seq + 1, at, by: 'system', cause: { kind: 'decided' } as const, effects };
}

function levelsOf(state: State): Record<string, number> {
  return Object.fromEntries([...state.siteLevels].map(([site, { level }]) => [site, rank(level)]));
}

describe('every decision', () => {
  test('is total, changes nothing when asked twice, and never touches the record it is given.', () => {
    fc.assert(
      fc.property(history, (played) => {
        play(played, (one) => {
          const before = structuredClone(one.state);
          const later = { ...one.inputs(), now: one.now + HOUR };
          const first = decide(later, one.state);
          expect(one.state).toEqual(before);
          expect(decide(later, before)).toEqual(first);
        });
      }),
    );
  });

  test('does not hang on the order of what it is given.', () => {
    fc.assert(
      fc.property(history, (played) => {
        play(played, (one) => {
          const inputs = { ...one.inputs(), now: one.now + 20 * MINUTE };
          const turned = { ...inputs, warnings: [...inputs.warnings].reverse() };
          expect(decide(turned, one.state)).toEqual(decide(inputs, one.state));
        });
      }),
    );
  });

  test('lowers and ends nothing because a feed gave a bad answer.', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.integer({ min: 0, max: 9 }), (played, which, minutes) => {
        play(played, (one) => {
          const inputs = { ...one.inputs(), now: one.now + minutes * MINUTE };
          const broken = inputs.feeds.map((each, index) =>
            index === which % inputs.feeds.length ? afterBadAnswer(each, 'html') : each,
          );
          const [good, bad] = [folded(one, inputs), folded(one, { ...inputs, feeds: broken })];
          for (const [site, level] of Object.entries(levelsOf(good))) {
            expect(levelsOf(bad)[site]).toBeGreaterThanOrEqual(level);
          }
          const ended = (state: State) => state.activations.filter(({ endedAt }) => endedAt !== null).length;
          expect(ended(bad)).toBeLessThanOrEqual(ended(good));
        });
      }),
    );
  });

  test('never lowers a level because of one more warning in force.', () => {
    const level = fc.constantFrom(...COLOURS, 'unknown' as const);
    fc.assert(
      fc.property(history, level, fc.constantFrom('350500', '350502', '350581'), (played, level, over) => {
        play(played, (one) => {
          const inputs = one.inputs();
          // Of an office that says nothing else: within a thread the newest word counts, be it lower.
          const more = warning(one.now, { level, issuer: '350583', areas: [area(over)] });
          const warnings = [...inputs.warnings, remember(null, more, one.now)];
          const [without, with_] = [folded(one, inputs), folded(one, { ...inputs, warnings })];
          for (const [site, before] of Object.entries(levelsOf(without)))
            expect(levelsOf(with_)[site]).toBeGreaterThanOrEqual(before);
        });
      }),
      { numRuns: 30 },
    );
  });

  test('is replayed to the same record, however often, and that record has its answer.', () => {
    fc.assert(
      fc.property(history, (played) => {
        const { events, state, inputs } = play(played, () => undefined);
        const again = emptyState(state.chain, GENESIS);
        for (const [place, event] of events.entries()) apply(again, event, `h${place + 1}`);
        expect(again).toEqual(state);
        expect(decide(inputs(), again)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('tells only people of the district, in the words of a clause of the plan.', () => {
    fc.assert(
      fc.property(history, (played) => {
        const { state } = play(played, () => undefined);
        const [sites, posts] = [new Set(['S1', 'S2']), new Set(Object.keys(state.census!.posts))];
        const cells = new Set(state.census!.cells.map(cellKey));
        const clauses = new Set(SHIPPED_PLAN.clauses.map(({ number }) => number));
        for (const { notice } of state.notices.values()) {
          const { audience, clause } = notice;
          expect(clauses).toContain(clause);
          if (audience.who === 'candidates')
            for (const cell of audience.cells) {
              expect(cells).toContain(cellKey(cell));
              expect(cell.siteId).toBe(audience.siteId);
            }
          if (audience.who === 'posts')
            for (const post of audience.posts)
              expect((audience.sites ?? [null]).some((at) => posts.has(placeKey(post, at)))).toBe(true);
          const at = 'siteId' in audience ? [audience.siteId] : 'sites' in audience ? audience.sites : [];
          for (const site of at ?? []) expect(sites).toContain(site);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('leaves no task without an owner: what a vacant post should do falls to who stands in.', () => {
    const vacancies = fc.subarray([
      'liaison@-',
      'assessment@-',
      'commander@-',
      'site-lead@S1',
      'site-lead@S2',
    ]);
    fc.assert(
      fc.property(history, vacancies, (played, vacant) => {
        const next = census(exam(), 'vacant');
        for (const key of vacant) next.posts[key] = 0;
        const one = play(played, () => undefined);
        one.adopt(next, []);
        // Into the day, when nobody is let sleep, and past every rest between two SMS.
        for (let hour = 0; hour < 24; hour += 2) one.jump(one.now + 2 * HOUR);
        for (const task of one.state.activations.at(-1)?.tasks.values() ?? []) {
          const isHeld = (next.posts[placeKey(task.post, task.siteId)] ?? 0) > 0;
          const isWaiting = isOpen(task) && task.acknowledgedAt === null;
          if (isWaiting && !isHeld && one.now > task.givenAt + 12 * HOUR)
            expect(task.escalated.length, `${task.id} has nobody`).toBeGreaterThan(0);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('gives every notice a clause, an audience and its reason: a warning, a feed, the end, or the clock.', () => {
    fc.assert(
      fc.property(history, (played) => {
        for (const { notice } of play(played, () => undefined).state.notices.values()) {
          expect(notice.clause).not.toBe('');
          const { audience } = notice;
          const size =
            audience.who === 'posts'
              ? Math.min(audience.posts.length, audience.sites?.length ?? 1)
              : audience.who === 'candidates'
                ? audience.cells.length
                : 'notices' in audience
                  ? audience.notices.length
                  : 1;
          expect(size).toBeGreaterThan(0);
          const ofItsOwn = ['feed-silent', 'confirm-end', 'task-reminder', 'escalation'];
          expect(notice.warningId !== null || ofItsOwn.includes(notice.kind)).toBe(true);
        }
      }),
    );
  });

  test('clears only those who were told, and only where nothing stands.', () => {
    fc.assert(
      fc.property(history, (played) => {
        let known = 0;
        play(played, ({ state }) => {
          const clears = [...state.notices.values()].filter(({ notice }) => notice.kind === 'all-clear');
          for (const { notice } of clears.slice(known)) {
            if (notice.audience.who !== 'told') throw new Error('an all-clear goes to those told');
            const { siteId } = notice.audience;
            expect(state.siteLevels.get(siteId)?.level).toBeNull();
            for (const no of notice.audience.notices) {
              const told = state.notices.get(no);
              expect([told?.notice.audience, told?.releasedAt]).toEqual([
                expect.objectContaining({ who: 'candidates', siteId }),
                expect.any(Number),
              ]);
            }
          }
          known = clears.length;
        });
      }),
    );
  });

  test('sends no candidate anything in a paper or in the quiet hours of its colour, but what an officer lets go.', () => {
    fc.assert(
      fc.property(history, (played) => {
        const { state } = play(played, () => undefined);
        for (const { notice, releasedAt } of state.notices.values()) {
          if (
            notice.audience.who !== 'candidates' ||
            releasedAt === null ||
            notice.approvedBy?.startsWith('P-')
          )
            continue;
          const quiet = quietUntil(
            SHIPPED_PLAN.candidates.quiet,
            notice.level!,
            releasedAt,
            'Asia/Shanghai',
            SESSIONS,
          );
          if (notice.kind === 'candidate-reminder') expect(quiet).toBeNull();
          for (const { sessionIds } of notice.audience.cells) {
            const sitting = SESSIONS.filter(({ id }) => sessionIds.includes(id));
            expect(
              sitting.some(({ admitFrom, endsAt }) => admitFrom <= releasedAt && releasedAt < endsAt),
            ).toBe(false);
          }
        }
      }),
    );
  });

  test('never gives more time on a raise.', () => {
    fc.assert(
      fc.property(history, (played) => {
        const due = new Map<string, Task>();
        play(played, ({ state }) => {
          for (const task of state.activations.at(-1)?.tasks.values() ?? []) {
            const before = due.get(task.id);
            // Withdrawn and opened again, be it at the same instant, it is a new one.
            const isSame = before?.openedAt === task.openedAt && before.withdrawnAt === null;
            if (isSame) expect(task.dueAt).toBeLessThanOrEqual(before.dueAt);
            due.set(task.id, { ...task });
          }
        });
      }),
    );
  });

  test('comes to the same when only part of it was committed before it was asked again.', () => {
    fc.assert(
      fc.property(
        history,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 5 }),
        (played, cuts) => {
          const said = (state: State) => ({
            tasks: state.activations.map(({ tasks, level, warnings }) => [
              [...tasks.values()],
              level,
              warnings,
            ]),
            notices: [...state.notices.values()].map(({ notice, hold }) => [
              notice.kind,
              notice.level,
              notice.audience,
              notice.warningId,
              hold,
            ]),
            levels: [...state.siteLevels],
            reasons: [...state.reasons].sort(),
          });
          play(played, (one) => {
            const inputs = { ...one.inputs(), now: one.now + 2 * HOUR };
            const whole = folded(one, inputs);
            expect(decide(inputs, whole)).toEqual([]);
            const parts = structuredClone(one.state);
            for (let round = 0; ; round += 1) {
              const groups = decide(inputs, parts);
              if (groups.length === 0) break;
              expect(round, 'it settles').toBeLessThan(200);
              apply(
                parts,
                eventOf(parts, inputs.now, groups.slice(0, cuts[round % cuts.length]!).flat()),
                'h',
              );
            }
            expect(said(parts)).toEqual(said(whole));
          });
        },
      ),
    );
  });
});

test('A story of a week asked every hour ends where the same story asked every minute ends: nothing in force.', () => {
  for (const pace of [HOUR, 10 * MINUTE]) {
    const one = story(T - 3 * DAY);
    one.hear({ level: 'orange', expiresAt: T - DAY });
    for (let at = one.now; at < T + 3 * DAY; at += pace) one.jump(at);
    expect([one.reasons(), one.levels()]).toEqual([
      ['activate', 'expire', 'propose-end', 'window-over'],
      { S1: null, S2: null },
    ]);
  }
});
