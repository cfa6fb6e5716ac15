/**
 * How a carrier that is not the real one behaves: one decision for the carrier in memory and for the one on
 * loopback, so that a scenario ends the same way on both.
 */
import { smsParts } from '../notice/text.ts';
import { SECOND } from '../time.ts';
import type { Receipt } from './ports.ts';

export interface CarrierBehaviour {
  /** The account's rate; above it a publish is throttled. */
  partsPerSecond: number;
  /** Share of publishes that are accepted and whose answer is lost. */
  lose: number;
  /** Share refused as throttled although the rate is kept. */
  throttle: number;
  /** E.164 numbers refused for good. */
  refuse: readonly string[];
  /** Share of accepted SMS whose receipt says FAILURE. */
  undelivered: number;
  /** What such a receipt says. */
  undeliveredBecause: string;
  /** Nothing is accepted: every publish fails inside the carrier. */
  outage: boolean;
}

export const WELL_BEHAVED: CarrierBehaviour = {
  partsPerSecond: 20,
  lose: 0,
  throttle: 0,
  refuse: [],
  undelivered: 0,
  undeliveredBecause: 'Phone is currently unreachable/unavailable',
  outage: false,
};

/** What a carrier says of an SMS that reached the phone's network. */
export const DELIVERED_RESPONSE = 'Message has been accepted by phone carrier';

/** How far ahead of its even pace an account may run: carriers count by the second. */
const BURST_MS = SECOND;

/** Receipts follow "a few seconds later": between these, evenly. */
const RECEIPT_AFTER_MS = { least: 2 * SECOND, most: 6 * SECOND };

/** One SMS that such a carrier took, whether its answer arrived or not. */
export interface AcceptedSms {
  /** Domain time. */
  at: number;
  to: string;
  text: string;
  parts: number;
  messageId: string;
}

/** The chance in one publish, drawn by the caller: three numbers in [0, 1). */
export interface Draws {
  fate: number;
  delivery: number;
  delay: number;
}

export type Verdict =
  | { kind: 'accepted'; answered: boolean; parts: number; receipt: PromisedReceipt }
  | { kind: 'throttled' | 'refused' | 'out-of-order' };

export interface PromisedReceipt {
  afterMs: number;
  status: 'SUCCESS' | 'FAILURE';
  providerResponse: string;
}

/** What an accepted SMS leaves behind: itself, and the receipt that is owed for it. */
export function accepted(
  { parts, receipt }: Extract<Verdict, { kind: 'accepted' }>,
  { to, text }: { to: string; text: string },
  at: number,
  messageId: string,
): { sms: AcceptedSms; receipt: Receipt } {
  const { afterMs, status, providerResponse } = receipt;
  return {
    sms: { at, to, text, parts, messageId },
    receipt: { messageId, status, providerResponse, destination: to, at: at + afterMs, publishedAt: at },
  };
}

/**
 * Judges one SMS. `freeAt` is the machine instant at which the account has caught up with its even pace; the
 * answer's `freeAt` is the one to keep for the next SMS.
 */
export function judge(
  behaviour: CarrierBehaviour,
  freeAt: number,
  sms: { to: string; text: string },
  machineNow: number,
  draws: Draws,
): { verdict: Verdict; freeAt: number } {
  if (behaviour.outage) return { verdict: { kind: 'out-of-order' }, freeAt };
  if (behaviour.refuse.includes(sms.to)) return { verdict: { kind: 'refused' }, freeAt };
  const begins = Math.max(freeAt, machineNow);
  if (begins - machineNow > BURST_MS || draws.fate < behaviour.throttle) {
    return { verdict: { kind: 'throttled' }, freeAt };
  }
  const parts = smsParts(sms.text);
  const fails = draws.delivery < behaviour.undelivered;
  const { least, most } = RECEIPT_AFTER_MS;
  return {
    verdict: {
      kind: 'accepted',
      answered: draws.fate < 1 - behaviour.lose,
      parts,
      receipt: {
        afterMs: Math.floor(least + draws.delay * (most - least)),
        status: fails ? 'FAILURE' : 'SUCCESS',
        providerResponse: fails ? behaviour.undeliveredBecause : DELIVERED_RESPONSE,
      },
    },
    freeAt: begins + (parts * SECOND) / behaviour.partsPerSecond,
  };
}
