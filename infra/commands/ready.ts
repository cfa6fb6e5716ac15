/** `huhang ready`: what an exam still lacks, a line each. */
import { parseArgs } from 'node:util';
import { lacks } from '../../shared/activation/ready.ts';
import type { Item, Ports } from '../../shared/io/ports.ts';
import { GRANT_PARTS_PER_SECOND, type Grant } from '../../shared/notice/grant.ts';
import { catchUp } from '../../shared/stages/chain.ts';
import { charges } from '../../shared/stages/office.ts';
import { loadFeeds } from '../../shared/stages/warnings.ts';
import { withData } from '../data.ts';
import { InputError, UsageError } from '../usage.ts';
import { DEFAULT_DATA } from './verify.ts';

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      exam: { type: 'string' },
      data: { type: 'string', default: DEFAULT_DATA },
      json: { type: 'boolean', default: false },
    },
  });
  const { exam } = values;
  if (exam === undefined) throw new UsageError('ready --exam ID [--data DIR]');
  const found = await withData(values.data, (ports) => ready(ports, exam));
  if (found === null) throw new InputError(`no open exam ${exam} in ${values.data}`);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ exam, ready: found.length === 0, lacks: found })}\n`);
  else {
    for (const { district, lack } of found) process.stderr.write(`${district}: ${lack}\n`);
    process.stdout.write(`${exam}: ${found.length === 0 ? 'ready' : `${found.length} lacking`}\n`);
  }
  return found.length === 0 ? 0 : 1;
}

/** Null where no such exam is open. */
export async function ready(
  ports: Ports,
  examId: string,
): Promise<{ district: string; lack: string }[] | null> {
  const { store, clock } = ports;
  const own = (await charges(store)).filter(({ exam }) => exam.id === examId);
  const grant = await store.get<Grant & Item>('grant', { pk: 'grant', sk: '-' });
  const feeds = await loadFeeds(store);
  const found: { district: string; lack: string }[] = [];
  for (const charge of own) {
    const state = await catchUp(store, charge.chain);
    const inputs = { ...charge, warnings: [], feeds, now: clock.now() };
    const missing = lacks(inputs, state, grant?.rate ?? GRANT_PARTS_PER_SECOND);
    found.push(...missing.map((lack) => ({ district: charge.district.name, lack })));
  }
  return own.length === 0 ? null : found;
}
