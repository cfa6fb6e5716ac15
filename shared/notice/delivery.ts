/**
 * One notice to one person. No row means not yet tried; the claim creates the row, and every later state is
 * a pure function of the row and of what happened:
 *
 *   CLAIMED → SENT → DELIVERED | UNDELIVERED, or REJECTED, UNKNOWN, SUPPRESSED, EXPIRED, DEFERRED
 *
 * UNKNOWN is a state of its own: the SMS is neither sent nor unsent, and once unknown a row never becomes a
 * plain no, because its first attempt may have arrived.
 */
import { LEASE_MS, PUBLISH_TIMEOUT_MS, UNKNOWN_SETTLES_MS } from '../limits.ts';
import { SECOND } from '../time.ts';
import type { Counts, DeliveryState, NoticeClass } from './notice.ts';
import { FATES, NO_COUNTS } from './notice.ts';
import type { ReceiptNews } from './receipts.ts';
import { receiptReason } from './receipts.ts';
import type { Member, SendState, Slice } from './slices.ts';
import { barred, peopleOf, weight } from './slices.ts';

/** How many publishes of one notice to one person may ever reach the carrier. */
export const ATTEMPTS_MAX: Record<NoticeClass, number> = { action: 2, information: 1 };

/** First wait after a definite, transient refusal; doubled each time, and spread at random below its value. */
export const BACKOFF_FIRST_MS = SECOND;

/** Longest wait after such a refusal: short against any deadline of the plan. */
export const BACKOFF_MAX_MS = 60 * SECOND;

export type Delivery = {
  /** The chain and the notice's number. */
  pk: string;
  /** Person id. */
  sk: string;
  slice: string;
  /** Others of the same number, told by the same SMS. */
  also: string[];
  /** Of an officer who tries the line: no part of the audience. */
  canary?: true;
  /** E.164 the SMS went to; null where none was tried. */
  to: string | null;
  state: DeliveryState;
  reason: string | null;
  /** Names one claim; whoever does not hold it may not record. */
  token: string;
  /** Publishes that may have reached the carrier. */
  attempt: number;
  deferrals: number;
  firstClaimedAt: number | null;
  claimedAt: number | null;
  /** Machine time. */
  leaseUntil: number;
  /** DEFERRED: not to be tried before this machine time. */
  notBefore: number | null;
  /** UNKNOWN: until then a receipt may settle it. */
  settleBy: number | null;
  /** The carrier's; absent while there is none, as the index takes only text. */
  messageId?: string;
  /** Domain time of the last change. */
  at: number;
};

/** What became of one publish, as the carrier's port tells it. */
export interface Answer {
  class: 'accepted' | 'refused' | 'throttled' | 'not-sent' | 'unknown';
  messageId?: string;
  reason?: string;
}

export interface Instants {
  /** Domain time. */
  now: number;
  /** Machine time. */
  machine: number;
}

/** A row that never was a claim: the person is accounted for without an SMS. */
export function unsent(
  slice: Slice,
  member: Member,
  state: 'REJECTED' | 'SUPPRESSED' | 'EXPIRED',
  reason: string,
  now: number,
): Delivery {
  return { ...blank(slice, member), state, reason, at: now };
}

/** The row by which `token` claims a member: new, or anew over its DEFERRED or UNKNOWN row. */
export function claimed(
  slice: Slice,
  member: Member,
  before: Delivery | undefined,
  token: string,
  to: string,
  { now, machine }: Instants,
): Delivery {
  const row = before ?? blank(slice, member);
  return {
    ...row,
    to,
    state: 'CLAIMED',
    reason: null,
    token,
    attempt: row.attempt + 1,
    firstClaimedAt: row.firstClaimedAt ?? now,
    claimedAt: now,
    leaseUntil: machine + LEASE_MS,
    notBefore: null,
    settleBy: null,
    at: now,
  };
}

/** Why a claimed row may not be published in this very tick; null if it may. */
export function withheld(
  state: SendState,
  slice: Pick<Slice, 'deadline' | 'papers'>,
  row: Delivery,
  { now, machine }: Instants,
): 'stopped' | 'paused' | 'expired' | 'paper' | 'lease' | null {
  return barred(state, slice, now) ?? (row.leaseUntil - machine < PUBLISH_TIMEOUT_MS ? 'lease' : null);
}

/** The row of a claim that ended before anything was published; the attempt does not count. */
export function unclaimed(
  row: Delivery,
  why: NonNullable<ReturnType<typeof withheld>>,
  { now, machine }: Instants,
): Delivery {
  const back = { ...row, attempt: row.attempt - 1, reason: why, at: now };
  if (back.attempt > 0) return { ...back, state: 'UNKNOWN', settleBy: now };
  if (why === 'stopped') return { ...back, state: 'SUPPRESSED' };
  if (why === 'expired') return { ...back, state: 'EXPIRED' };
  return { ...back, state: 'DEFERRED', notBefore: machine };
}

/** The row after the carrier's answer. `jitter` is uniform in [0, 1). */
export function answered(
  row: Delivery,
  answer: Answer,
  { now, machine }: Instants,
  jitter: number,
): Delivery {
  const next = { ...row, reason: answer.reason ?? null, at: now };
  const again = row.attempt > 1;
  switch (answer.class) {
    case 'accepted':
      return answer.messageId === undefined
        ? { ...next, state: 'SENT' }
        : { ...next, state: 'SENT', messageId: answer.messageId };
    case 'refused':
      return again ? { ...next, state: 'UNKNOWN', settleBy: now } : { ...next, state: 'REJECTED' };
    case 'throttled':
    case 'not-sent': {
      const wait = backoff(row.deferrals, jitter);
      const back = { ...next, attempt: row.attempt - 1, deferrals: row.deferrals + 1 };
      return again
        ? { ...back, state: 'UNKNOWN', settleBy: now + wait }
        : { ...back, state: 'DEFERRED', notBefore: machine + wait };
    }
    case 'unknown':
      return unknown(next, now);
  }
}

/** The row of a claim whose worker never came back. */
export function lapsed(row: Delivery, now: number): Delivery {
  return unknown({ ...row, reason: 'lapsed' }, now);
}

/**
 * The row after a receipt for its message, or null if that changes nothing. DELIVERED outranks UNDELIVERED
 * outranks SENT, so receipts in any order end the same: a phone that got it got it, whatever came before.
 */
export function receipted(row: Delivery, receipt: ReceiptNews, now: number): Delivery | null {
  const open = row.state === 'SENT' || row.state === 'UNKNOWN';
  if (receipt.status === 'SUCCESS') {
    if (!open && row.state !== 'UNDELIVERED') return null;
    return {
      ...row,
      messageId: receipt.messageId,
      state: 'DELIVERED',
      reason: null,
      settleBy: null,
      at: now,
    };
  }
  if (!open) return null;
  const reason = receiptReason(receipt.providerResponse);
  return { ...row, messageId: receipt.messageId, state: 'UNDELIVERED', reason, settleBy: null, at: now };
}

export type Standing =
  /** To be claimed, now or at `notBefore`. */
  | 'open'
  /** A worker holds it. */
  | 'in-flight'
  /** Its worker is gone. */
  | 'lapsed'
  /** Unknown, and a receipt may still settle it. */
  | 'waiting'
  /** Its notice is over and nobody was told. */
  | 'overdue'
  | 'settled';

/** Where a member stands; `over` is whether its notice was stopped or its slice's deadline passed. */
export function standing(
  row: Delivery | undefined,
  noticeClass: NoticeClass,
  over: boolean,
  { now, machine }: Instants,
): Standing {
  if (!row || row.state === 'DEFERRED') return over ? 'overdue' : 'open';
  if (row.state === 'CLAIMED') return row.leaseUntil > machine ? 'in-flight' : 'lapsed';
  if (row.state !== 'UNKNOWN' || over) return 'settled';
  if (row.settleBy !== null && row.settleBy > now) return 'waiting';
  return row.attempt < ATTEMPTS_MAX[noticeClass] ? 'open' : 'settled';
}

const FATE_OF = new Map(FATES.map((fate) => [fate.toUpperCase(), fate]));

/**
 * People by state, added to `counts` where rows come page by page; those claimed or deferred only stand in `audience`,
 * so the sum closes when none are left.
 */
export function countsOf(rows: Iterable<Delivery>, counts: Counts = { ...NO_COUNTS }): Counts {
  for (const row of rows) {
    const fate = FATE_OF.get(row.state);
    counts.audience += weight(row);
    if (fate) counts[fate] += weight(row);
  }
  return counts;
}

/** People whose fate is known: the right side of the sum that closes a notice. */
export function accounted(counts: Counts): number {
  return FATES.reduce((sum, fate) => sum + counts[fate], 0);
}

/** One line per person of a slice, sorted: what the closing digest covers. */
export function roll(rows: Iterable<Delivery>): string {
  const lines: string[] = [];
  for (const row of rows) {
    for (const person of personsOf(row)) lines.push(`${person}|${row.state}`);
  }
  return lines.sort().join('\n');
}

/** Everybody of the audience for whom the row stands. */
export function personsOf({ sk: id, also, canary }: Delivery): string[] {
  return peopleOf({ id, also, ...(canary ? { canary } : {}) });
}

function unknown(row: Delivery, now: number): Delivery {
  return { ...row, state: 'UNKNOWN', settleBy: now + UNKNOWN_SETTLES_MS, at: now };
}

function backoff(deferrals: number, jitter: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(deferrals, 16));
  return Math.ceil(ceiling * (0.5 + jitter / 2));
}

/** A row nothing has happened to yet. */
function blank(slice: Slice, member: Member): Omit<Delivery, 'state' | 'reason' | 'at'> {
  return {
    pk: slice.pk,
    sk: member.id,
    slice: slice.sk,
    also: member.also,
    ...(member.canary ? { canary: true } : {}),
    to: null,
    token: '',
    attempt: 0,
    deferrals: 0,
    firstClaimedAt: null,
    claimedAt: null,
    leaseUntil: 0,
    notBefore: null,
    settleBy: null,
  };
}
