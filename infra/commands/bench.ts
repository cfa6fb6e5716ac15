/** `huhang bench`: what it costs, each figure beside the bare floor that was measured in the same run. */
import { parseArgs } from 'node:util';
import type { Figure } from '../bench/figure.ts';
import { UsageError } from '../usage.ts';

/** What is measured together, by the names of its figures; loaded when asked for, `byHand` only by name. */
const BENCHES: { names: string[]; byHand?: true; run: () => Promise<Figure[]> }[] = [
  { names: ['parse'], run: async () => (await import('../bench/parse.ts')).benchParse() },
  { names: ['roster-import'], run: async () => (await import('../bench/roster.ts')).benchRoster() },
  { names: ['decide'], run: async () => (await import('../bench/decide.ts')).benchDecide() },
  {
    names: ['warning-to-first-sms'],
    run: async () => (await import('../bench/first-sms.ts')).benchFirstSms(),
  },
  {
    names: ['fan-out', 'cpu-per-sms'],
    run: async () => (await import('../bench/fan-out.ts')).benchFanOut(),
  },
  { names: ['pace'], run: async () => (await import('../bench/pace.ts')).benchPace() },
  {
    names: ['cold-start'],
    run: async () => (await import('../bench/cold-start.ts')).benchColdStart(),
  },
  {
    names: ['console-board'],
    run: async () => (await import('../bench/console-board.ts')).benchConsoleBoard(),
  },
  {
    names: ['million'],
    byHand: true,
    run: async () => (await import('../bench/million.ts')).benchMillion(),
  },
];

/** Minutes long, as leases and waits pass in it: only when asked for by name. */
const COMPARE = 'compare';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const known = [...BENCHES.flatMap(({ names }) => names), COMPARE];
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`no such figure: ${unknown}; there are ${known.join(' ')}`);
  for (const { names, byHand, run } of BENCHES) {
    const wanted =
      positionals.length === 0 && !byHand ? names : names.filter((name) => positionals.includes(name));
    if (wanted.length === 0) continue;
    for (const figure of await run()) {
      if (wanted.includes(figure.name)) say(values.json ? JSON.stringify(figure) : words(figure));
    }
  }
  if (positionals.includes(COMPARE)) {
    const { compare, inWords } = await import('../bench/compare.ts');
    const rows = await compare();
    if (values.json) for (const row of rows) say(JSON.stringify({ name: COMPARE, ...row }));
    else say(inWords(rows));
  }
  return 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function words({ name, of, value, unit, floor, ratio, spread }: Figure): string {
  const what = of === '' ? name : `${name} (${of})`;
  const apart = Math.round(spread * 100);
  return `${what}: ${value} ${unit}, floor ${floor} ${unit}, ratio ${ratio}, turns ${apart} % apart`;
}
