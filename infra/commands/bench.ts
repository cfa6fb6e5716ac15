/** `huhang bench`: what it costs, each figure beside the bare floor that was measured in the same run. */
import { parseArgs } from 'node:util';
import type { Figure } from '../bench/figure.ts';
import { UsageError } from '../usage.ts';

/** What is measured together, by the names of its figures; loaded when asked for. */
const BENCHES: { names: string[]; run: () => Promise<Figure[]> }[] = [
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
  const wanted = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
  for (const bench of BENCHES) {
    if (!bench.names.some(wanted)) continue;
    for (const figure of await bench.run()) {
      if (wanted(figure.name)) say(values.json ? JSON.stringify(figure) : words(figure));
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
