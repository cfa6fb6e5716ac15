/**
 * `node test/sabotage/run.ts [--only N | --from N]`: makes each dangerous change of the list in a copy of the tree, runs the tests
 * that reach the changed file, and tells which changes no test noticed. Exit 1 if there are any.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Sabotage, sabotaged, sabotages } from './list.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the tests need of the tree. */
const COPIED = [
  'functions',
  'infra',
  'shared',
  'test',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
  'cdk.json',
];

/** Tests that take long, each for its own reason, or that look at the sources and not at what they do. */
const SLOW = [
  'bench',
  'bin',
  'console-browser',
  'emulators',
  'kill',
  'nth-call-dark',
  'nth-call-raised',
  'sabotage',
  'season',
  'storm',
  'structure',
  'synth',
];

/** Drawn anew each time: what such a test notices today it may miss tomorrow. */
const RANDOM = ['decide-properties'];

/** A change that makes the tests run for ever is noticed, too. */
const HANGS_AFTER_MS = 5 * 60_000;

/** Quick tests of each room, which notice most changes in it long before all that reach the file have run. */
const LIKELY: Record<string, string[]> = {
  'shared/io': ['sns', 'contract-carrier', 'contract-lost-answers', 'contract-store', 'feed-reader'],
  'shared/notice': ['delivery-states', 'text', 'delivery-grant', 'caught'],
  'shared/stages': ['caught', 'chain', 'delivery-unknown', 'delivery-sending', 'delivery-freezing', 'poll'],
  'shared/warning': ['thread', 'warning-broken', 'warning-words', 'warning-cap', 'warning-reach', 'caught'],
  'shared/activation': [
    'caught',
    'chain',
    'hold',
    'decide-candidates',
    'decide-all-clear',
    'decide-warnings',
  ],
};

interface Report {
  testResults: { name: string; message: string; assertionResults: { fullName: string; status: string }[] }[];
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, from: { type: 'string' } } });
  const first = Number(values.only ?? values.from ?? 1) - 1;
  const chosen = sabotages.slice(first, values.only === undefined ? sabotages.length : first + 1);
  const tree = mkdtempSync(join(tmpdir(), 'sabotage-'));
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(tree, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
    const sound = new Map<string, boolean>();
    let survivors = 0;
    for (const sabotage of chosen) {
      const by = await noticedBy(tree, sabotage, sound);
      if (by === null) survivors += 1;
      say(line(sabotage, by));
    }
    for (const [file, is] of sound) if (!is) say(`fails without any change, so it says nothing: ${file}`);
    say(`${chosen.length - survivors} of ${chosen.length} noticed`);
    return survivors === 0 ? 0 : 1;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

function line(sabotage: Sabotage, by: string | null): string {
  const no = String(sabotages.indexOf(sabotage) + 1).padStart(2);
  return by === null ? `${no} SURVIVES  ${sabotage.danger}` : `${no} noticed   ${sabotage.danger}  ←  ${by}`;
}

/** The first test that notices; null if none does. A test that fails without the change does not count. */
async function noticedBy(
  tree: string,
  sabotage: Sabotage,
  sound: Map<string, boolean>,
): Promise<string | null> {
  const path = join(tree, sabotage.file);
  const text = readFileSync(path, 'utf8');
  let likely = LIKELY[dirname(sabotage.file)] ?? [];
  for (;;) {
    const unsound = [...sound].filter(([, is]) => !is).map(([file]) => file);
    writeFileSync(path, sabotaged(sabotage, text));
    const files = likely.map((file) => `test/${file}.test.ts`);
    const failed = await firstFailure(
      tree,
      [...(likely.length > 0 ? ['run', ...files] : ['related', sabotage.file]), '--bail=1'],
      [...SLOW, ...RANDOM, ...unsound],
    );
    writeFileSync(path, text);
    if (failed === null && likely.length === 0) return null;
    likely = [];
    if (failed === null) continue;
    if (failed === 'hangs') return 'the tests run for ever';
    if (!sound.has(failed.file)) {
      sound.set(failed.file, (await firstFailure(tree, ['run', `test/${failed.file}.test.ts`], [])) === null);
    }
    if (sound.get(failed.file)) return `${failed.file}: ${failed.test}`;
  }
}

interface Failure {
  /** Base name of the test file. */
  file: string;
  test: string;
}

/** The first test that fails, or null. */
async function firstFailure(
  tree: string,
  what: string[],
  leftOut: string[],
): Promise<Failure | 'hangs' | null> {
  const report = await vitest(tree, what, leftOut);
  if (report === 'hangs') return 'hangs';
  for (const { name, message, assertionResults } of report.testResults) {
    const file = basename(name, '.test.ts');
    const failed = assertionResults.find(({ status }) => status === 'failed');
    if (failed) return { file, test: failed.fullName };
    if (assertionResults.length === 0 && message !== '') return { file, test: message.split('\n')[0]! };
  }
  return null;
}

async function vitest(tree: string, what: string[], leftOut: string[]): Promise<Report | 'hangs'> {
  const output = join(tree, 'report.json');
  rmSync(output, { force: true });
  // A group of its own, so that workers in an endless loop end with it.
  const child = spawn(
    process.execPath,
    [
      join(tree, 'node_modules/vitest/vitest.mjs'),
      ...what,
      '--run',
      '--reporter=json',
      `--outputFile=${output}`,
      ...leftOut.map((name) => `--exclude=test/${name}.test.ts`),
    ],
    { cwd: tree, stdio: 'ignore', detached: true },
  );
  const patience = AbortSignal.timeout(HANGS_AFTER_MS);
  patience.addEventListener('abort', () => child.exitCode ?? process.kill(-child.pid!, 'SIGKILL'));
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal === null ? (JSON.parse(readFileSync(output, 'utf8')) as Report) : 'hangs';
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

process.exitCode = await main();
