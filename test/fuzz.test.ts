/**
 * Answers and files as they come, each damaged at places where it means something: every reader says what is wrong
 * and never throws, and what it does let through can be threaded and decided upon.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readScenario } from '../infra/scenario.ts';
import { InputError } from '../infra/usage.ts';
import { decide } from '../shared/activation/decide.ts';
import { readExam, readPlan } from '../shared/plan/schema.ts';
import { instant } from '../shared/time.ts';
import { parseReading } from '../shared/warning/parse.ts';
import { remember } from '../shared/warning/record.ts';
import { HAZARDS, type Warning } from '../shared/warning/warning.ts';
import { CORPUS } from './corpus.ts';
import { on, story } from './story.ts';

const NOW = instant('2024-09-20T12:00:00+08:00');

/** Damages of one file: a second's worth for all of them together. */
const RUNS = 60;

function text(path: string): string {
  return readFileSync(new URL(path, import.meta.url), 'utf8');
}

/** What takes the place of a value: the wrong kind, the wrong size, the wrong time, the wrong sign. */
const ODD = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '-1',
  '1e308',
  '9999999999999999',
  '"\\u0000"',
  '"NaN"',
  '"9999-99-99 99:99:99"',
  '"0000-00-00T00:00:00Z"',
  '"__proto__"',
  '"350500,350500 350500"',
  '"解除"',
  `"${'台'.repeat(5_000)}"`,
  `${'['.repeat(200)}${']'.repeat(200)}`,
];

/** Words, numbers and quoted texts, each of which means something in its place. */
const TOKEN = /"(?:[^"\\]|\\.)*"|(?<=>)[^<>]+(?=<)|-?\d[\d.:-]*/gu;

interface Damage {
  at: number;
  odd: string;
  how: 'replace' | 'double' | 'drop';
}

const damages = fc.array(
  fc.record<Damage>({
    at: fc.nat(),
    odd: fc.constantFrom(...ODD),
    how: fc.constantFrom('replace', 'replace', 'replace', 'double', 'drop'),
  }),
  { minLength: 1, maxLength: 4 },
);

function damaged(whole: string, each: readonly Damage[]): string {
  return each.reduce((now, { at, odd, how }) => {
    const tokens = [...now.matchAll(TOKEN)];
    const token = tokens[at % Math.max(1, tokens.length)];
    if (!token) return now;
    // Inside markup a text stands bare.
    const put = token[0].startsWith('"') || !now.trimStart().startsWith('<') ? odd : odd.replaceAll('"', '');
    const instead = { replace: put, double: `${token[0]},${token[0]}`, drop: '' }[how];
    return now.slice(0, token.index) + instead + now.slice(token.index + token[0].length);
  }, whole);
}

function expectSound({ id, status, action, hazard, level, issuedAt, expiresAt, areas }: Warning): void {
  expect(id).not.toBe('');
  expect(['actual', 'exercise', 'system', 'test', 'draft']).toContain(status);
  expect(['issue', 'update', 'cancel']).toContain(action);
  expect(HAZARDS).toContain(hazard);
  expect(['blue', 'yellow', 'orange', 'red', 'unknown']).toContain(level);
  for (const at of [issuedAt, expiresAt]) expect(at === null || Number.isSafeInteger(at)).toBe(true);
  const numbers = areas.flatMap(({ polygons, circles }) => [
    ...polygons.flat(2),
    ...circles.flatMap(({ lon, lat, km }) => [lon, lat, km]),
  ]);
  expect(numbers.flat().every(Number.isFinite)).toBe(true);
}

describe('a damaged answer', () => {
  test.each(CORPUS)('of %s (%s) is read or refused, and what is read can be decided upon', (feed, file) => {
    const whole = text(`fixtures/feeds/${file}`);
    const sound = parseReading(feed, Buffer.from(whole), { now: NOW });
    const inputs = story(on('20 12:00')).inputs();
    const { state } = story(on('20 12:00'));
    fc.assert(
      fc.property(damages, (each) => {
        const body = Buffer.from(damaged(whole, each));
        const parsed = parseReading(feed, body, { now: NOW });
        expect(parseReading(feed, body, { now: NOW })).toEqual(parsed);
        if (parsed.state === 'broken') expect(parsed.warnings).toEqual([]);
        // Every damage touches one place, and may at most tear one entry in two.
        expect(parsed.warnings.length).toBeLessThanOrEqual(sound.warnings.length + each.length);
        for (const warning of parsed.warnings) expectSound(warning);
        const warnings = parsed.warnings.map((warning) => remember(null, warning, NOW));
        expect(Array.isArray(decide({ ...inputs, warnings }, state))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test('of CAP whose status is anything but Actual is no actual warning', () => {
    const whole = text('fixtures/feeds/cap-cancel.xml').replaceAll('Cancel', 'Alert').replace('解除', '发布');
    const of = (status: string) => {
      const body = whole.replace('<status>Actual<', `<status>${status}<`);
      return parseReading('cap', Buffer.from(body), { now: NOW }).warnings.map((each) => each.status);
    };
    expect(of('Actual')).toEqual(['actual']);
    for (const word of ['__proto__', 'constructor', 'toString']) expect(of(word)).toEqual(of('unheard-of'));
    const other = fc.string().filter((each) => !/actual/i.test(each) && !/[<&\]]/.test(each));
    fc.assert(fc.property(other, (status) => void expect(of(status)).not.toContain('actual')));
  });
});

describe('a damaged file of the office', () => {
  const readers: [string, string, (json: unknown) => { issues: unknown[] }, string][] = [
    ['plan', '../shared/plan/data/quanzhou.json', readPlan, 'plan'],
    ['exam', '../infra/storm/exam.json', readExam, 'exam'],
  ];
  test.each(readers)('%s is read, or refused with a path for everything wrong', (_, path, read, name) => {
    const whole = text(path);
    let refused = 0;
    fc.assert(
      fc.property(damages, (each) => {
        let json: unknown;
        try {
          json = JSON.parse(damaged(whole, each));
        } catch {
          return;
        }
        const result = read(json) as Record<string, unknown> & { issues: { path: string; level: string }[] };
        const errors = result.issues.filter(({ level }) => level === 'error');
        expect(result[name] === null).toBe(errors.length > 0);
        for (const issue of result.issues) expect(typeof issue.path).toBe('string');
        refused += errors.length;
      }),
      { numRuns: RUNS * 2 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test('scenario is read, or refused in lines', () => {
    const storm = new URL('../infra/storm/', import.meta.url);
    const directory = mkdtempSync(join(tmpdir(), 'huhang-fuzz-'));
    for (const name of ['answers', 'exam.json', 'roster.csv'])
      symlinkSync(new URL(name, storm), join(directory, name));
    const whole = text('../infra/storm/scenario.json');
    let refused = 0;
    fc.assert(
      fc.property(damages, (each) => {
        writeFileSync(join(directory, 'scenario.json'), damaged(whole, each));
        try {
          expect(readScenario(directory).answers.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          refused += 1;
        }
      }),
      { numRuns: RUNS },
    );
    rmSync(directory, { recursive: true });
    expect(refused).toBeGreaterThan(0);
  });
});
