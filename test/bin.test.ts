/** The command's first file, under this Node and under one that says it is older. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'huhang-bin-'));
const bin = join(folder, 'infra', 'huhang.mjs');
const installed = join(folder, 'node_modules', '.bin', 'node');

/** Makes the process believe that it is an older Node; what it starts is the real one. */
const OLDER = [
  '--import',
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.20.2"}})',
];

/** Prints its words, then `ready`, and ends by a signal or, told to, at once with a number of its own. */
const CLI = `
export async function main(words: string[]): Promise<number> {
  const signal = new Promise<string>((done) => process.once('SIGTERM', done));
  process.stdout.write(JSON.stringify(words) + ' ready\\n');
  if (words[0] !== 'wait') return 7;
  const hold = setInterval(() => {}, 1000);
  process.stdout.write('ended by ' + (await signal));
  clearInterval(hold);
  return 3;
}
if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
`;

function run(options: string[], words: string[]): ChildProcess {
  return spawn(process.execPath, [...options, bin, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const [out, err, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'exit'),
  ]);
  return { code, out, err };
}

beforeAll(() => {
  mkdirSync(join(folder, 'infra'));
  copyFileSync(fileURLToPath(new URL('../infra/huhang.mjs', import.meta.url)), bin);
  writeFileSync(join(folder, 'infra', 'cli.ts'), CLI);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(process.execPath, installed);
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['this Node', []],
  ['an older Node', OLDER],
])('Under %s the words reach the command as they are, and its number comes back.', async (_, options) => {
  const { code, out, err } = await ended(run(options, ['plan', 'check', 'a b.json', '--json']));
  expect({ code, out, err }).toEqual({
    code: 7,
    out: '["plan","check","a b.json","--json"] ready\n',
    err: '',
  });
});

test.each([
  ['this Node', []],
  ['an older Node', OLDER],
])('Under %s a signal reaches the command, which ends in its own way.', async (_, options) => {
  const child = run(options, ['wait']);
  child.stdout!.once('data', () => child.kill('SIGTERM'));
  const { code, out } = await ended(child);
  expect({ code, out }).toEqual({ code: 3, out: '["wait"] ready\nended by SIGTERM' });
});

test('An older Node without the installed one says what to do.', async () => {
  rmSync(installed);
  const { code, err } = await ended(run(OLDER, []));
  expect(code).toBe(1);
  expect(err).toMatch(/^huhang needs Node 24; this is v\d+.*npm ci/);
});
