import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { main } from '../infra/cli.ts';
import { replay } from '../infra/replay.ts';
import { readScenario } from '../infra/scenario.ts';
import type { SealedEvent } from '../shared/activation/events.ts';
import { open } from '../shared/activation/seal.ts';
import { memoryStore } from '../shared/io/memory/store.ts';
import type { Item } from '../shared/io/ports.ts';
import type { Delivery } from '../shared/notice/delivery.ts';
import { shippedPlan } from '../shared/plan/shipped.ts';
import { HOUR, MINUTE } from '../shared/time.ts';
import { parseReading } from '../shared/warning/parse.ts';
import { sabotaged, sabotages } from './sabotage/list.ts';
import { type Lived, live } from './season/drive.ts';
import { drawWorld } from './season/generate.ts';
import { judgeLived, judgeWorld } from './season/judge.ts';
import { keepSeason } from './season/keep.ts';
import { drawAnswers } from './season/offices.ts';
import type { Finding } from './season/oracle.ts';
import { judgeSeeds } from './season/pool.ts';
import { shrink } from './season/shrink.ts';
import { at, DARK, EXAM, message, RAISED, world } from './season/stories.ts';
import type { World } from './season/world.ts';

const PLAN = shippedPlan();

/** Seeds of the short form; `huhang simulate` takes any number. */
const SEEDS = 8;

/** Seconds on a free machine, and a guard against hanging on one where everything else runs, too. */
const HANGS_AFTER_MS = 10 * MINUTE;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'huhang-season-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Everything that a season leaves, as text. */
function bytes({ store, carrier, heard, ticks }: Lived): string {
  const tables = ['chain', 'notices', 'deliveries', 'warnings', 'feeds', 'receipts'] as const;
  return JSON.stringify([tables.map((table) => store.items(table)), carrier.outbox, heard, ticks]);
}

describe('the season', () => {
  test('is the same world from the same seed, and another from another', () => {
    expect(drawWorld(7)).toEqual(drawWorld(7));
    expect(drawWorld(7)).not.toEqual(drawWorld(8));
  });

  test('is lived the same twice, to the byte, with everything that goes wrong in it', async () => {
    const lived = await live(drawWorld(36), PLAN);
    expect(lived.mishaps.crashes).toBeGreaterThan(0);
    expect(bytes(await live(drawWorld(36), PLAN)) === bytes(lived)).toBe(true);
  });

  test('closes what is accounted for in one look by one event', async () => {
    const { store } = await live(RAISED, PLAN);
    const closings = store.items<SealedEvent & Item>('chain').flatMap((sealed) => {
      const { at, effects } = open(sealed);
      const closed = effects.filter(({ kind }) => kind === 'notice-closed').length;
      return closed > 0 ? [{ look: `${sealed.pk} ${at}`, closed }] : [];
    });
    expect(new Set(closings.map(({ look }) => look)).size).toBe(closings.length);
    expect(closings.some(({ closed }) => closed > 1)).toBe(true);
  });

  test('is a value that goes through a file unchanged', () => {
    expect(JSON.parse(JSON.stringify(drawWorld(3)))).toEqual(drawWorld(3));
  });

  test.each([1, 2, 3])('of seed %i has feeds whose every body says what the offices said', (seed) => {
    const drawn = drawWorld(seed);
    const byId = new Map(drawn.messages.map((each) => [each.id, each]));
    let read = 0;
    for (const [feed, answers] of drawAnswers(drawn)) {
      for (const { bytes: body, from, documents, good, shows } of answers) {
        if (body === null) continue;
        const parsed = parseReading(feed, body, { now: from, document: (link) => documents.get(link) });
        expect(parsed.state).toBe(good ? 'ok' : 'broken');
        expect(parsed.warnings.map(({ id }) => id).sort()).toEqual([...shows].sort());
        for (const { id, status, hazard, product, level, issuer } of parsed.warnings) {
          const said = byId.get(id)!;
          const { hazard: meant, product: kind, adcode } = said;
          expect([status, hazard, product, issuer.adcode]).toEqual([said.status, meant, kind, adcode]);
          expect(level).toBe(said.misread[feed] ?? said.level);
          read += 1;
        }
      }
    }
    expect(read).toBeGreaterThan(20);
  });

  test.each([
    ['before an exam and in it', 37, 0, -40 * HOUR],
    // A feed that was silent is heard again: the calm before an end is counted from there.
    ['in an exam and until its end is proposed', 111, 1, 0],
  ])(
    'loses nothing by skipping the minutes in which nothing can happen: %s',
    async (_, seed, place, from) => {
      const drawn = drawWorld(seed);
      const { sessions } = drawn.exams[place]!;
      const [start, end] = [sessions[0]!.startsAt + from, sessions.at(-1)!.endsAt + 4 * HOUR];
      const short: World = {
        ...drawn,
        start,
        end,
        rosters: drawn.rosters.map((each) => ({ ...each, at: Math.max(start, each.at) })),
      };
      const [skipping, whole] = [await live(short, PLAN), await live(short, PLAN, { everyMinute: true })];
      expect(skipping.ticks.length).toBeLessThan(whole.ticks.length / 3);
      expect(skipping.carrier.outbox).toEqual(whole.carrier.outbox);
      expect(skipping.carrier.outbox.length).toBeGreaterThan(10);
      expect(skipping.store.items('chain')).toEqual(whole.store.items('chain'));
      expect(skipping.store.items('deliveries')).toEqual(whole.store.items('deliveries'));
    },
  );

  test(
    `holds over ${SEEDS} seeds: nobody lost, nothing beyond policy, no false start, nothing leaked`,
    async () => {
      const wrong: [number, Finding[]][] = [];
      const total = { seeds: 0, crashes: 0, faults: 0, sms: 0 };
      await judgeSeeds(PLAN, 1, SEEDS, ({ seed, findings, crashes, faults, sms }) => {
        total.seeds += 1;
        total.crashes += crashes;
        total.faults += faults;
        total.sms += sms;
        if (findings.length > 0) wrong.push([seed, findings]);
      });
      expect(wrong).toEqual([]);
      expect(total.seeds).toBe(SEEDS);
      for (const each of [total.crashes, total.faults, total.sms]) expect(each).toBeGreaterThan(100);
    },
    HANGS_AFTER_MS,
  );
});

describe('the oracle', () => {
  /** Lives the story, spoils what it left, and says what kinds of things the oracle finds. */
  async function found(spoil: (lived: Lived) => Lived | Promise<Lived>): Promise<Set<string>> {
    const lived = await spoil(await live(RAISED, PLAN));
    return new Set((await judgeLived(lived)).findings.map(({ kind }) => kind));
  }
  const rowsOf = ({ store }: Lived): Delivery[] => store.items<Delivery>('deliveries');
  const candidates = new Set(
    RAISED.rosters[0]!.people.filter((each) => each.role === 'candidate').map((each) => each.personId),
  );

  test.each<[string, string, (lived: Lived) => Lived | Promise<Lived>]>([
    ['nothing, where all is well', 'nothing', (lived) => lived],
    [
      'that somebody who was told has no row',
      'lost',
      async (lived) => {
        const row = rowsOf(lived).find(({ sk }) => candidates.has(sk))!;
        await lived.store.remove('deliveries', row);
        return lived;
      },
    ],
    [
      'that candidates never heard of a level',
      'lost',
      async (lived) => {
        for (const row of rowsOf(lived)) {
          if (candidates.has(row.sk)) await lived.store.put('deliveries', { ...row, state: 'EXPIRED' });
        }
        return lived;
      },
    ],
    [
      'that the same was sent once too often',
      'beyond-policy',
      (lived) => {
        const { outbox } = lived.carrier;
        const [last] = outbox.filter(({ text }) => /解除/.test(text));
        return { ...lived, carrier: { ...lived.carrier, outbox: [...outbox, last!, last!] } };
      },
    ],
    [
      'that a text came after its deadline',
      'after-deadline',
      (lived) => {
        const outbox = lived.carrier.outbox.map((sms) => ({ ...sms, at: sms.at + 24 * HOUR }));
        return { ...lived, carrier: { ...lived.carrier, outbox } };
      },
    ],
    [
      'that a plan started without ground',
      'false-activation',
      (lived) => ({ ...lived, heard: lived.heard.map((each) => ({ ...each, shows: [] })) }),
    ],
    ['that a warning started nothing', 'missed-activation', (lived) => ({ ...lived, store: memoryStore() })],
    [
      'that the record was changed',
      'chain-broken',
      async (lived) => {
        const [, event] = lived.store.items<{ json: string }>('chain');
        await lived.store.put('chain', { ...event!, json: event!.json.replace('"at":1', '"at":2') });
        return lived;
      },
    ],
    [
      'that a number stands where none may',
      'other',
      async (lived) => {
        const [notice] = lived.store.items('notices');
        await lived.store.put('notices', { ...notice!, by: lived.world.rosters[0]!.people[0]!.phone });
        return lived;
      },
    ],
    [
      'that a text speaks of a level that nothing has',
      'other',
      (lived) => {
        const outbox = lived.carrier.outbox.map((sms) => ({
          ...sms,
          text: sms.text.replace('黄色', '红色'),
        }));
        return { ...lived, carrier: { ...lived.carrier, outbox } };
      },
    ],
    [
      'that an all-clear came while the warning held',
      'other',
      (lived) => {
        const outbox = lived.carrier.outbox.map((sms) =>
          /解除/.test(sms.text) ? { ...sms, at: at('11T20:40') } : sms,
        );
        return { ...lived, carrier: { ...lived.carrier, outbox } };
      },
    ],
    [
      'that people were woken',
      'other',
      (lived) => {
        const outbox = lived.carrier.outbox.map((sms) => ({ ...sms, at: sms.at + 3 * HOUR }));
        return { ...lived, carrier: { ...lived.carrier, outbox } };
      },
    ],
  ])('notices %s', async (_, kind, spoil) => {
    const kinds = await found(spoil);
    if (kind === 'nothing') expect([...kinds]).toEqual([]);
    else expect(kinds).toContain(kind);
  });

  test('demands nothing while the machinery is rough, and all of it afterwards', async () => {
    const outage = { crash: 0, failBefore: 1, failAfter: 0, late: 0 };
    const hints = { lost: 0, doubled: 0, delayed: 0 };
    const spans = [10, 45].map((minutes) => ({
      from: at('11T20:02'),
      until: at('11T20:02') + minutes * MINUTE,
      calls: outage,
      hints,
      restart: true,
      twins: false,
      clockStepMs: 0,
    }));
    for (const rough of spans) {
      const { findings, sms } = await judgeWorld({ ...RAISED, end: at('11T21:40'), rough: [rough] }, PLAN);
      expect(findings).toEqual([]);
      expect(sms).toBeGreaterThan(0);
    }
  });
});

describe('a failing season', () => {
  test('is cut down to what makes it fail', async () => {
    const whole = drawWorld(5);
    const guilty = whole.messages[7]!;
    const fails = async ({ messages, feedTroubles }: World) =>
      messages.includes(guilty) && feedTroubles.some(({ feed }) => feed === whole.feedTroubles[1]!.feed);
    const least = await shrink(whole, fails);
    expect(least.messages).toEqual([guilty]);
    expect(least.feedTroubles).toHaveLength(1);
    expect([least.rough, least.carrier, least.acts, least.refused]).toEqual([[], [], [], []]);
  });

  test('becomes a scenario that runs', async () => {
    const story = world({
      start: at('11T20:00'),
      end: at('11T20:30'),
      messages: [message('e1', 'issue', 'orange', '11T20:00', { shownAt: { cap: at('11T20:03') } })],
    });
    keepSeason(await live(story, PLAN), EXAM, scratch);
    const scenario = readScenario(scratch);
    expect(scenario.issues.filter(({ level }) => level === 'error')).toEqual([]);
    const { carrier } = await replay(scenario);
    expect(carrier.outbox.length).toBe((await live(story, PLAN)).carrier.outbox.length);
  });
});

describe('huhang simulate', () => {
  test(
    'catches a product that ignores a 解除, and keeps the least that shows it as a scenario',
    () => {
      const tree = join(scratch, 'tree');
      for (const name of ['functions', 'infra', 'shared', 'test/season', 'package.json'])
        cpSync(join(ROOT, name), join(tree, name), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
      const sabotage = sabotages.find(({ danger }) => danger.startsWith('a cancel is ignored'))!;
      const file = join(tree, sabotage.file);
      writeFileSync(file, sabotaged(sabotage, readFileSync(file, 'utf8')));
      const huhang = (...args: string[]) =>
        spawnSync(process.execPath, ['infra/huhang.mjs', ...args], { cwd: tree, encoding: 'utf8' });
      const season = join(scratch, 'whole.json');
      const elsewhere = { id: '44050041600000_20240911201000', adcode: '440500', office: '汕头市气象台' };
      const needless = message('e2', 'issue', 'blue', '11T20:10', elsewhere);
      const whole = { ...RAISED, acts: DARK.acts, messages: [...RAISED.messages, needless] };
      writeFileSync(season, JSON.stringify(whole));
      const kept = join(scratch, 'kept');

      const { status, stdout } = huhang('simulate', '--season', season, '--shrink', kept, '--json');
      expect([status, JSON.parse(stdout)]).toMatchObject([1, { seeds: 1, failingSeeds: [RAISED.seed] }]);
      const least = JSON.parse(readFileSync(join(kept, 'season.json'), 'utf8')) as World;
      expect(least.messages.map(({ action }) => action)).toEqual(['update', 'cancel']);
      expect(least.acts).toEqual([]);
      const replayed = huhang('replay', kept, '--json');
      expect([replayed.status, replayed.stderr]).toEqual([0, '']);
      expect(JSON.parse(replayed.stdout)).toMatchObject({ totals: { activations: 1 } });
    },
    HANGS_AFTER_MS,
  );

  test.each([[['--seeds', '0']], [['--seeds', 'many']], [[]], [['--seeds', '1', '--from', '-3']]])(
    'refuses %j as wrong usage',
    async (args) => {
      expect(await main(['simulate', ...args])).toBe(2);
    },
  );
});
