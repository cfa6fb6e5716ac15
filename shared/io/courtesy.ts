/** How a host is treated that other people run: few requests at once, one more try, and a rest when it is unwell. */
import {
  BrokenCircuitError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import { SECOND } from '../time.ts';

/** Requests to one host under way at once: fewer than a browser opens. */
export const AT_ONCE_PER_HOST = 4;

/** Failures in a row after which a host is left alone: an index and the documents of its first batch. */
export const FAILURES_TO_REST = 5;

/** Waits in machine time. */
export interface Courtesy {
  /** A look begins up to this much late, by chance: all feeds tick at the same second. */
  jitterMs: number;
  /** Before the second try, roughly, by chance. */
  backoffMs: number;
  /** How long a host is left alone. Less than a minute: a site that is well again is heard at the next look. */
  restMs: number;
}

export const COURTESY: Courtesy = { jitterMs: 2 * SECOND, backoffMs: SECOND, restMs: 20 * SECOND };

/** Why a request failed, from a closed set of reasons and Node's own error codes. */
export class FeedFailure extends Error {
  override readonly name = 'FeedFailure';
}

/** The host is unwell or turns us away; what it says of one address (404) or what we refuse ourselves is not this. */
const UNWELL = /^(?:[A-Z][A-Z_]+|\w+-timeout|http-(?:401|403|429|5\d\d))$/;

/** The line broke off or was never there: the next try may find it. A time-out has spent its time already. */
const BROKE_OFF = /^(?:ECONNRESET|ECONNREFUSED|EPIPE|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|http-50[23])$/;

/** Makes requests under the rules of their host; the state of the hosts lives as long as the process. */
export function courteous(courtesy: Courtesy) {
  const failing = (reasons: RegExp) =>
    handleWhen((error) => error instanceof FeedFailure && reasons.test(error.message));
  const rules = () =>
    wrap(
      retry(failing(BROKE_OFF), {
        maxAttempts: 1,
        backoff: new ExponentialBackoff({ initialDelay: courtesy.backoffMs }),
      }),
      circuitBreaker(failing(UNWELL), {
        halfOpenAfter: courtesy.restMs,
        breaker: new ConsecutiveBreaker(FAILURES_TO_REST),
      }),
      bulkhead(AT_ONCE_PER_HOST, Number.POSITIVE_INFINITY),
    );
  const hosts = new Map<string, ReturnType<typeof rules>>();
  return async <T>(host: string, request: () => Promise<T>): Promise<T> => {
    const known = hosts.get(host) ?? rules();
    hosts.set(host, known);
    try {
      return await known.execute(request);
    } catch (error) {
      if (error instanceof BrokenCircuitError) throw new FeedFailure('host-resting');
      throw error;
    }
  };
}
