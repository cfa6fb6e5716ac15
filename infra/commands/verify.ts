/** `huhang verify`: the hash chain against itself and its sealed copies, and every closed notice against its rows. */
import { parseArgs } from 'node:util';
import type { Ports } from '../../shared/io/ports.ts';
import { accounted, countsOf } from '../../shared/notice/delivery.ts';
import { everybodyIn } from '../../shared/notice/slices.ts';
import { catchUp } from '../../shared/stages/chain.ts';
import { deliveriesOf, slicesOf } from '../../shared/stages/notices.ts';
import { type Charge, charges } from '../../shared/stages/office.ts';
import { type ChainCheck, checkRecord } from '../../shared/stages/record.ts';
import { withData } from '../data.ts';
import { InputError } from '../usage.ts';

export const DEFAULT_DATA = '.huhang';

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { data: { type: 'string', default: DEFAULT_DATA }, json: { type: 'boolean', default: false } },
  });
  const [wanted] = positionals;
  const checks = await withData(values.data, (ports) => verify(ports, wanted));
  if (wanted !== undefined && checks.length === 0)
    throw new InputError(`no activation ${wanted} in ${values.data}`);
  process.stdout.write(values.json ? `${JSON.stringify(checks)}\n` : checks.map(words).join(''));
  return checks.every((check) => check.problems.length === 0) ? 0 : 1;
}

type Check = ChainCheck & { activations: string[]; notices: number; people: number };

/** Every chain, or the one that holds the activation. */
export async function verify(ports: Ports, activationId?: string): Promise<Check[]> {
  const checks: Check[] = [];
  for (const charge of await charges(ports.store)) {
    const record = await checkRecord(ports, charge.chain);
    // A chain that does not hold cannot be folded: what its notices came to is not asked.
    if (record.problems.length > 0) checks.push({ ...record, activations: [], notices: 0, people: 0 });
    else {
      const check = await complete(ports, charge, record);
      if (activationId === undefined || check.activations.includes(activationId)) checks.push(check);
    }
  }
  return checks;
}

/** Conservation: the rows of a closed notice add up to its frozen audience, and to what the closing event says. */
async function complete(ports: Ports, { chain }: Charge, record: ChainCheck): Promise<Check> {
  const state = await catchUp(ports.store, chain);
  const problems = [...record.problems];
  let people = 0;
  let closed = 0;
  for (const { notice, counts } of state.notices.values()) {
    if (counts === null) continue;
    closed += 1;
    let frozen = 0;
    for await (const slice of slicesOf(ports.store, chain, notice.no)) frozen += everybodyIn([slice]).length;
    let rows = 0;
    for await (const page of deliveriesOf(ports, chain, notice.no)) rows += accounted(countsOf(page));
    people += frozen;
    if (rows !== frozen) problems.push(`notice ${notice.no}: ${frozen} people, ${rows} accounted for`);
    if (counts.audience !== frozen)
      problems.push(`notice ${notice.no}: closed over ${counts.audience} people, not ${frozen}`);
  }
  const activations = state.activations.map((each) => each.id);
  return { ...record, problems, activations, notices: closed, people };
}

function words({ chain, events, sealed, head, notices, people, problems, activations }: Check): string {
  const verdict = problems.length === 0 ? 'holds' : 'DOES NOT HOLD';
  return [
    `${chain}: ${verdict}. ${events} events (${sealed} sealed), head ${head.slice(0, 12)}`,
    `  ${activations.length} activations, ${notices} closed notices, ${people} people accounted for`,
    ...problems.map((problem) => `  ! ${problem}`),
    '',
  ].join('\n');
}
