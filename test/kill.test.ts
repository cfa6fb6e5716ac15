/** `kill -9` of the running system at any moment, then start again: nobody left out, nobody told beyond policy. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../shared/io/memory/random.ts';
import { inventedPhone, writeSmallStorm } from './small-storm.ts';

const CLI = new URL('../infra/cli.ts', import.meta.url).pathname;
const ROUNDS = 10;
/** Longest life of a round, ms: long enough to get into the sends, short enough to die in them. */
const LIFE_MS = 3_000;
const CANDIDATES = 120;
/** How long a life that is to end in the midst of sending waits for the first SMS, ms. */
const SENDING_WITHIN_MS = 15_000;
/** Ten lives, and at the end the leases of the dead: each lasts a minute of machine time, and is seen within another. */
const TIME_LIMIT_MS = 480_000;

const root = mkdtempSync(join(tmpdir(), 'huhang-kill-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Taken {
  to: string;
  text: string;
}

function start(scenario: string, data: string): ChildProcess {
  return spawn(
    process.execPath,
    [CLI, 'start', '--port', '0', '--speed', '2000', '--data', data, '--scenario', scenario],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

/** Resolves once the child has printed `words`; a child that ends first is a failure. */
async function until(child: ChildProcess, words: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += chunk;
        if (output.includes(words)) resolve();
      });
    }
    child.once('exit', () => reject(new Error(`ended before “${words}”: ${output}`)));
  });
}

/** What the carrier took so far, from its journal on disk. */
function taken(data: string): Taken[] {
  const file = join(data, 'carrier.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .flatMap((line) => {
      const { sms } = JSON.parse(line) as { sms?: Taken };
      return sms ? [sms] : [];
    });
}

async function verify(data: string): Promise<{ code: number; out: string }> {
  const child = spawn(process.execPath, [CLI, 'verify', '--data', data], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = (await once(child, 'exit')) as [number];
  return { code, out };
}

describe('a system killed without warning', () => {
  test(`tells everybody, and nobody beyond policy, over ${ROUNDS} kills`, {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const scenario = writeSmallStorm(join(root, 'storm'), {
      candidates: CANDIDATES,
      carrier: { partsPerSecond: 60, lose: 0.03, throttle: 0.03 },
    });
    const data = join(root, 'data');
    const random = seededRandom(20240920);
    let killedMidSend = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const child = start(scenario, data);
      const before = taken(data).length;
      await until(child, 'console');
      // Every other life ends in the midst of sending, however slow the machine; the rest at any moment.
      const patience = Date.now() + SENDING_WITHIN_MS;
      while (round % 2 === 1 && taken(data).length === before && Date.now() < patience) await sleep(50);
      await sleep(random() * LIFE_MS);
      child.kill('SIGKILL');
      await once(child, 'exit');
      if (taken(data).length > before) killedMidSend += 1;
    }
    expect(killedMidSend).toBeGreaterThan(0);

    const last = start(scenario, data);
    await until(last, 'told to its end');
    last.kill('SIGINT');
    await once(last, 'exit');
    expect(last.exitCode).toBe(0);

    const { code, out } = await verify(data);
    expect(out).toContain('holds');
    expect(code).toBe(0);

    const sms = taken(data);
    const times = Map.groupBy(sms, ({ to, text }) => `${to}|${text}`);
    const most = (part: string): number =>
      Math.max(...[...times].filter(([key]) => key.includes(part)).map(([, each]) => each.length));
    expect(most('台风黄色预警，请调整出行时间')).toBe(1);
    expect(most('台风橙色预警，早出门')).toBeLessThanOrEqual(2);
    expect(most('解除台风橙色预警')).toBeLessThanOrEqual(2);
    const told = new Set(sms.filter(({ text }) => text.includes('台风橙色预警，早出门')).map(({ to }) => to));
    const missing = Array.from({ length: CANDIDATES }, (_, index) => inventedPhone(index + 1)).filter(
      (to) => !told.has(to),
    );
    // A claim whose process died before it published is unknown; it was re-opened once, and stands in the record.
    expect(missing).toEqual([]);
  });
});
