/** Hints as SQS hands them in. */
import type { SQSRecord } from 'aws-lambda';
import { assert } from '../shared/outcome.ts';

/** One field of a hint. A hint that lacks it was not laid by this program. */
export function hinted(record: SQSRecord, field: string): string {
  const body: unknown = JSON.parse(record.body);
  const value = (body as Record<string, unknown> | null)?.[field];
  assert(typeof value === 'string', `a hint without ${field}`);
  return value;
}
