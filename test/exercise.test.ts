/** 演练: an exercise runs the plan for those who take part, and for nobody else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginExercise } from '../infra/commands/drill.ts';
import { acrossExercise } from '../shared/activation/exercise.ts';
import { renderNotice } from '../shared/notice/render.ts';
import { EXERCISE, exerciseOf } from '../shared/plan/exercise.ts';
import { readExam } from '../shared/plan/schema.ts';
import { decideAll } from '../shared/stages/deciding.ts';
import { expand } from '../shared/stages/expand.ts';
import { adoptRoster, enterExam } from '../shared/stages/office.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { send } from '../shared/stages/send.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../shared/time.ts';
import { COLOURS } from '../shared/warning/warning.ts';
import { candidates, EXAM, inTime, officer, type Room, room } from './delivery-room.ts';
import { clock, exam, SHIPPED_PLAN, type Story, story, T } from './story.ts';

const START = T - 90 * DAY;

function exercise(): Story {
  return story(START, { exam: exerciseOf(exam(), START) });
}

function play(one: Story, more: object = {}): string | null {
  return one.act('duty-officer', {
    does: 'enter-warning',
    with: { hazard: 'typhoon', level: 'orange', ...more },
  });
}

describe('an exercise in the record', () => {
  test('moves the papers to the next days and keeps their times of day.', () => {
    const { id, sessions } = exerciseOf(exam(), START + HOUR);
    expect(id).toMatch(/^drill-fk-\d{12}$/);
    expect(sessions.map(({ startsAt }) => clock(startsAt).slice(3))).toEqual([
      '09:00',
      '14:30',
      '09:00',
      '14:30',
    ]);
    expect(sessions[0]!.startsAt - START).toBe(2 * DAY);
  });

  test('hands out the steps that somebody holds, and ends with a word to all who took part.', () => {
    const one = exercise();
    expect(play(one, { expiresAt: new Date(START + HOUR).toISOString() })).toBeNull();
    one.ask();
    expect(one.reasons()).toEqual(['activate']);
    expect([...one.state.activations[0]!.tasks.values()].map(({ step }) => step)).toContain('shelter');
    one.until(START + 2 * HOUR);
    expect(one.levels()).toEqual({ S1: null, S2: null });
    expect(one.act('commander', { does: 'end' })).toBeNull();
    one.until(START + 3 * HOUR);
    const ends = one.told('exercise').slice(-2);
    expect(ends.map((line) => line.slice(9))).toEqual([
      expect.stringMatching(/^- - commander\+deputy/),
      '- S1+S2 site-lead+site-staff',
    ]);
  });

  test.each(['consent', 'confirm-warning', 'correct', 'send-again', 'approve', 'tick'])(
    'It knows no %s.',
    (does) => {
      expect(exercise().act('commander', { does })).toBe('not in an exercise');
    },
  );

  test('No exam may bear the name of an exercise.', () => {
    const named = { ...exam(), id: `${EXERCISE}fk` };
    const json = { ...named, sessions: named.sessions.map((each) => ({ ...each, startsAt: 'x' })) };
    expect(readExam(json).exam).toBeNull();
    const times = { startsAt: '2024-09-21T09:00:00+08:00', endsAt: '2024-09-21T12:00:00+08:00' };
    const whole = { ...named, sessions: [{ id: 's1', name: 's1', ...times, admitFrom: times.startsAt }] };
    expect(readExam(whole)).toMatchObject({
      exam: null,
      issues: [{ path: '/id', code: 'reserved-id' }, {}, {}],
    });
  });
});

const moves = fc.array(
  fc.tuple(
    fc.constantFrom(1, 20, 300, 900),
    fc.oneof(
      fc.record({
        does: fc.constant('play' as const),
        hazard: fc.constantFrom('typhoon', 'rainstorm', 'wave', 'fog'),
        level: fc.constantFrom(...COLOURS),
        action: fc.constantFrom('issue', 'update', 'cancel'),
        status: fc.constantFrom('actual', 'exercise'),
      }),
      fc.record({
        does: fc.constantFrom('done', 'end', 'incident', 'measure', 'stop', 'acknowledge'),
        which: fc.nat(20),
      }),
      fc.record({ does: fc.constant('hear' as const), level: fc.constantFrom(...COLOURS) }),
      fc.record({ does: fc.constant('silence' as const) }),
    ),
  ),
  { minLength: 2, maxLength: 12 },
);

/** The same things happen, in an exercise or in an exam. */
function live(one: Story, happened: typeof moves extends fc.Arbitrary<infer M> ? M : never): Story {
  const entered: string[] = [];
  for (const [minutes, move] of happened) {
    one.jump(one.now + minutes * MINUTE);
    if (move.does === 'play') {
      const { does: _, ...said } = move;
      play(one, { ...said, references: entered.slice(-1) });
      entered.push(...one.state.words.slice(-1).map(({ warningId }) => warningId));
    } else if (move.does === 'hear') one.hear({ level: move.level });
    else if (move.does === 'silence') one.silence('gjzwfw');
    else if ('which' in move) {
      const no = String(move.which + 1).padStart(4, '0');
      const site = move.which % 2 === 0 ? 'S1' : 'S2';
      const typed = move.does === 'incident' ? { site, kind: 'roads-cut' } : { kind: 'earthquake' };
      one.act('duty-officer', { does: move.does, task: no, notice: no, with: typed });
    }
    one.ask();
  }
  return one;
}

describe('whatever happens', () => {
  test('an exercise tells posts alone, each text marked as 演练, and hears no feed.', () => {
    fc.assert(
      fc.property(moves, (happened) => {
        const one = live(exercise(), happened);
        for (const { notice, hold } of one.state.notices.values()) {
          const { audience } = notice;
          if (audience.who !== 'posts') throw new Error(`${notice.kind} is for ${audience.who}`);
          expect(acrossExercise(one.state.chain, [{ kind: 'notice', notice, hold }])).toBeNull();
          for (const site of audience.sites ?? [null])
            expect(renderNotice(notice, site, one.exam)).toMatch(/^【泉州市司法局】演练：/);
        }
        const own = new Set(one.state.words.map(({ warningId }) => warningId));
        expect(one.state.decisions.every(({ warningId }) => warningId === null || own.has(warningId))).toBe(
          true,
        );
        expect(one.state.silentFeeds.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test('an exam tells nobody of what was entered as an exercise, and sends no text of one.', () => {
    fc.assert(
      fc.property(moves, (happened) => {
        const one = story(T - 2 * DAY);
        const drills = happened.map(([minutes, move]): (typeof happened)[number] => [
          minutes,
          move.does === 'play' ? { ...move, status: 'exercise' } : move,
        ]);
        live(one, drills);
        const played = new Set(one.state.words.map(({ warningId }) => warningId));
        for (const { warningId, reason } of one.state.decisions)
          if (warningId !== null && played.has(warningId)) expect(reason).toBe('not-actual');
        for (const { notice, hold } of one.state.notices.values())
          expect(acrossExercise(one.state.chain, [{ kind: 'notice', notice, hold }])).toBeNull();
      }),
      { numRuns: 60 },
    );
  });
});

describe('through the whole house', () => {
  const header = 'personId,name,phone,role,siteId,sessionIds,needs';
  const lead = 'L-1,演练甲,13900000901,site-lead,s1,,';
  const officers = 'L-2,演练乙,13900000902,duty-officer,,,';

  async function office(): Promise<Room> {
    const made = room();
    await enterExam(made.ports, { exam: EXAM, examVersion: '1', plan: SHIPPED_PLAN, by: 'test' });
    const people = [...candidates(20), officer(1, 'duty-officer'), officer(2, 'site-lead', 's1')];
    const census = await importRoster(made.ports, EXAM, 'v1', people);
    await adoptRoster(made.ports, EXAM, census, 'test');
    return made;
  }

  async function* rows(...lines: string[]) {
    yield [header, ...lines].map((line) => line.split(','));
  }

  function begin(made: Room, ...lines: string[]) {
    const table = { hash: lines.join(), pages: rows(...lines) };
    return inTime(made, () => beginExercise(made.ports, EXAM.id, table, { hazard: 'typhoon', level: 'red' }));
  }

  async function sweepAndSend(made: Room, chains: string[]): Promise<void> {
    const { ports, time } = made;
    await inTime(made, () => decideAll(ports));
    for (const chain of chains) await inTime(made, () => expand(ports, chain));
    await inTime(made, () => send(ports, time.clock.machine() + 50 * SECOND));
  }

  test('its own people get its texts; the real ones, and the real record, hear nothing.', async () => {
    const made = await office();
    const before = made.store.items('chain').filter(({ pk }) => pk === 'fk#qz').length;
    const { id } = await begin(made, lead, officers);
    await sweepAndSend(made, ['fk#qz', `${id}#qz`]);
    const { outbox } = made.carrier;
    expect(new Set(outbox.map(({ to }) => to))).toEqual(new Set(['+8613900000901', '+8613900000902']));
    for (const { text } of outbox) expect(text).toMatch(/^【泉州市司法局】演练：/);
    const real = made.store.items<{ pk: string; json: string }>('chain').filter(({ pk }) => pk === 'fk#qz');
    // The readiness set apart, which the exam opens by itself.
    expect(real.slice(before).filter(({ json }) => json.includes('"notice"'))).toEqual([]);
    expect(made.store.items('warnings')).toEqual([]);
  });

  test('a roster with a candidate begins nothing.', async () => {
    const made = await office();
    const bad = 'C-9,考生九,13900000903,candidate,s1,a1,';
    await expect(begin(made, lead, bad)).rejects.toThrow(/role-candidate/);
    await sweepAndSend(made, ['fk#qz']);
    expect(made.carrier.outbox).toEqual([]);
  });
});
