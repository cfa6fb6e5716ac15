/** The record outside the table: each new segment copied to locked storage under the hash it ends with; and its check. */
import type { SealedEvent } from '../activation/events.ts';
import { brokenAt, GENESIS } from '../activation/seal.ts';
import type { Ports } from '../io/ports.ts';
import { pad } from '../time.ts';
import { catchUp, events } from './chain.ts';

/** Where the segments of a chain lie; keys carry first and last number and the head hash. */
export function segmentPrefix(chain: string): string {
  return `record/${encodeURIComponent(chain)}/`;
}

/** Last sealed number by chain, as far as this process knows; unknown is looked up. */
const sealedUpTo = new WeakMap<object, Map<string, number>>();

/** Copies what the chain has gained since its last segment. A second copy of a segment has the same key and bytes. */
export async function sealRecord(ports: Pick<Ports, 'store' | 'blobs'>, chain: string): Promise<void> {
  const known = sealedUpTo.get(ports.blobs) ?? new Map<string, number>();
  sealedUpTo.set(ports.blobs, known);
  const prefix = segmentPrefix(chain);
  const from = known.get(chain) ?? lastNumber(await ports.blobs.list(prefix));
  const { seq } = await catchUp(ports.store, chain);
  if (seq <= from) return;
  const segment: SealedEvent[] = [];
  for await (const sealed of events(ports.store, chain, from)) segment.push(sealed);
  const last = segment[segment.length - 1];
  if (!last) return;
  const key = `${prefix}${pad(from + 1, 8)}-${pad(last.seq, 8)}-${last.hash}.jsonl`;
  const lines = segment.map(({ seq, json, hash, before }) => JSON.stringify({ seq, json, hash, before }));
  await ports.blobs.put(key, Buffer.from(lines.map((line) => `${line}\n`).join('')));
  known.set(chain, last.seq);
}

/** What a check of one chain found: nothing wrong when `problems` is empty. */
export interface ChainCheck {
  chain: string;
  events: number;
  sealed: number;
  head: string;
  problems: string[];
}

/** Numbering, hashes and time of the table's chain; and that every sealed segment still says the same. */
export async function checkRecord(ports: Pick<Ports, 'store' | 'blobs'>, chain: string): Promise<ChainCheck> {
  const all: SealedEvent[] = [];
  for await (const sealed of events(ports.store, chain)) all.push(sealed);
  const problems: string[] = [];
  const broken = brokenAt(all);
  if (broken) problems.push(`event ${broken.seq} ${broken.why}`);
  const byNumber = new Map(all.map((each) => [each.seq, each.hash]));
  const keys = await ports.blobs.list(segmentPrefix(chain));
  for (const key of keys) {
    const bytes = await ports.blobs.get(key);
    const lines = bytes === null ? [] : Buffer.from(bytes).toString('utf8').trim().split('\n');
    for (const line of lines) {
      const sealed = JSON.parse(line) as SealedEvent;
      if (byNumber.get(sealed.seq) !== sealed.hash)
        problems.push(`event ${sealed.seq} differs from its sealed copy`);
    }
    if (lines.length === 0) problems.push(`sealed segment ${key} cannot be read`);
  }
  return {
    chain,
    events: all.length,
    sealed: lastNumber(keys),
    head: all[all.length - 1]?.hash ?? GENESIS,
    problems,
  };
}

function lastNumber(keys: readonly string[]): number {
  return Math.max(0, ...keys.map((key) => Number(/\/\d{8}-(\d{8})-/.exec(key)?.[1] ?? 0)));
}
