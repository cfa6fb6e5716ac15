/** Canonical JSON and the hash chain over it: what makes a changed record visible. */
import { createHash } from 'node:crypto';
import { assert } from '../outcome.ts';
import type { ChainEvent, SealedEvent } from './events.ts';

/** The hash before the first event. */
export const GENESIS = '0'.repeat(64);

/** JSON with sorted keys and nothing undefined: the same value always gives the same bytes. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') {
    const text = JSON.stringify(value);
    assert(text !== undefined, `cannot be written as JSON: ${typeof value}`);
    return text;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) fields.push(`${JSON.stringify(key)}:${canonical(field)}`);
  }
  return `{${fields.join(',')}}`;
}

/** Whether two values say the same, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

export function seal(event: ChainEvent, before: string): SealedEvent {
  const json = canonical(event);
  return { seq: event.seq, json, before, hash: digest(`${before}\n${json}`) };
}

/** Sealed events are never written into, nor is what stands in them: one that is read again is opened once. */
const OPENED = new WeakMap<SealedEvent, ChainEvent>();

export function open(sealed: SealedEvent): ChainEvent {
  let event = OPENED.get(sealed);
  if (!event) {
    event = JSON.parse(sealed.json) as ChainEvent;
    OPENED.set(sealed, event);
  }
  return event;
}

/** The first thing wrong with a run of sealed events that should follow `before`, or null: numbering, hashes, time. */
export function brokenAt(
  events: Iterable<SealedEvent>,
  before = GENESIS,
): { seq: number; why: string } | null {
  let hash = before;
  let seq: number | null = null;
  let at = Number.NEGATIVE_INFINITY;
  for (const sealed of events) {
    if (seq !== null && sealed.seq !== seq + 1) return { seq: sealed.seq, why: `follows ${seq}` };
    if (sealed.before !== hash) return { seq: sealed.seq, why: 'does not follow the hash before it' };
    if (digest(`${sealed.before}\n${sealed.json}`) !== sealed.hash)
      return { seq: sealed.seq, why: 'was changed' };
    const event = open(sealed);
    if (event.seq !== sealed.seq) return { seq: sealed.seq, why: 'carries another number' };
    if (event.at < at) return { seq: sealed.seq, why: 'time ran backwards' };
    [hash, seq, at] = [sealed.hash, sealed.seq, event.at];
  }
  return null;
}

export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
