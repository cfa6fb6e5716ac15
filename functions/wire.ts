/**
 * Composition root. The ports are made once per process, from its environment; every handler is wrapped the same
 * way. Nothing here knows where it runs: the one-machine deployment hands in ports of its own before the first event.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { awsError, reasonOf } from '../shared/io/aws-error.ts';
import { dynamoClient, s3Client, sqsClient } from '../shared/io/clients.ts';
import { systemClock } from '../shared/io/clock.ts';
import { ConfigError, parseConfig } from '../shared/io/config.ts';
import { dynamoStore } from '../shared/io/dynamo.ts';
import { httpFeeds } from '../shared/io/feed-http.ts';
import { wrappedDataKey } from '../shared/io/kms.ts';
import { jsonLog } from '../shared/io/log.ts';
import type { Clock, Ports } from '../shared/io/ports.ts';
import { s3Blobs } from '../shared/io/s3.ts';
import { sealedStore } from '../shared/io/sealed-store.ts';
import { snsCarrier } from '../shared/io/sns.ts';
import { sqsQueue } from '../shared/io/sqs.ts';
import { vaultUnder } from '../shared/io/vault.ts';
import { PUBLISH_TIMEOUT_MS } from '../shared/limits.ts';
import { Fault } from '../shared/outcome.ts';
import { SECOND } from '../shared/time.ts';

/** Kept back at the end of a run's time: one publish under way, and the write that records its answer. */
export const RUN_MARGIN_MS = PUBLISH_TIMEOUT_MS + 5 * SECOND;

let made: Ports | undefined;

/** The ports of this process. */
export function ports(): Ports {
  made ??= portsFrom(process.env, systemClock);
  return made;
}

/** Puts other ports in their place: before the first event, never after it. */
export function usePorts(given: Ports): void {
  made = given;
}

export function portsFrom(environment: Record<string, string | undefined>, clock: Clock): Ports {
  const { tables, queues, buckets, vaultKey } = parseConfig(environment);
  const store = dynamoStore(dynamoClient(), tables);
  const vault = vaultUnder(wrappedDataKey(store, vaultKey));
  return {
    clock,
    random: Math.random,
    store: vaultKey === undefined ? store : sealedStore(store, vault),
    blobs: s3Blobs(s3Client(), buckets),
    queue: sqsQueue(sqsClient(), queues),
    carrier: snsCarrier(),
    feeds: httpFeeds(),
    vault,
    log: jsonLog(clock),
  };
}

/** Machine time at which a run takes up nothing new. */
export function runUntil(context: Pick<Context, 'getRemainingTimeInMillis'>): number {
  return ports().clock.machine() + context.getRemainingTimeInMillis() - RUN_MARGIN_MS;
}

/**
 * A handler as the house runs it. No early answer before Lambda's own time limit: that limit ends the process, while
 * an early answer would freeze it with a publish under way, to be finished minutes later in another run.
 */
export function house<Event, Result>(name: string, run: (event: Event, context: Context) => Promise<Result>) {
  return middy<Event, Result>(run, { timeoutEarlyInMillis: 0 }).use(boundary(name));
}

/** The one error boundary of an entry point: a heartbeat for each run that ended, a reason for each that failed. */
function boundary(name: string): MiddlewareObj {
  return {
    after: () => {
      ports().log('run.ended', { function: name });
    },
    onError: (request) => {
      const { kind, reason, retryable } = describe(request.error);
      made?.log('run.failed', { function: name, kind, reason, retryable });
      request.error = bare(request.error, `${kind}: ${reason}`);
    },
  };
}

interface Failure {
  kind: 'fault' | 'bug';
  reason: string;
  retryable: boolean;
}

/** What may be told of a failure. Messages are believed only where this project wrote them: others quote data. */
function describe(error: unknown): Failure {
  if (error instanceof Fault) return { kind: 'fault', reason: error.reason, retryable: error.retryable };
  if (error instanceof ConfigError) return { kind: 'fault', reason: error.message, retryable: false };
  const message = error instanceof Error ? error.message : '';
  const reason = message.startsWith('bug: ') ? message.slice('bug: '.length) : reasonOf(awsError(error));
  return { kind: 'bug', reason, retryable: false };
}

/** The error that leaves the process, which Lambda prints as it is: our words and the place, no cause and no data. */
function bare(error: unknown, message: string): Error {
  const told = new Error(message);
  const frames = String((error as Error | null)?.stack)
    .split('\n')
    .filter((line) => /^\s+at /.test(line));
  told.stack = [message, ...frames].join('\n');
  return told;
}
