/** What carriers say later of an SMS, and when such a saying may be taken for an SMS whose answer was lost. */
import { MINUTE, SECOND } from '../time.ts';

/** The part of a receipt that moves a delivery. */
export type ReceiptNews = {
  messageId: string;
  status: 'SUCCESS' | 'FAILURE';
  providerResponse: string;
};

/** Carrier texts in order, first match wins; they vary in wording and case between carriers. */
const REASONS = [
  [/no quota left/i, 'no-quota'],
  [/exceed max price/i, 'price'],
  [/opted out/i, 'opted-out'],
  [/invalid phone number/i, 'invalid-number'],
  [/message body is invalid/i, 'invalid-text'],
  [/spam/i, 'spam'],
  [/blocked list|has blocked/i, 'blocked'],
  [/unreachable|unavailable/i, 'unreachable'],
] as const;

/** Why the carrier says it failed; a text it never used before is `other`, never a success. */
export function receiptReason(providerResponse: string): (typeof REASONS)[number][1] | 'other' {
  return REASONS.find(([pattern]) => pattern.test(providerResponse))?.[1] ?? 'other';
}

/** The carrier's clock may run this much behind ours. */
export const ADOPT_BEFORE_MS = 5 * SECOND;

/** A carrier hands over within minutes; a later receipt for the number is more likely another SMS's. */
export const ADOPT_AFTER_MS = 10 * MINUTE;

/** How long a parked receipt rests before it is adopted: the row it truly belongs to may not be recorded or indexed yet. */
export const ADOPT_REST_MS = 30 * SECOND;

/** Whether a receipt of the same number, which the carrier dates `at`, may be of a claim whose answer was lost. */
export function mayAdopt(
  row: { firstClaimedAt: number | null; claimedAt: number | null },
  at: number,
): boolean {
  if (row.firstClaimedAt === null || row.claimedAt === null) return false;
  return row.firstClaimedAt - ADOPT_BEFORE_MS <= at && at <= row.claimedAt + ADOPT_AFTER_MS;
}
