/** `huhang replay`: a scenario in virtual time, and its summary. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { replay } from '../replay.ts';
import { readScenario } from '../scenario.ts';
import { type Summary, summarise } from '../summary.ts';
import { UsageError } from '../usage.ts';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { out: { type: 'string' }, plan: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [directory] = positionals;
  if (directory === undefined || positionals.length > 1) throw new UsageError('give one scenario directory');
  const scenario = readScenario(directory, values.plan);
  for (const { path, code, message, level } of scenario.issues) {
    if (level === 'error') process.stderr.write(`huhang replay: ${path} ${code}: ${message}\n`);
  }
  const { ports, carrier, refused } = await replay(scenario);
  for (const line of refused) process.stderr.write(`huhang replay: refused: ${line}\n`);
  const { summary, sms } = await summarise(ports, carrier.outbox);
  if (values.out !== undefined) {
    mkdirSync(values.out, { recursive: true });
    writeFileSync(join(values.out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
    for (const part of ['activations', 'decisions', 'notices', 'feeds'] as const) {
      writeFileSync(join(values.out, `${part}.json`), `${JSON.stringify(summary[part], null, 2)}\n`);
    }
    writeFileSync(join(values.out, 'sms.jsonl'), sms.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  process.stdout.write(values.json ? `${JSON.stringify(summary)}\n` : words(scenario.name, summary));
  return Object.values(summary.invariants).every((count) => count === 0) ? 0 : 1;
}

function words(name: string, { totals, invariants, notices }: Summary): string {
  const byKind = Map.groupBy(notices, (notice) => String(notice.kind));
  const sum = (kind: string, field: 'audience' | 'delivered'): number =>
    (byKind.get(kind) ?? []).reduce((total, notice) => total + notice.counts[field], 0);
  return [
    name,
    `  ${totals.activations} activations, ${totals.decisions} decisions, ${notices.length} notices, ${totals.sms} SMS in ${totals.parts} parts, ${totals.quarantined} entries set aside`,
    ...[...byKind].map(
      ([kind, each]) =>
        `  ${kind.padEnd(20)} ${String(each.length).padStart(4)} notices  ${String(sum(kind, 'audience')).padStart(6)} people  ${String(sum(kind, 'delivered')).padStart(6)} delivered`,
    ),
    `  lost ${invariants.lost}, beyond policy ${invariants.beyondPolicyDuplicates}, after deadline ${invariants.afterDeadline}, chain broken ${invariants.chainBroken}`,
    '',
  ].join('\n');
}
