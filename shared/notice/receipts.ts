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
  { pattern: /no quota left/i, reason: 'no-quota', zh: '短信额度用尽' },
  { pattern: /exceed max price/i, reason: 'price', zh: '超出单价上限' },
  { pattern: /opted out/i, reason: 'opted-out', zh: '对方已退订' },
  { pattern: /invalid phone number/i, reason: 'invalid-number', zh: '号码无效' },
  { pattern: /message body is invalid/i, reason: 'invalid-text', zh: '内容无效' },
  { pattern: /spam/i, reason: 'spam', zh: '被判为垃圾短信' },
  { pattern: /blocked list|has blocked/i, reason: 'blocked', zh: '被拦截' },
  { pattern: /unreachable|unavailable/i, reason: 'unreachable', zh: '关机或不在服务区' },
] as const;

export type ReceiptReason = (typeof REASONS)[number]['reason'] | 'other';

/** Why the carrier says it failed; a text it never used before is `other`, never a success. */
export function receiptReason(providerResponse: string): ReceiptReason {
  return REASONS.find(({ pattern }) => pattern.test(providerResponse))?.reason ?? 'other';
}

/** The reason as the call list prints it. */
export function reasonText(reason: ReceiptReason): string {
  return REASONS.find((row) => row.reason === reason)?.zh ?? '未说明原因';
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
