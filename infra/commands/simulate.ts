/** `huhang simulate`: seeded seasons of storms with faults, each judged by an oracle that reads only the plan. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Plan } from '../../shared/plan/plan.ts';
import { shippedPlan } from '../../shared/plan/shipped.ts';
import { iso } from '../../shared/time.ts';
import { live } from '../../test/season/drive.ts';
import { drawWorld } from '../../test/season/generate.ts';
import { judgeLived, judgeWorld, type Verdict } from '../../test/season/judge.ts';
import { keepSeason } from '../../test/season/keep.ts';
import type { FindingKind } from '../../test/season/oracle.ts';
import { judgeSeeds } from '../../test/season/pool.ts';
import { shrink } from '../../test/season/shrink.ts';
import type { World } from '../../test/season/world.ts';
import { UsageError } from '../usage.ts';

/** A long run says how far it is each time it has lived so many: a minute or so. */
const PROGRESS_SEEDS = 100;

/** Findings of one failing season that are printed; the rest mostly follow from the first. */
const SHOWN_MAX = 5;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      shrink: { type: 'string' },
      season: { type: 'string' },
    },
  });
  const plan = shippedPlan();
  const total = {
    seeds: 0,
    crashes: 0,
    faults: 0,
    sms: 0,
    lost: 0,
    beyondPolicyDuplicates: 0,
    afterDeadline: 0,
    falseActivations: 0,
    missedActivations: 0,
    chainBroken: 0,
    failingSeeds: [] as number[],
  };
  const counted: Record<FindingKind, (typeof COUNTED)[number] | null> = {
    lost: 'lost',
    'beyond-policy': 'beyondPolicyDuplicates',
    'after-deadline': 'afterDeadline',
    'false-activation': 'falseActivations',
    'missed-activation': 'missedActivations',
    'chain-broken': 'chainBroken',
    other: null,
  };
  const seen = (verdict: Verdict): void => {
    total.seeds += 1;
    total.crashes += verdict.crashes;
    total.faults += verdict.faults;
    total.sms += verdict.sms;
    for (const { kind } of verdict.findings) {
      const name = counted[kind];
      if (name !== null) total[name] += 1;
    }
    if (verdict.findings.length > 0) {
      total.failingSeeds.push(verdict.seed);
      tell(verdict);
    }
  };
  const kept =
    values.season === undefined ? null : (JSON.parse(readFileSync(values.season, 'utf8')) as World);
  if (kept) seen(await judgeWorld(kept, plan));
  else {
    const [from, seeds] = [whole('--from', values.from), whole('--seeds', values.seeds)];
    await judgeSeeds(plan, from, seeds, (verdict) => {
      seen(verdict);
      if (total.seeds % PROGRESS_SEEDS === 0)
        say(`${total.seeds} of ${seeds} seeds, ${total.failingSeeds.length} failing`);
    });
  }
  total.failingSeeds.sort((a, b) => a - b);
  const [first] = total.failingSeeds;
  if (first !== undefined && values.shrink !== undefined)
    await keepShortest(kept ?? drawWorld(first), plan, values.shrink);
  process.stdout.write(values.json ? `${JSON.stringify(total)}\n` : words(total));
  return total.failingSeeds.length === 0 ? 0 : 1;
}

const COUNTED = [
  'lost',
  'beyondPolicyDuplicates',
  'afterDeadline',
  'falseActivations',
  'missedActivations',
  'chainBroken',
] as const;

function whole(name: string, text: string | undefined): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new UsageError(`${name} takes a whole number from 1 on`);
  return value;
}

function tell({ seed, findings }: Verdict): void {
  for (const { at, kind, what } of findings.slice(0, SHOWN_MAX))
    say(`seed ${seed}, ${iso(at)} ${kind}: ${what}`);
  const rest = findings.length - SHOWN_MAX;
  if (rest > 0) say(`seed ${seed} and ${rest} more`);
}

function say(line: string): void {
  process.stderr.write(`huhang simulate: ${line}\n`);
}

/** Cuts the season down as long as its first finding stays of its kind, and writes what is left. */
async function keepShortest(whole: World, plan: Plan, directory: string): Promise<void> {
  const kind = (await judgeWorld(whole, plan)).findings[0]?.kind;
  const fails = async (world: World): Promise<boolean> =>
    world.exams.length > 0 && (await judgeWorld(world, plan)).findings.some((each) => each.kind === kind);
  const lived = await live(await shrink(whole, fails), plan);
  keepSeason(lived, lived.world.exams[0]!, directory);
  tell(await judgeLived(lived));
}

function words(total: Record<string, number | number[]>): string {
  const { failingSeeds, ...counts } = total;
  const lines = Object.entries(counts).map(([name, count]) => `  ${name.padEnd(24)}${count}\n`);
  return `${lines.join('')}  failing seeds           ${(failingSeeds as number[]).join(' ') || 'none'}\n`;
}
