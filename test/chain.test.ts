/** The record of a district: one put-if-absent per event, cut where it may be cut, folded alike by everybody. */
import { describe, expect, test } from 'vitest';
import type { Decision, Effect, SealedEvent } from '../shared/activation/events.ts';
import { apply } from '../shared/activation/fold.ts';
import { brokenAt, open } from '../shared/activation/seal.ts';
import { openNotices, type State } from '../shared/activation/state.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import type { Ports, Store } from '../shared/io/ports.ts';
import { queryAll } from '../shared/io/query-all.ts';
import { EVENT_BYTES_MAX } from '../shared/limits.ts';
import type { Notice } from '../shared/notice/notice.ts';
import type { Census, Exam } from '../shared/plan/exam.ts';
import { planKey } from '../shared/plan/plan.ts';
import { takeAct } from '../shared/stages/act.ts';
import {
  append,
  appendAll,
  catchUp,
  chainOf,
  EVENTS_PER_APPEND_MAX,
  events,
} from '../shared/stages/chain.ts';
import { decideAll } from '../shared/stages/deciding.ts';
import { expand } from '../shared/stages/expand.ts';
import { freeze } from '../shared/stages/freeze.ts';
import { slicesOf } from '../shared/stages/notices.ts';
import { adoptRoster, charges, enterExam, inEveryDistrict } from '../shared/stages/office.ts';
import { importRoster } from '../shared/stages/roster.ts';
import { sweep } from '../shared/stages/sweep.ts';
import { rememberWarning, saveFeed } from '../shared/stages/warnings.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { candidate, notice } from './delivery-room.ts';
import { stillPorts } from './still.ts';
import { census, exam, feed, INLAND, SHIPPED_PLAN, site, T, warning } from './story.ts';

const CHAIN = 'fk#qz';
const SYSTEM = { by: 'system', cause: { kind: 'decided' } as const };

function finding(code: string, bytes = 0): Effect {
  return { kind: 'finding', code, params: { filled: 'x'.repeat(bytes) } };
}

function house(store: Store = memoryStore(), start = T - 20 * HOUR) {
  return stillPorts(start, { store });
}

async function sealed(store: Store, chain = CHAIN): Promise<SealedEvent[]> {
  const all: SealedEvent[] = [];
  for await (const each of events(store, chain)) all.push(each);
  return all;
}

function codes(state: State): string[] {
  return state.findings.map(({ code }) => code);
}

describe('appending', () => {
  test('Events follow each other by number and hash, and a fresh reader folds the same.', async () => {
    const ports = house();
    for (const code of ['a', 'b', 'c']) await append(ports, CHAIN, SYSTEM, () => [finding(code)]);
    expect(brokenAt(await sealed(ports.store))).toBeNull();
    const warm = await catchUp(ports.store, CHAIN);
    const cold = await catchUp({ ...ports.store }, CHAIN);
    expect([warm.seq, codes(warm)]).toEqual([3, ['a', 'b', 'c']]);
    expect(cold).toEqual(warm);
  });

  test('Nothing to say writes nothing.', async () => {
    const ports = house();
    await append(ports, CHAIN, SYSTEM, () => []);
    expect(await sealed(ports.store)).toEqual([]);
  });

  test('Of many at once each gets a number of its own, and each is asked over what won before.', async () => {
    const store = memoryStore();
    const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
    await Promise.all(
      names.map((name) =>
        // Each over a store of its own is a process of its own.
        append(house({ ...store }), CHAIN, SYSTEM, (state) =>
          codes(state).includes(name) ? [] : [finding(name)],
        ),
      ),
    );
    const state = await catchUp({ ...store }, CHAIN);
    expect(codes(state).sort()).toEqual([...names].sort());
    expect(brokenAt(await sealed(store))).toBeNull();
  });

  test('A write whose answer was lost is found to be one’s own.', async () => {
    const store = memoryStore();
    const forgetful: Store = {
      ...store,
      async putIfAbsent(table, item) {
        await store.putIfAbsent(table, item);
        return false;
      },
    };
    const state = await append(house(forgetful), CHAIN, SYSTEM, () => [finding('once')]);
    expect([state.seq, codes(state)]).toEqual([1, ['once']]);
  });

  test('Time never runs backwards in it, though the clock does.', async () => {
    const ports = house();
    await append(ports, CHAIN, SYSTEM, () => [finding('a')]);
    ports.at(T - 30 * HOUR);
    await append(ports, CHAIN, SYSTEM, () => [finding('b')]);
    const [first, second] = (await sealed(ports.store)).map(open);
    expect(second?.at).toBe(first?.at);
  });

  test('An event is of the instant over which it was decided, though the clock went on.', async () => {
    const ports = house();
    const asked: number[] = [];
    const ticking = { ...ports, clock: { ...ports.clock, now: () => T - HOUR + asked.length } };
    await append(ticking, CHAIN, SYSTEM, (_, now) => {
      asked.push(now);
      return [finding('a')];
    });
    await appendAll(ticking, CHAIN, SYSTEM, (state, now) => {
      asked.push(now);
      return codes(state).includes('b') ? [] : [[finding('b')]];
    });
    const events = (await sealed(ports.store)).map(open);
    expect(events.map(({ at }) => at)).toEqual(asked.slice(0, 2));
  });

  test('An act that fits no event is a bug and writes nothing.', async () => {
    const ports = house();
    const large = Array.from({ length: 3 }, (_, index) => finding(`f${index}`, EVENT_BYTES_MAX / 2));
    await expect(append(ports, CHAIN, SYSTEM, () => large)).rejects.toThrow('bug: an act must fit one event');
    expect(await sealed(ports.store)).toEqual([]);
  });

  test('A fold that a bug broke off is not used again.', async () => {
    const ports = house();
    await append(ports, CHAIN, SYSTEM, () => [finding('good')]);
    const broken: Effect[] = [finding('half'), { kind: 'notice-paused', no: '0001' }];
    await expect(append(ports, CHAIN, SYSTEM, () => broken)).rejects.toThrow('bug: no notice 0001');
    await expect(catchUp(ports.store, CHAIN)).rejects.toThrow('bug: no notice 0001');
    await expect(catchUp(ports.store, CHAIN)).rejects.toThrow('bug: no notice 0001');
  });
});

describe('cutting', () => {
  const answer =
    (groups: [string, number][][]) =>
    (state: State): Decision =>
      groups
        .map((group) =>
          group.filter(([code]) => !codes(state).includes(code)).map(([code, bytes]) => finding(code, bytes)),
        )
        .filter((group) => group.length > 0);
  const third = EVENT_BYTES_MAX / 3;

  async function told(groups: [string, number][][]): Promise<string[]> {
    const ports = house();
    await appendAll(ports, CHAIN, SYSTEM, answer(groups));
    const all = (await sealed(ports.store)).map(open);
    for (const { json } of await sealed(ports.store))
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(EVENT_BYTES_MAX);
    return all.map(({ effects }) =>
      effects.map((each) => (each.kind === 'finding' ? each.code : '')).join(''),
    );
  }

  test.each<[string, [string, number][][], string[]]>([
    ['What fits stands in one event.', [[['a', 10]], [['b', 10]]], ['ab']],
    [
      'A group that does not fit goes into the next one, whole.',
      [
        [['a', third]],
        [
          ['b', third],
          ['c', third],
        ],
      ],
      ['a', 'bc'],
    ],
    [
      'Only a group that fits no event is cut inside.',
      [
        [
          ['a', third],
          ['b', third],
          ['c', third],
          ['d', 10],
        ],
      ],
      ['ab', 'cd'],
    ],
  ])('%s', async (_, groups, expected) => {
    expect(await told(groups)).toEqual(expected);
  });

  test('An answer that never settles is given up, not written for ever.', async () => {
    const ports = house();
    let count = 0;
    const endless = appendAll(ports, CHAIN, SYSTEM, () => [[finding(`e${count++}`)]]);
    await expect(endless).rejects.toThrow('append-never-settled');
    expect(await sealed(ports.store)).toHaveLength(EVENTS_PER_APPEND_MAX);
  });
});

describe('six hundred sites', () => {
  const COUNTIES = [
    '350502',
    '350503',
    '350504',
    '350505',
    '350521',
    '350524',
    '350525',
    '350526',
    '350581',
    '350582',
    '350583',
  ];
  const large: Exam = exam({
    sites: Array.from({ length: 600 }, (_, index) =>
      site(`S${String(index).padStart(3, '0')}`, COUNTIES[index % COUNTIES.length]!, index % 2 === 0),
    ),
  });

  async function storm(ports: Ports): Promise<void> {
    await enterExam(ports, { exam: large, examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
    await adoptRoster(ports, large, census(large), 'office');
    const now = ports.clock.now();
    await saveFeed(ports.store, feed('gjzwfw', now));
    const levels = ['blue', 'yellow', 'orange', 'red'] as const;
    for (const [index, issuer] of ['350500', ...COUNTIES].entries()) {
      const said = {
        id: `w${index}`,
        issuer,
        level: levels[index % 4]!,
        hazard: index % 2 ? ('rainstorm' as const) : ('typhoon' as const),
      };
      await rememberWarning(ports.store, null, warning(now, said), now);
    }
  }

  /** What was decided, without the numbers of events. */
  function outcome({ seq: _, hash: __, decisions: ___, ...state }: State) {
    return state;
  }

  test('One decision over all of them is cut into events, and folds to what one event of any size would give.', async () => {
    const ports = house();
    await storm(ports);
    const before = (await sealed(ports.store)).length;
    await decideAll(ports);
    const all = await sealed(ports.store);
    expect(all.length - before).toBeGreaterThan(1);
    for (const { json } of all) expect(Buffer.byteLength(json)).toBeLessThanOrEqual(EVENT_BYTES_MAX);
    expect(brokenAt(all)).toBeNull();
    const state = await catchUp(ports.store, CHAIN);
    const activation = state.activations[0]!;
    expect(activation.tasks.size).toBe(600 * 3 + 5);
    const told = new Set(
      [...state.notices.values()].flatMap(({ notice: { audience } }) =>
        audience.who === 'candidates' ? [audience.siteId] : [],
      ),
    );
    expect(told.size).toBe(600);

    const fresh = house();
    await storm(fresh);
    const merged: Effect[] = all.slice(before).flatMap((each) => open(each).effects);
    const whole = await catchUp(fresh.store, CHAIN);
    apply(whole, { seq: whole.seq + 1, at: state.at, ...SYSTEM, effects: merged }, 'h');
    expect(outcome(whole)).toEqual(outcome(state));
  });

  test('A process that dies after any event is taken up by the next, and comes to the same.', async () => {
    const calm = house();
    await storm(calm);
    await decideAll(calm);
    const expected = outcome(await catchUp(calm.store, CHAIN));

    const store = memoryStore();
    await storm(house(store));
    for (let deaths = 0; ; deaths += 1) {
      expect(deaths).toBeLessThan(50);
      let written = 0;
      const mortal: Store = {
        ...store,
        async putIfAbsent(table, item) {
          if (table === 'chain' && written === 1) throw new Error('the process died');
          written += 1;
          return await store.putIfAbsent(table, item);
        },
      };
      try {
        await decideAll(house(mortal));
        break;
      } catch (error) {
        expect((error as Error).message).toBe('the process died');
      }
    }
    expect(outcome(await catchUp({ ...store }, CHAIN))).toEqual(expected);
  });

  test('A census larger than an event is adopted in parts, once; a later one lets every cell be asked again.', async () => {
    const ports = house();
    const people: Census = {
      version: '1',
      cells: large.sites.flatMap(({ id }) =>
        COUNTIES.map((home) => ({ siteId: id, home, sessionIds: ['s1', 's2', 's3', 's4'], count: 3 })),
      ),
      posts: { 'duty-officer@-': 1 },
      inNeed: [],
    };
    await enterExam(ports, { exam: large, examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
    for (let times = 0; times < 2; times += 1) await adoptRoster(ports, large, people, 'office');
    const { length } = await sealed(ports.store);
    expect(length).toBeGreaterThan(3);
    const state = await catchUp(ports.store, CHAIN);
    expect(state.census).toEqual(people);
    expect(state.cellsAdded.size).toBe(0);
    await adoptRoster(ports, large, { ...people, version: '2' }, 'office');
    expect(state.census?.version).toBe('2');
    expect(state.cellsAdded.size).toBe(people.cells.length);
  });
});

describe('several districts', () => {
  const both = exam({
    districts: [
      { id: 'qz', name: '泉州考区', adcode: '350500', excludes: [] },
      { id: 'xm', name: '厦门考区', adcode: '350200', excludes: [] },
    ],
    sites: [INLAND, site('X1', '350203', false, 'xm')],
  });

  async function twoOffices(): Promise<ReturnType<typeof house>> {
    const ports = house();
    await enterExam(ports, { exam: both, examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
    await adoptRoster(ports, both, census(both), 'office');
    const now = ports.clock.now();
    await saveFeed(ports.store, feed('gjzwfw', now));
    for (const issuer of ['350500', '350200'])
      await rememberWarning(ports.store, null, warning(now, { issuer }), now);
    await decideAll(ports);
    return ports;
  }

  test('Each has a chain, a roster and an activation of its own.', async () => {
    const ports = await twoOffices();
    const found = await charges(ports.store);
    expect(found.map(({ chain }) => chain)).toEqual(['fk#qz', 'fk#xm']);
    for (const { chain, district } of found) {
      const { activations, census: people, siteLevels } = await catchUp(ports.store, chain);
      expect(activations.map(({ id }) => id)).toEqual([`fk-${district.id}-01`]);
      expect([...siteLevels.keys()]).toEqual([district.id === 'qz' ? 'S1' : 'X1']);
      expect(new Set(people?.cells.map(({ siteId }) => siteId))).toEqual(new Set(siteLevels.keys()));
    }
  });

  test('A sweep does for the others, and of each all it can, what one is too broken for.', async () => {
    const ports = await twoOffices();
    await expand(ports, 'fk#qz');
    const { store } = ports;
    const ofXm = { ...ports, store: { ...store } };
    // The chain of the first cannot be read, and one notice of the second cannot be frozen.
    ofXm.store.query = async (table, pk, options) => {
      if (table === 'chain' && pk === 'fk#qz') throw new Error('this one is broken');
      return await store.query(table, pk, options);
    };
    ofXm.store.putIfAbsent = async (table, item) => {
      if (table === 'notices' && item.sk === '0001') throw new Error('this notice, too');
      return await store.putIfAbsent(table, item);
    };
    await expect(sweep(ofXm, Number.POSITIVE_INFINITY)).rejects.toThrow('this one is broken');
    const frozen = (await queryAll(store, 'notices', 'fk#xm')).map(({ sk }) => sk);
    const open = [...openNotices(await catchUp(store, 'fk#xm'))].map(({ notice: { no } }) => no);
    expect(frozen.length).toBeGreaterThan(3);
    expect(frozen).not.toContain('0001');
    expect(open, 'the others are settled and closed').toEqual(['0001']);
    expect((await ports.blobs.list('record/')).some((key) => key.includes('xm'))).toBe(true);
  });

  test('An officer of one serves that one alone: counted there, told there, taken at his word there.', async () => {
    const ports = await twoOffices();
    const officers = ['qz', 'xm', null].map((districtId, place) => ({
      ...candidate(place, { role: 'office' as const, siteId: null, sessionIds: [] }),
      districtId,
    }));
    await adoptRoster(ports, both, await importRoster(ports, both, '2', officers), 'office');
    const audience: Notice['audience'] = { who: 'posts', posts: ['office'], sites: null };
    for (const [id, serving] of [
      ['qz', [0, 2]],
      ['xm', [1, 2]],
    ] as const) {
      const chain = chainOf('fk', id);
      expect((await catchUp(ports.store, chain)).census?.posts).toEqual({ 'office@-': 2 });
      await freeze(
        ports,
        both,
        chain,
        notice({ kind: 'assessment', lane: 'staff', audience, no: '9000' }),
        '2',
      );
      const ids: string[] = [];
      for await (const { people } of slicesOf(ports.store, chain, '9000'))
        ids.push(...people.map((one) => one.id));
      expect(ids).toEqual(serving.map((place) => officers[place]!.personId));
    }
    const measure = { does: 'measure', with: {} };
    expect(await takeAct(ports, officers[1]!, measure)).toBeNull();
    expect((await catchUp(ports.store, 'fk#xm')).matters.size).toBe(1);
    const standingIn = {
      does: 'acknowledge',
      task: 'start-report',
      with: { for: officers[1]!.personId, district: 'qz' },
    };
    expect(await takeAct(ports, officers[0]!, standingIn)).toBe('with.for is not in the roster');
  });

  test('A fault in one keeps the other from nothing, and is thrown in the end.', async () => {
    const ports = await twoOffices();
    const seen: string[] = [];
    const work = inEveryDistrict(ports.store, async ({ chain }) => {
      seen.push(chain);
      if (chain === 'fk#qz') throw new Error('this one is broken');
    });
    await expect(work).rejects.toThrow('this one is broken');
    expect(seen).toEqual(['fk#qz', 'fk#xm']);
  });

  test('Staff of a site act in their own district; a refusal is recorded once.', async () => {
    const ports = await twoOffices();
    const lead = { personId: 'L-X1', role: 'site-lead', siteId: 'X1' } as const;
    expect(await takeAct(ports, lead, { does: 'acknowledge', task: 'duty' })).toBeNull();
    const there = await catchUp(ports.store, chainOf('fk', 'xm'));
    expect(
      [...there.activations[0]!.tasks.values()].filter(({ acknowledgedAt }) => acknowledgedAt !== null),
    ).toMatchObject([{ step: 'duty', siteId: 'X1' }]);
    expect(await takeAct(ports, { ...lead, siteId: null }, { does: 'end' })).toBe('not for site-lead');
    const findings = await Promise.all(
      ['qz', 'xm'].map(async (id) => codes(await catchUp(ports.store, chainOf('fk', id)))),
    );
    expect(findings.flat().filter((code) => code === 'act-refused')).toHaveLength(1);
  });

  test('An officer of both names the one that is meant, as numbers and codes repeat.', async () => {
    const ports = await twoOffices();
    const officer = { personId: 'D1', role: 'duty-officer', siteId: null } as const;
    const stop = { does: 'stop', notice: '0001' };
    const both = 'with/district must say which is meant: fk#qz fk#xm';
    expect(await takeAct(ports, officer, stop)).toBe(both);
    expect(await takeAct(ports, officer, { ...stop, with: { district: 'gz' } })).toBe(
      'no such district or open exam',
    );
    expect(await takeAct(ports, officer, { ...stop, with: { district: 'xm' } })).toBeNull();
    const stood = async (id: string) =>
      (await catchUp(ports.store, chainOf('fk', id))).notices.get('0001')?.state;
    expect([await stood('qz'), await stood('xm')]).toEqual(['sending', 'stopped']);
    expect(await takeAct(ports, officer, { ...stop, does: 'resume' })).toBe(
      'fk#qz: the notice is sending; fk#xm: the notice is stopped',
    );
    expect(await takeAct(ports, officer, stop), 'only one is left that can be stopped').toBeNull();
    expect(await stood('qz')).toBe('stopped');
  });

  test('A measure finds the district it is in by its area.', async () => {
    const ports = await twoOffices();
    const officer = { personId: 'D1', role: 'duty-officer', siteId: null } as const;
    const measure = (area: string) => takeAct(ports, officer, { does: 'measure', with: { area } });
    expect(await measure('350205')).toBeNull();
    const held = async (id: string) => (await catchUp(ports.store, chainOf('fk', id))).matters.size;
    expect([await held('qz'), await held('xm')]).toEqual([0, 1]);
    expect(await measure('450300')).toBe('with/area outside-area');
    expect(await measure('350000')).toBe('with/district must say which is meant: fk#qz fk#xm');
  });

  test('An officer acknowledges for somebody who phoned, by the code of the SMS.', async () => {
    const ports = await twoOffices();
    const lead = {
      personId: 'L-S1',
      role: 'site-lead',
      siteId: 'S1',
      sessionIds: [],
      phone: '+8613900000001',
    };
    await ports.store.put('roster', { pk: 'fk#1#S1', sk: 'L-S1', ...lead });
    const state = await catchUp(ports.store, CHAIN);
    const task = [...state.activations[0]!.tasks.values()].find(({ siteId }) => siteId === 'S1')!;
    const act = { does: 'acknowledge', task: task.code };
    const officer = { personId: 'D1', role: 'duty-officer', siteId: null } as const;
    const forLead = { ...act, with: { for: 'L-S1' } };
    expect(await takeAct(ports, officer, { ...act, with: { for: 'L-S9' } })).toBe(
      'with.for is not in the roster',
    );
    expect(await takeAct(ports, { ...officer, role: 'partner' }, forLead)).toBe(
      'not for partner on behalf of another',
    );
    expect(await takeAct(ports, officer, forLead)).toBeNull();
    expect(task.acknowledgedAt).toBe(ports.clock.now());
    const last = open((await sealed(ports.store)).at(-1)!);
    expect(last).toMatchObject({ by: 'D1', effects: [{ kind: 'task-state', by: 'L-S1' }] });
  });
});

test('Of two processes the slower one takes nothing back on older readings, nor by an older clock.', async () => {
  const store = memoryStore();
  const quick = house({ ...store });
  await enterExam(quick, { exam: exam(), examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
  await adoptRoster(quick, exam(), census(exam()), 'office');
  const start = quick.clock.now();
  await saveFeed(store, feed('gjzwfw', start));
  const red = warning(start, { level: 'red' });
  const short = warning(start, { level: 'blue', hazard: 'rainstorm', expiresAt: start + MINUTE });
  for (const each of [red, short]) await rememberWarning(store, null, each, start);
  await decideAll(quick);

  let looks = 0;
  const slowStore: Store = {
    ...store,
    async query(table, pk, options) {
      if (table === 'chain') looks += 1;
      // It has looked at the record and the weather, and is held up before it decides.
      if (table === 'chain' && looks === 2) {
        quick.at(start + MINUTE);
        const end = { id: 'end', action: 'cancel' as const, references: [red.id], level: 'red' as const };
        await rememberWarning(store, null, warning(start + MINUTE, end), start + MINUTE);
        await decideAll(quick);
      }
      return await store.query(table, pk, options);
    },
  };
  await decideAll(house(slowStore, start));
  const state = await catchUp({ ...store }, CHAIN);
  expect(state.decisions.map(({ reason }) => reason)).toEqual([
    'activate',
    'attach',
    'expire',
    'superseded',
    'cancel',
  ]);
  expect(looks).toBeGreaterThan(1);
});

test('What an officer stopped before its audience was frozen is never projected as sending.', async () => {
  const store = memoryStore();
  const states = new Set<unknown>();
  const watched: Store = {
    ...store,
    async putIfAbsent(table, item) {
      if (table === 'notices' && item.sk === '0001') states.add(item.state);
      return await store.putIfAbsent(table, item);
    },
  };
  const ports = house(watched);
  await enterExam(ports, { exam: exam(), examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
  await adoptRoster(ports, exam(), census(exam()), 'office');
  await saveFeed(ports.store, feed('gjzwfw', ports.clock.now()));
  await rememberWarning(ports.store, null, warning(ports.clock.now(), { level: 'red' }), ports.clock.now());
  await decideAll(ports);
  const officer = { personId: 'D1', role: 'duty-officer', siteId: null } as const;
  expect(await takeAct(ports, officer, { does: 'stop', notice: '0001' })).toBeNull();
  await expand(ports, CHAIN);
  expect([...states]).toEqual(['stopped']);
});

test('The same inputs a minute later decide nothing new.', async () => {
  const ports = house();
  await enterExam(ports, { exam: exam(), examVersion: '1', plan: SHIPPED_PLAN, by: 'office' });
  await adoptRoster(ports, exam(), census(exam()), 'office');
  await saveFeed(ports.store, feed('gjzwfw', ports.clock.now()));
  await rememberWarning(ports.store, null, warning(ports.clock.now(), { level: 'red' }), ports.clock.now());
  await decideAll(ports);
  const { length } = await sealed(ports.store);
  ports.at(ports.clock.now() + MINUTE);
  await decideAll(ports);
  expect(await sealed(ports.store)).toHaveLength(length);
});

describe('a plan adopted while an activation is open', () => {
  const stricter = { ...SHIPPED_PLAN, version: 'stricter', steps: [] };

  test('Changes nothing of what is under way, and governs the next one.', async () => {
    const ports = house();
    const now = () => ports.clock.now();
    const enter = (plan: typeof SHIPPED_PLAN) =>
      enterExam(ports, { exam: exam(), examVersion: '1', plan, by: 'office' });
    const hear = (id: string, changes: Parameters<typeof warning>[1]) =>
      rememberWarning(ports.store, null, warning(now(), { id, ...changes }), now());
    await enter(SHIPPED_PLAN);
    await adoptRoster(ports, exam(), census(exam()), 'office');
    await saveFeed(ports.store, feed('gjzwfw', now()));
    await hear('first', { level: 'yellow' });
    await decideAll(ports);
    await enter(stricter);
    ports.at(now() + MINUTE);
    await saveFeed(ports.store, feed('gjzwfw', now()));
    await hear('second', { level: 'red', hazard: 'rainstorm' });
    await decideAll(ports);
    const state = await catchUp(ports.store, CHAIN);
    expect(state.activations.map(({ versions }) => versions.plan)).toEqual([planKey(SHIPPED_PLAN)]);
    const [activation] = state.activations;
    expect([...activation!.tasks.values()].filter(({ level }) => level === 'red').length).toBeGreaterThan(0);
    expect(state.planVersion).toBe(planKey(stricter));
  });

  test('Under a version that is taken is refused, and what stood there stands.', async () => {
    const ports = house();
    const entry = { exam: exam(), examVersion: '1', by: 'office' };
    await enterExam(ports, { ...entry, plan: SHIPPED_PLAN });
    await enterExam(ports, { ...entry, plan: SHIPPED_PLAN });
    const other = { ...stricter, version: SHIPPED_PLAN.version };
    await expect(enterExam(ports, { ...entry, plan: other })).rejects.toMatchObject({ retryable: false });
    expect((await charges(ports.store)).map(({ plan }) => plan.steps)).toEqual([SHIPPED_PLAN.steps]);
  });
});
