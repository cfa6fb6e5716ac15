/** `kill -9` of the running system at any moment, then start again: nobody left out, nobody told beyond policy. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { withData } from '../infra/data.ts';
import { SHIPPED_PLAN } from '../infra/scenario.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { LEASE_MS } from '../shared/limits.ts';
import { ATTEMPTS_MAX, type Delivery, personsOf } from '../shared/notice/delivery.ts';
import { catchUp } from '../shared/stages/chain.ts';
import { deliveriesOf } from '../shared/stages/notices.ts';
import { charges } from '../shared/stages/office.ts';
import { inventedPhone, writeSmallStorm } from './small-storm.ts';

const CLI = new URL('../infra/cli.ts', import.meta.url).pathname;
const LATER = new URL('later.ts', import.meta.url).href;

/** Of every 11 one sits at the second site: the orange reminder of the first goes to 2,000. */
const CANDIDATES = 2_200;
const SECOND_SITE_EVERY = 11;
/** What the carrier takes at least: yellow to the second site, then orange to both. */
const SMS = CANDIDATES / SECOND_SITE_EVERY + CANDIDATES;

/** Lives that end in the midst of sending, each in its share of the story; after each follows one that ends at any moment. */
const KILLS_MID_SEND = 3;
/** Longest life of one that ends at any moment, ms. */
const LIFE_MS = 6_000;
/** How long a share of the story may take to be sent, ms. */
const SENDING_WITHIN_MS = 120_000;
/** How often it is looked how much was sent, ms. */
const LOOK_MS = 100;
const TIME_LIMIT_MS = 480_000;

/** Without officers who try the line: where a kill hits their SMS, all others would wait for minutes. */
const SHIPPED = JSON.parse(readFileSync(SHIPPED_PLAN, 'utf8')) as { telling: object };

const ORANGE_TEXT = 'candidate-reminder.wind.orange@1';

const root = mkdtempSync(join(tmpdir(), 'huhang-kill-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Taken {
  to: string;
  text: string;
}

/** The machine's clock is `later` ms ahead. */
function start(scenario: string, data: string, later: number): ChildProcess {
  return spawn(
    process.execPath,
    [
      '--import',
      LATER,
      CLI,
      'start',
      ...['--port', '0', '--speed', '2000'],
      ...['--data', data, '--scenario', scenario],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LATER_MS: String(later) } },
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

/** The carrier's journal on disk. */
function journal(data: string): string {
  const file = join(data, 'carrier.jsonl');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** How many SMS the carrier took so far; a line that is being written may count. */
function sent(data: string): number {
  return journal(data).split('{"sms"').length - 1;
}

/** What the carrier took. */
function taken(data: string): Taken[] {
  return journal(data)
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

/** The rows of the orange reminders, by person. */
async function reminded(data: string): Promise<Map<string, Delivery>> {
  const rows = new Map<string, Delivery>();
  await withData(data, async (ports) => {
    for (const { chain } of await charges(ports.store)) {
      for (const { notice } of (await catchUp(ports.store, chain)).notices.values()) {
        if (notice.template !== ORANGE_TEXT) continue;
        for await (const page of deliveriesOf(ports, chain, notice.no))
          for (const row of page) for (const person of personsOf(row)) rows.set(person, row);
      }
    }
  });
  return rows;
}

describe('a system killed without warning', () => {
  test(`tells 2,000 by one notice, everybody and nobody beyond policy, over ${2 * KILLS_MID_SEND} kills`, {
    timeout: TIME_LIMIT_MS,
  }, async () => {
    const scenario = writeSmallStorm(join(root, 'storm'), {
      candidates: CANDIDATES,
      secondSiteEvery: SECOND_SITE_EVERY,
      countyYellow: true,
      plan: { ...SHIPPED, telling: { ...SHIPPED.telling, canaryPosts: [] } },
      answersUntil: '09:30',
      until: '09:45',
      carrier: { partsPerSecond: 400, lose: 0.03, throttle: 0.01 },
    });
    const data = join(root, 'data');
    const random = seededRandom(20240920);
    let later = 0;
    let killedMidSend = 0;
    const kill = async (child: ChildProcess): Promise<void> => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    for (let round = 0; round < KILLS_MID_SEND; round += 1) {
      const sending = start(scenario, data, later);
      await until(sending, 'console');
      const before = sent(data);
      const share = ((round + random()) / KILLS_MID_SEND) * SMS;
      const patience = Date.now() + SENDING_WITHIN_MS;
      while (sent(data) < Math.max(share, before + 1) && Date.now() < patience) await sleep(LOOK_MS);
      await kill(sending);
      if (sent(data) > before) killedMidSend += 1;
      // Started again at once, while the dead one's leases last.
      const next = start(scenario, data, later);
      await sleep(random() * LIFE_MS);
      await kill(next);
      later += LEASE_MS;
    }
    expect(killedMidSend).toBe(KILLS_MID_SEND);

    const last = start(scenario, data, later);
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
    const told = new Set(sms.filter(({ text }) => text.includes('台风橙色预警，早出门')).map(({ to }) => to));
    const rows = await reminded(data);
    const lost = Array.from({ length: CANDIDATES }, (_, index) => index + 1).filter((n) => {
      const row = rows.get(`C${n}`);
      // Whose process died twice between claim and publish stands in the call list: nobody can know that it was twice in vain.
      return (
        !told.has(inventedPhone(n)) && !(row?.state === 'UNKNOWN' && row.attempt === ATTEMPTS_MAX.action)
      );
    });
    expect(lost).toEqual([]);
  });
});
