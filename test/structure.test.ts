/** The shape of the source, kept by a test: each rule says why it is one, and shows that it would notice. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Lines after which a file is scrolled through instead of read. A table of cases is read row by row. */
const LINES_MAX = 400;
const TEST_LINES_MAX = 700;

interface Source {
  path: string;
  text: string;
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => normalize(join(entry.parentPath, entry.name)).slice(ROOT.length));
}

const sources: Source[] = ['infra', 'functions', 'shared', 'test']
  .flatMap(filesUnder)
  .filter((path) => /\.(ts|mjs)$/.test(path) && !path.startsWith('test/fixtures/'))
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** What runs: without types and comments, so that a rule about calls does not trip over words. */
function code({ path, text }: Source): string {
  return transformSync(text, {
    loader: path.endsWith('.ts') ? 'ts' : 'js',
    minifyWhitespace: true,
    legalComments: 'none',
  }).code;
}

interface Import {
  /** Path from the root for a file of ours, the bare name for a package. */
  to: string;
  names: string;
  typeOnly: boolean;
}

function importsOf({ path, text }: Source): Import[] {
  const found = text.matchAll(/^(?:import|export)\s(type\s)?([^;'"]*?)from\s+'([^']+)'/gm);
  return [...found].map(([, type, names = '', to = '']) => ({
    to: to.startsWith('.') ? normalize(join(dirname(path), to)) : to,
    names: names.trim(),
    typeOnly: type !== undefined,
  }));
}

/** Finds every match of a pattern in what runs. */
function calls(pattern: RegExp) {
  return (source: Source) => [...code(source).matchAll(pattern)].map(([match]) => match.trim());
}

/** Finds every match of a pattern in the text, comments included, with its line. */
function words(pattern: RegExp) {
  return ({ text }: Source) =>
    text
      .split('\n')
      .flatMap((line, index) => (line.match(pattern) ?? []).map((match) => `line ${index + 1}: ${match}`));
}

/** Finds imports of files that a layer does not stand on. */
function reaches(allowed: RegExp) {
  return (source: Source) =>
    importsOf(source)
      .filter(({ to }) => to.startsWith('..') || /^(infra|functions|shared|test)\//.test(to))
      .filter(({ to }) => !allowed.test(to))
      .map(({ to }) => to);
}

const PURE = /^shared\/(warning|plan|activation|notice)\//;
const FOUNDATION = String.raw`shared\/[\w-]+\.ts`;
const DOMAIN = String.raw`shared\/(warning|plan|activation|notice)\/`;

/** What pure code may take from outside: computations, nothing that reads or waits. */
const PURE_PACKAGES = new Set(['@turf/boolean-point-in-polygon', 'fast-xml-parser', 'zod', 'csv-parse/sync']);

/** Files of the edge that hold only types, tables and plain loops over ports, and so reach nothing themselves. */
const EDGE_FOR_STAGES = String.raw`shared\/io\/(ports|tables|query-all)\.ts`;

/** Where CAP, and formats that borrow its words, are read or, for a simulated season, written. */
const SPEAKS_CAP = /^(shared\/warning\/|test\/(season\/offices|warning|shared-feeds|structure))/;

function linesOf({ text }: Source): number {
  return text.split('\n').length - 1;
}

function isLong(source: Source): boolean {
  return linesOf(source) > (source.path.startsWith('test/') ? TEST_LINES_MAX : LINES_MAX);
}

interface Rule {
  name: string;
  because: string;
  applies: RegExp;
  except?: RegExp;
  breaks(source: Source): string[];
  /** A line that the rule must notice, in a file it applies to. */
  noticed: [path: string, text: string];
}

const rules: Rule[] = [
  {
    name: 'foundations stand on nothing but each other',
    because: 'everything imports them, so whatever they import, everything imports',
    applies: new RegExp(`^${FOUNDATION}$`),
    breaks: reaches(new RegExp(`^${FOUNDATION}$`)),
    noticed: ['shared/time.ts', "import { poll } from './stages/poll.ts';"],
  },
  {
    name: 'warnings know no plan',
    because: 'what the offices say is true whether an exam is on or not',
    applies: /^shared\/warning\//,
    breaks: reaches(new RegExp(`^(${FOUNDATION}$|shared\\/warning\\/)`)),
    noticed: ['shared/warning/cap.ts', "import type { Exam } from '../plan/exam.ts';"],
  },
  {
    name: 'the domain reaches no edge and no stage',
    because: 'what it decides must be a value of what it was given, so that it can be replayed to the byte',
    applies: PURE,
    breaks: reaches(new RegExp(`^(${FOUNDATION}$|${DOMAIN})`)),
    noticed: ['shared/plan/plan.ts', "import type { Store } from '../io/ports.ts';"],
  },
  {
    name: 'the domain takes only computations from outside',
    because: 'a package that reads a file, a clock or a socket would make it impure by the back door',
    applies: PURE,
    breaks: (source) =>
      importsOf(source)
        .filter(({ to }) => !/^(shared|infra|functions|test)\//.test(to) && !to.startsWith('..'))
        .filter(
          ({ to, names }) => !PURE_PACKAGES.has(to) && !(to === 'node:crypto' && names === '{ createHash }'),
        )
        .map(({ to }) => to),
    noticed: ['shared/warning/cap.ts', "import { readFileSync } from 'node:fs';"],
  },
  {
    name: 'the domain has no clock, no chance, no environment',
    because: 'time and chance come in as values; a hidden clock is a decision that nobody can repeat',
    applies: PURE,
    breaks: calls(
      /\bDate\.now\b|\bnew Date\b(?!\()|\bMath\.random\b|\bperformance\.|\bprocess\.|\bcrypto\.|\bfetch\(|\bconsole\./g,
    ),
    noticed: ['shared/plan/plan.ts', 'const now = Date.now();'],
  },
  {
    name: 'the domain waits for nothing',
    because: 'gather, decide, act: whoever waits has begun to gather again',
    applies: PURE,
    breaks: calls(/\basync\b|\bawait\b|\bPromise\.|\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/g),
    noticed: ['shared/notice/text.ts', 'export async function render() {}'],
  },
  {
    name: 'stages see the edge only through its ports',
    because: 'adapters are chosen once, in the composition root',
    applies: /^shared\/stages\//,
    breaks: reaches(new RegExp(`^(${FOUNDATION}$|${DOMAIN}|shared\\/stages\\/|${EDGE_FOR_STAGES}$)`)),
    noticed: ['shared/stages/poll.ts', "import { dynamoStore } from '../io/dynamo.ts';"],
  },
  {
    name: 'the edge knows no stage',
    because: 'arrows point down: an adapter that calls a stage cannot be replaced by its twin',
    applies: /^shared\/io\//,
    breaks: reaches(new RegExp(`^(${FOUNDATION}$|${DOMAIN}|shared\\/io\\/)`)),
    noticed: ['shared/io/s3.ts', "import { poll } from '../stages/poll.ts';"],
  },
  {
    name: 'entry points know no deployment',
    because: 'the same handlers run everywhere; only infra/ knows where that is',
    applies: /^functions\//,
    breaks: reaches(/^(functions|shared)\//),
    noticed: ['functions/poll.ts', "import { FUNCTIONS } from '../infra/topology.ts';"],
  },
  {
    name: 'nothing that runs imports a test',
    because:
      'what a test needs and the product needs belongs to the product; only `simulate` is itself a test',
    applies: /^(infra|functions|shared)\//,
    except: /^infra\/commands\/simulate\.ts$/,
    breaks: (source) =>
      importsOf(source)
        .map(({ to }) => to)
        .filter((to) => to.startsWith('test/')),
    noticed: ['infra/local.ts', "import { roster } from '../test/fixtures.ts';"],
  },
  {
    name: 'time and chance come through the ports',
    because: 'a run in virtual time would see two clocks, and a seed would not repeat it',
    applies: /^(functions|shared\/stages)\//,
    except: /^functions\/wire\.ts$/,
    breaks: calls(
      /\bDate\.now\b|\bnew Date\b(?!\()|\bMath\.random\b|\bsetTimeout\b|\bprocess\.(env|hrtime)\b|\bperformance\./g,
    ),
    noticed: ['shared/stages/send.ts', 'await new Promise((done) => setTimeout(done, 5));'],
  },
  {
    name: 'one voice',
    because: 'console.log writes what it is given; the log port writes events with ids',
    applies: /^(functions|shared)\//,
    breaks: calls(/\bconsole\.\w+/g),
    noticed: ['shared/io/sns.ts', 'console.log(phone);'],
  },
  {
    name: 'no barrels',
    because: 'an import should name the file where the thing is',
    applies: /./,
    breaks: ({ path, text }) => [
      ...(/(^|\/)index\.ts$/.test(path) ? [path] : []),
      ...(text.match(/^export\s+(type\s+)?(\*|\{[^}]*\})\s*(as \w+ )?from\b/gm) ?? []),
    ],
    noticed: ['shared/plan/all.ts', "export * from './exam.ts';"],
  },
  {
    name: 'no folder for what has no name',
    because: 'utils, helpers and common grow because nobody knows what does not belong there',
    applies: /./,
    breaks: ({ path }) => path.match(/(^|\/)(utils?|helpers?|common|misc)(\/|\.ts$)/g) ?? [],
    noticed: ['shared/utils.ts', ''],
  },
  {
    name: 'no class but errors and constructs',
    because: 'functions and data are easier to test, to copy and to read',
    applies: /^(infra|functions|shared)\//,
    breaks: calls(/\bclass(?! \w+ extends (\w*Error|Stack|Construct)\b)[ {][^{]{0,60}/g),
    noticed: ['shared/plan/plan.ts', 'export class PlanManager {}'],
  },
  {
    name: `no file beyond ${LINES_MAX} lines, no test beyond ${TEST_LINES_MAX}`,
    because: 'it is read in one sitting or not at all',
    applies: /./,
    breaks: (source) => (isLong(source) ? [`${linesOf(source)} lines`] : []),
    noticed: ['shared/plan/plan.ts', 'const x = 1;\n'.repeat(LINES_MAX + 1)],
  },
  {
    name: 'nothing is left for later',
    because: "a note in the code is nobody's duty; do it, or write down why not",
    applies: /./,
    breaks: words(
      new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`, 'g'),
    ),
    noticed: ['shared/plan/plan.ts', `// ${'TO' + 'DO'}: handle errors`],
  },
  {
    name: 'no test is left out',
    because: 'a test that does not run says nothing, and it looks as if it did',
    applies: /^test\//,
    // A machine without a browser leaves the journey out; the build server installs one, and counts a test left out as failed.
    except: /^test\/console-browser\.test\.ts$/,
    breaks: calls(/\b(it|test|describe)(\.\w+)*\.(only|skip|skipIf|runIf|todo|fails)\b/g),
    noticed: ['test/plan.test.ts', ['test.', "only('x', () => {});"].join('')],
  },
  {
    name: 'nobody sleeps in a test',
    because: 'time is a value here; a test that waits is slow on a good day and fails on a bad one',
    applies: /^test\//,
    // Whoever kills a process at any moment has to let some moments pass.
    except: /^test\/(structure|kill)\.test\.ts$/,
    breaks: calls(/\bsetTimeout\b|\bscheduler\.wait\b/g),
    noticed: ['test/plan.test.ts', 'await new Promise((done) => setTimeout(done, 50));'],
  },
  {
    name: 'the word alert stays inside CAP',
    because:
      "elsewhere it means warning, notice or alarm, and which one matters; CAP's own msgType may stand anywhere",
    applies: /./,
    except: SPEAKS_CAP,
    breaks: words(/(?<!msgType\W{1,5}|<\/?)\b(alerts?|ALERTS?|Alerts|Alert(?!'))\b/g),
    noticed: ['shared/plan/plan.ts', 'const alert = 1;'],
  },
  {
    name: 'no phone number',
    because: "a number in the source is somebody's; invented ones stay in tests and in the shipped storm",
    applies: /./,
    except: /^(test|infra\/storm)\//,
    breaks: words(/(?<!\d)(\+?86)?1[3-9]\d{9}(?!\d)/g),
    noticed: ['shared/plan/plan.ts', `const duty = '1${'3900000012'}';`],
  },
  {
    name: "no path of somebody's machine",
    because: 'the tree must run wherever it is put',
    applies: /./,
    breaks: words(new RegExp(`(?<![\\w.])/(${['work', 'home', 'root', 'Users'].join('|')})/\\w+`, 'g')),
    noticed: ['infra/local.ts', `const data = '/${'home'}/someone/data';`],
  },
];

describe.each(rules)('$name', (rule) => {
  const broken = (source: Source) =>
    rule.applies.test(source.path) && !rule.except?.test(source.path) ? rule.breaks(source) : [];

  test('holds everywhere', () => {
    const found = sources.flatMap((source) => broken(source).map((what) => `${source.path}: ${what}`));
    expect(found, rule.because).toEqual([]);
  });

  test('would be noticed', () => {
    const [path, text] = rule.noticed;
    expect(broken({ path, text })).not.toEqual([]);
  });
});

describe('the files as a whole', () => {
  test('no file needs itself, by whatever way round', () => {
    const graph = new Map(
      sources.map((source) => [source.path, importsOf(source).filter(({ typeOnly }) => !typeOnly)]),
    );
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, way: string[]): void => {
      if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      if (done.has(path) || way.includes(path)) return;
      for (const { to } of graph.get(path) ?? []) visit(to, [...way, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles, 'of two files in a cycle neither can be understood first').toEqual([]);
  });
});
