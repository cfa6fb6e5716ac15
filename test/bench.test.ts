/** The bench measures what it says: both sides do the same work on the same things, and the lines say what they mean. */
import { describe, expect, test } from 'vitest';
import { benchColdStart } from '../infra/bench/cold-start.ts';
import { inWords } from '../infra/bench/compare.ts';
import { benchConsoleBoard } from '../infra/bench/console-board.ts';
import { areaTests, crowded, folded, recordOf, settle } from '../infra/bench/decide.ts';
import { benchFanOut } from '../infra/bench/fan-out.ts';
import { byTurns, figure, median } from '../infra/bench/figure.ts';
import { warningToSms } from '../infra/bench/first-sms.ts';
import { inHouse } from '../infra/bench/house.ts';
import { benchParse, subjects } from '../infra/bench/parse.ts';
import { benchRoster } from '../infra/bench/roster.ts';
import { main } from '../infra/cli.ts';
import { decide } from '../shared/activation/decide.ts';
import { openActivation } from '../shared/activation/state.ts';
import { parseReading } from '../shared/warning/parse.ts';
import { levelOver } from '../shared/warning/reach.ts';

describe('a figure', () => {
  test('the sides take turns, floor first, and the first turn of each is for warming up', async () => {
    const order: string[] = [];
    let count = 0;
    const take = (side: string) => () => {
      order.push(side);
      return count++;
    };
    const sides = await byTurns({ floor: take('floor'), ours: take('ours') }, 2);
    expect(order).toEqual(['floor', 'ours', 'floor', 'ours', 'floor', 'ours']);
    expect(sides).toEqual({ floor: [2, 4], ours: [3, 5] });
  });

  test.each([
    ['cost', 1.5, 'a cost is worse the larger it is'],
    ['rate', 0.6667, 'a rate is worse the smaller it is'],
  ] as const)('%s: ratio %d, as %s', (kind, ratio, _because) => {
    const sides = { floor: [20, 10, 30], ours: [30, 45, 15] };
    expect(figure({ name: 'x', unit: 'ms', n: 7, kind }, sides)).toEqual({
      name: 'x',
      of: '',
      value: 30,
      unit: 'ms',
      floor: 20,
      ratio,
      n: 7,
      spread: 1,
    });
  });

  test('the median of an even number lies between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});

describe('parse', () => {
  const answers = subjects().map((subject) => [subject.of, subject] as const);

  test.each(answers)('%s is read whole by both sides', (_, { feed, bytes, bare }) => {
    const read = parseReading(feed, bytes, { now: 0 });
    expect({ state: read.state, issues: read.issues }).toEqual({ state: 'ok', issues: [] });
    expect(new Set(read.warnings.map(({ id }) => id)).size).toBe(read.warnings.length);
    expect(bare(Buffer.from(bytes).toString('utf8'))).toBeTruthy();
  });

  test('the long lists hold 500 messages each, the document a megabyte in 560 polygons', () => {
    const read = answers.map(([, { feed, bytes }]) => parseReading(feed, bytes, { now: 0 }));
    expect(read.map(({ warnings }) => warnings.length)).toEqual([500, 1, 500]);
    expect(answers[1]![1].bytes.length).toBeGreaterThan(1_000_000);
    expect(read[1]!.warnings[0]!.areas[0]!.polygons).toHaveLength(560);
  });

  test('time and peak memory of all together come first, then of each, then the time of a megabyte of five', async () => {
    const lines = await benchParse(1);
    const four = Array.from({ length: 4 }, () => ['ms', 'MB']).flat();
    expect(lines.map(({ unit }) => unit)).toEqual([...four, 'ms/MB', 'ms/MB']);
    expect(lines.every(({ name, unit, value }) => name === 'parse' && (unit === 'MB' || value > 0))).toBe(
      true,
    );
    const five = lines.slice(-2).map(({ n }) => n / 2 ** 20);
    expect(five.every((megabytes) => megabytes > 4.5 && megabytes < 5)).toBe(true);
    expect(lines.every(({ value, floor }) => Number.isFinite(value) && Number.isFinite(floor))).toBe(true);
  }, 60_000);
});

describe('decide', () => {
  const inputs = crowded(60, 100);

  test('the bare area tests find the very sites that the decision finds', () => {
    const found = inputs.warnings.map(({ said }) =>
      inputs.exam.sites.filter((site) => levelOver(said.gjzwfw!.warning, site) !== null),
    );
    expect(areaTests(inputs)).toBe(found.flat().length);
    expect(found.every((sites) => sites.length > 0)).toBe(true);
  });

  test('every warning is in force, and once all are answered nothing is left to say', () => {
    const state = settle(inputs);
    expect(openActivation(state)?.warnings).toHaveProperty('size', 100);
    expect(decide(inputs, state)).toEqual([]);
  });

  test('the long record that is folded has warnings, notices and their ends', () => {
    const { notices, everToldAt, seq } = folded(recordOf(3_000));
    expect([seq, notices.size, everToldAt.size]).toEqual([3_000, 1_000, 600]);
    expect([...notices.values()].every(({ state }) => state === 'closed')).toBe(true);
  });
});

describe('the embedded stack', () => {
  test('fan-out and cpu-per-sms come from the same turns, in which the carrier took every SMS', async () => {
    const lines = await benchFanOut(120, 1);
    expect(lines.map(({ name, unit, n }) => [name, unit, n])).toEqual([
      ['fan-out', 'SMS/s', 120],
      ['cpu-per-sms', 'ms', 120],
    ]);
    expect(lines.every(({ ratio }) => Number.isFinite(ratio) && ratio > 0)).toBe(true);
  });

  test('a changed answer of a feed becomes an SMS through poll, expand and send', async () => {
    expect(await inHouse(warningToSms)).toBeGreaterThan(0);
  });

  test('the board that is looked at has a storm in it', async () => {
    const [line] = await benchConsoleBoard(1);
    expect(line).toMatchObject({ name: 'console-board', unit: 'ms' });
    expect(line!.n).toBeGreaterThan(5_000);
  });
});

test('a function is bundled and imported beside the bare clients', async () => {
  const lines = await benchColdStart(['expand'], 1);
  expect(lines.map(({ of, unit }) => [of, unit])).toEqual([
    ['expand: bytes', 'B'],
    ['expand: import', 'ms'],
  ]);
  expect(lines.every(({ value, floor }) => value > 0 && floor > 0)).toBe(true);
  expect(lines[0]!.ratio, 'everything is in the bundle, the clients too').toBeGreaterThan(1);
}, 60_000);

test('a roster is read to its last row, beside the bare parser', async () => {
  const [line, ...others] = await benchRoster(200, 1);
  expect(line).toMatchObject({ name: 'roster-import', unit: 'ms', n: 200 });
  expect(line!.ratio).toBeGreaterThan(0);
  expect(others).toEqual([]);
});

describe('the command', () => {
  test('refuses a name that it does not know', async () => {
    expect(await main(['bench', 'speed'])).toBe(2);
  });

  test('shows a comparison as a table', () => {
    const row = {
      people: 400,
      lost: 0,
      doubled: 7,
      most: 2,
      seconds95: 9.5,
      seconds: 10,
      cpuMsPerPerson: 1.25,
    };
    expect(inWords([{ of: 'a way', ...row }]).split('\n')).toEqual([
      '       people  lost  doubled  most  95 % told  done  CPU each',
      'a way  400     0     7        2     9.5 s      10 s  1.25 ms',
    ]);
  });
});
