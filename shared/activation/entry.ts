/** What a person typed into an act: read by a schema. The record carries closed values of it, and its hash. */
import * as z from 'zod';
import { assert, type Issue } from '../outcome.ts';
import { asIssue } from '../plan/schema.ts';
import { instant } from '../time.ts';
import type { Effect } from './events.ts';
import { canonical, digest } from './seal.ts';

/** As typed; kept whole in a personal table, so that nothing is lost of what was refused or is in words. */
export type Entry = Record<string, unknown>;

/** Bytes of one entry: a report of ten pages. */
export const ENTRY_BYTES_MAX = 100_000;

export type ActAnswer = { effects: Effect[] } | { refused: string; issues?: Issue[] };

export function entryHash(entry: Entry): string {
  return digest(canonical(entry));
}

/** An instant as ISO 8601 text with offset. */
export const moment = z.string().transform((text, context) => {
  try {
    return instant(text);
  } catch (error) {
    assert(error instanceof RangeError, 'only a time that is none is refused');
    context.addIssue({ code: 'custom', message: 'an ISO 8601 time with offset' });
    return z.NEVER;
  }
});

/** Reads what was typed and goes on with it, or refuses with every issue: its path and code, never the value. */
export function withEntry<T>(
  shape: z.ZodType<T>,
  entry: Entry | undefined,
  goOn: (fields: T) => ActAnswer,
): ActAnswer {
  const read = shape.safeParse(entry ?? {});
  return read.success ? goOn(read.data) : refusal(read.error.issues.map(asIssue));
}

export function refusal(issues: Issue[]): ActAnswer {
  return { refused: issues.map(({ path, code }) => `with${path} ${code}`).join('; '), issues };
}
