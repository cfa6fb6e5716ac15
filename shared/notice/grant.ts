/**
 * The carrier's grant in parts per second, and the breaker, as one value: who sends first reserves the next
 * span of it. A broken carrier is the same thing at one probe per ten seconds.
 */
import { MINUTE, SECOND } from '../time.ts';
import type { Answer } from './delivery.ts';

/** What a new AWS account may send; an office with a larger quota writes its own into the grant. */
export const GRANT_PARTS_PER_SECOND = 20;

/** Below this nothing would ever tell us that the carrier has recovered. */
export const GRANT_FLOOR = 1;

/** Share of the ceiling that a lowered rate gains per second: back from the floor in 20 s. */
export const GRANT_GROWTH_PER_SECOND = 0.05;

/** A reservation covers at most this, so that a stop or a more urgent slice waits no longer. */
export const SPAN_MAX_MS = SECOND;

/** The grant is never taken further ahead: beyond it a clock has jumped, and no clock may silence the office. */
export const GRANT_AHEAD_MAX_MS = MINUTE;

/** Outcomes the breaker looks back on. */
export const BREAKER_OUTCOMES = 50;

/** Share of bad outcomes among them above which the breaker opens. */
export const BREAKER_SHARE = 0.2;

/** One publish per this while the breaker is open. */
export const BREAKER_PROBE_MS = 10 * SECOND;

export type Grant = {
  /** Parts per second now, and at most. */
  rate: number;
  ceiling: number;
  /** Machine time from which the next span may start. */
  nextFreeAt: number;
  /** Machine time of the last change of the rate. */
  changedAt: number;
  /** The last outcomes, oldest first: `a` accepted, `r` refused, `t` throttled, `n` not sent, `u` unknown. */
  recent: string;
  /** Why the breaker is open, and since when (domain time) the account is known to be dry; null while it is closed. */
  broken: { why: 'outcomes' } | { why: 'no-quota'; at: number } | null;
  /** Counts every write; what a writer compares. */
  revision: number;
};

export interface Span {
  /** Machine time. */
  startAt: number;
  parts: number;
  spanMs: number;
}

export function newGrant(ceiling: number, machine: number): Grant {
  return {
    rate: ceiling,
    ceiling,
    nextFreeAt: machine,
    changedAt: machine,
    recent: '',
    broken: null,
    revision: 0,
  };
}

/** The next span for up to `parts`; at least `atLeast`, the parts of one SMS, even where that is over a second. */
export function reserved(
  grant: Grant,
  parts: number,
  atLeast: number,
  machine: number,
): { grant: Grant; span: Span } {
  const gain = (grant.ceiling * GRANT_GROWTH_PER_SECOND * Math.max(0, machine - grant.changedAt)) / SECOND;
  const rate = Math.min(grant.ceiling, grant.rate + gain);
  const startAt = Math.min(Math.max(grant.nextFreeAt, machine), machine + GRANT_AHEAD_MAX_MS);
  const mine = grant.broken ? atLeast : Math.max(atLeast, Math.min(parts, Math.floor(rate)));
  const spanMs = grant.broken ? BREAKER_PROBE_MS : Math.ceil((mine / rate) * SPAN_MAX_MS);
  return {
    grant: { ...grant, rate, changedAt: machine, nextFreeAt: startAt + spanMs },
    span: { startAt, parts: mine, spanMs },
  };
}

/**
 * The grant after some outcomes: each throttled publish takes one part per second off (that many were too
 * many in its second), too many bad ones open the breaker, and a probe that is accepted closes it. A batch that
 * was in the air when it opened is no probe: it closes it only if all of it was accepted.
 */
export function observed(grant: Grant, answers: Answer['class'][], machine: number): Grant {
  if (answers.length === 0) return grant;
  // An account without quota goes on accepting: only a receipt tells that it is filled again.
  if (grant.broken?.why === 'no-quota') return grant;
  if (grant.broken) {
    return answers.every((one) => one === 'accepted') ? mended(grant, machine) : grant;
  }
  const throttled = answers.filter((one) => one === 'throttled').length;
  const recent = (grant.recent + answers.map((one) => one[0]).join('')).slice(-BREAKER_OUTCOMES);
  const bad = [...recent].filter((one) => one === 'r' || one === 'u' || one === 't').length;
  const opens = recent.length === BREAKER_OUTCOMES && bad > BREAKER_SHARE * BREAKER_OUTCOMES;
  return {
    ...grant,
    rate: Math.max(GRANT_FLOOR, grant.rate - throttled),
    changedAt: throttled > 0 ? machine : grant.changedAt,
    recent,
    broken: opens ? { why: 'outcomes' } : null,
  };
}

/** What a decision knows of the grant. */
export interface CarrierNow {
  partsPerSecond: number;
  broken: 'outcomes' | 'no-quota' | null;
}

export function carrierNow({ ceiling, broken }: Grant): CarrierNow {
  return { partsPerSecond: ceiling, broken: broken?.why ?? null };
}

/** The grant once the account itself has run dry. */
export function exhausted(grant: Grant, now: number): Grant {
  return grant.broken?.why === 'no-quota' ? grant : { ...grant, broken: { why: 'no-quota', at: now } };
}

/** The grant once an SMS that was taken at `takenAt` is known to be delivered: a dry account has been filled again. */
export function delivered(grant: Grant, takenAt: number, machine: number): Grant {
  if (grant.broken?.why !== 'no-quota' || takenAt <= grant.broken.at) return grant;
  return mended(grant, machine);
}

/** With the breaker closed: it looks back on nothing, and no probe's wait is left. */
function mended(grant: Grant, machine: number): Grant {
  return { ...grant, broken: null, recent: '', nextFreeAt: machine };
}
