/**
 * `huhang cost`: what a deployment costs. The calls are counted while the shipped storm is replayed, half an hour
 * before it for calm, and priced by a dated table. What AWS alone can tell, the time of a run, is assumed and said so.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Ports } from '../../shared/io/ports.ts';
import { GRANT_PARTS_PER_SECOND } from '../../shared/notice/grant.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import { CATALOGUE } from '../../shared/warning/catalogue.ts';
import prices from '../prices.json' with { type: 'json' };
import { replay } from '../replay.ts';
import { feedsOf, readScenario, type Scenario } from '../scenario.ts';
import { SETTINGS } from '../settings.ts';
import { summarise } from '../summary.ts';
import { FUNCTION_LIST, FUNCTIONS } from '../topology.ts';
import { UsageError } from '../usage.ts';

type Unit = keyof typeof prices.units;
type Used = Partial<Record<Unit, number>>;

/** Seconds that a run is taken to last, most of it waiting for others; not measured on AWS. */
const RUN_SECONDS = { poll: 2, sweep: 2 };

/** Lambda keeps five long polls of 20 s open at each queue. */
const QUEUE_CALLS_PER_MINUTE = 15;

/** What Lambda itself logs of a run. */
const RUN_LOG_BYTES = 400;

/** What stands whether anything happens or not, as counted in the synthesized stacks. */
const STANDING = { alarms: 22, metrics: 10, dashboards: 1, keys: 4 };

const MONTH = 30 * DAY;

/** Billed sizes of one read and one write. */
const READ_BYTES = 4096;
const WRITE_BYTES = 1024;

const POLLS_PER_MINUTE = SETTINGS.feeds.reduce((sum, feed) => sum + 1 / CATALOGUE[feed].everyMinutes, 0);

export interface Cost {
  of: string;
  usd: number;
  units: Record<string, { count: number; usd: number }>;
}

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { people: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  if (values.people !== undefined && !/^[1-9]\d{0,6}$/.test(values.people))
    throw new UsageError(`--people takes a number; given: ${values.people}`);
  const storm = readScenario(fileURLToPath(new URL('../storm', import.meta.url)));
  const people = Number(values.people ?? storm.people.length);
  const found = await costs(storm, people);
  const { asOf, region, units } = prices;
  if (values.json) process.stdout.write(`${JSON.stringify({ asOf, region, people, costs: found, units })}\n`);
  else process.stdout.write(words(found, people));
  return 0;
}

/** An idle month, an exam week, the storm over so many people, and its SMS. */
export async function costs(storm: Scenario, people: number): Promise<Cost[]> {
  const [half, hour, whole] = [await lived(storm, HOUR / 2), await lived(storm, HOUR), await lived(storm)];
  const span = storm.end - storm.start;
  const parts = Math.round((whole.parts * people) / storm.people.length);
  const during = (ms: number, sent: number): Used => {
    const [polls, sweeps] = [(POLLS_PER_MINUTE * ms) / MINUTE, ms / MINUTE];
    const gb = (name: keyof typeof FUNCTIONS): number => FUNCTIONS[name].memoryMb / 1024;
    const used: Used = {
      'function-runs': polls + sweeps,
      'function-gb-seconds':
        polls * RUN_SECONDS.poll * gb('poll') +
        sweeps * RUN_SECONDS.sweep * gb('sweep') +
        (sent / GRANT_PARTS_PER_SECOND) * gb('send'),
      'schedule-runs': polls + sweeps,
      'queue-calls':
        FUNCTION_LIST.filter(([, { trigger }]) => trigger.by === 'queue').length *
        QUEUE_CALLS_PER_MINUTE *
        sweeps,
    };
    for (const unit of ['alarms', 'metrics', 'dashboards', 'keys'] as const)
      used[unit] = (STANDING[unit] * ms) / MONTH;
    for (const unit of Object.keys(whole.used) as Unit[]) {
      // What entering the exam took is in both.
      const perRun = ((hour.used[unit] ?? 0) - (half.used[unit] ?? 0)) / (hour.runs - half.runs);
      const perPart = ((whole.used[unit] ?? 0) - perRun * whole.runs) / whole.parts;
      used[unit] = (used[unit] ?? 0) + perRun * (polls + sweeps) + perPart * sent;
    }
    used['log-bytes'] = (used['log-bytes'] ?? 0) + (polls + sweeps) * RUN_LOG_BYTES;
    return used;
  };
  return [
    priced('idle month', during(MONTH, 0)),
    priced('exam week', during(7 * DAY, 0)),
    priced('storm', during(span, parts)),
    priced('SMS of the storm', { 'sms-parts': parts }),
  ];
}

/** What the stages ask for in the first `ms` of a scenario, all of it by default; their runs, and the SMS parts. */
async function lived(scenario: Scenario, ms = scenario.end - scenario.start) {
  const counted: Used = {};
  const lasting = { ...scenario, end: scenario.start + ms };
  const { ports, carrier } = await replay(lasting, 1, (each) => metered(each, counted));
  const used = { ...counted };
  const { parts } = (await summarise(ports, carrier.outbox)).summary.totals;
  return { used, parts, runs: (ms / MINUTE + 1) * (feedsOf(scenario).length + 1) };
}

/** The same ports, with what is billed of each call counted. */
function metered(ports: Ports, used: Used): Ports {
  const { store, blobs, queue, log } = ports;
  const count = (unit: Unit, much = 1): void => {
    used[unit] = (used[unit] ?? 0) + much;
  };
  const units = (value: unknown, each: number): number =>
    Math.max(1, Math.ceil(Buffer.byteLength(JSON.stringify(value)) / each));
  const tables = (name: string, [, asked]: unknown[], found: unknown): void => {
    const isRead = /^(?:get|query|byIndex)/.test(name);
    const items = isRead ? found : asked;
    for (const item of name.endsWith('Many') ? (items as unknown[]) : [items]) {
      count(isRead ? 'table-reads' : 'table-writes', units(item, isRead ? READ_BYTES : WRITE_BYTES));
    }
  };
  const watched = <T extends object>(
    port: T,
    tell: (name: string, of: unknown[], found: unknown) => void,
  ): T =>
    Object.fromEntries(
      Object.entries(port).map(([name, call]) => [
        name,
        async (...of: unknown[]) => {
          const found = await call(...of);
          tell(name, of, found);
          return found;
        },
      ]),
    ) as T;
  return {
    ...ports,
    store: watched(store, tables),
    blobs: watched(blobs, () => count('object-calls')),
    queue: watched(queue, () => count('queue-calls')),
    log: (event, fields) => {
      count('log-bytes', JSON.stringify({ event, ...fields }).length);
      log(event, fields);
    },
  };
}

function priced(of: string, used: Used): Cost {
  const units = Object.entries(used).map(([unit, count]) => {
    const { usd, per } = prices.units[unit as Unit];
    return [unit, { count: cents(count), usd: cents((count * usd) / per) }] as const;
  });
  const usd = units.reduce((sum, [, each]) => sum + each.usd, 0);
  return { of, usd: cents(usd), units: Object.fromEntries(units) };
}

function cents(usd: number): number {
  return Number(usd.toFixed(2));
}

function words(found: Cost[], people: number): string {
  const lines = found.flatMap(({ of, usd, units }) => [
    `${of}: $${usd.toFixed(2)}`,
    ...Object.entries(units)
      .filter(([, each]) => each.usd > 0)
      .map(([unit, each]) => {
        const doubt = prices.units[unit as Unit].verified ? '' : ' *';
        return `  ${each.usd.toFixed(2).padStart(10)}  ${each.count.toLocaleString('en')} ${unit}${doubt}`;
      }),
  ]);
  const head = `US$ of ${prices.asOf}, ${prices.region}, for ${people} people; * a price that nobody has verified`;
  return `${[head, ...lines].join('\n')}\n`;
}
