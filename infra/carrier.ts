/**
 * The SMS carrier of one machine: a loopback server that speaks Amazon SNS's `Publish` to a phone number, keeps an
 * outbox in place of sending, and owes a receipt for each SMS, which it hands over as CloudWatch Logs would.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import {
  type AcceptedSms,
  accepted,
  type CarrierBehaviour,
  judge,
  WELL_BEHAVED,
} from '../shared/io/carrier-behaviour.ts';
import type { Clock, Log, Random, Receipt } from '../shared/io/ports.ts';
import { appendToJournal, readJournal } from './journal.ts';
import { serveOnLoopback } from './loopback-server.ts';

/** How often receipts that are due are handed over, and a refused batch again. */
const RECEIPTS_EVERY_MS = 200;

/** Receipts in one event. CloudWatch Logs cuts at 1 MB packed; a line is about 400 bytes. */
const RECEIPTS_PER_EVENT = 500;

/** Longest text of one Publish, in characters; SNS refuses more. */
const TEXT_CHARACTERS_MAX = 1_600;

const PHONE = /^\+[1-9]\d{6,14}$/;

export interface LoopbackBehaviour extends CarrierBehaviour {
  /** How long every answer is held back. */
  answerAfterMs: number;
}

export interface LoopbackCarrierOptions {
  clock: Pick<Clock, 'now' | 'machine'>;
  random: Random;
  log: Log;
  /** Takes receipts; what it throws on is offered again until it is taken. */
  deliver: (event: CloudWatchLogsEvent) => Promise<void>;
  behaviour?: Partial<LoopbackBehaviour>;
  /** Where the outbox and the receipts still owed are kept; without it, in memory. */
  dir?: string;
}

export interface LoopbackCarrier {
  endpoint: string;
  /** What it took, in order, since the data began. */
  outbox: readonly AcceptedSms[];
  /** Receipts not yet taken. */
  owed(): number;
  behave(change: Partial<LoopbackBehaviour>): void;
  stop(): Promise<void>;
}

/** A line of the journal: an SMS taken with the receipt it will have, or receipts that were taken. */
type Line = { sms: AcceptedSms; receipt: Receipt } | { given: string[] };

export async function startCarrier(options: LoopbackCarrierOptions): Promise<LoopbackCarrier> {
  const { clock, random, log, deliver } = options;
  const journal = options.dir === undefined ? null : journalIn(options.dir);
  const outbox: AcceptedSms[] = [];
  const owed = new Map<string, Receipt>();
  for (const line of journal ? readJournal<Line>(journal) : []) {
    if ('given' in line) for (const id of line.given) owed.delete(id);
    else take(line);
  }
  let behaviour: LoopbackBehaviour = { ...WELL_BEHAVED, answerAfterMs: 0, ...options.behaviour };
  let freeAt = 0;

  function take({ sms, receipt }: { sms: AcceptedSms; receipt: Receipt }): void {
    outbox.push(sms);
    owed.set(sms.messageId, receipt);
  }

  function keep(line: Line): void {
    if (journal !== null) appendToJournal(journal, line);
  }

  function publish(to: string, text: string): Answer {
    const draws = { fate: random(), delivery: random(), delay: random() };
    const judged = judge(behaviour, freeAt, { to, text }, clock.machine(), draws);
    freeAt = judged.freeAt;
    const { verdict } = judged;
    if (verdict.kind !== 'accepted') return NO[verdict.kind];
    const messageId = randomUUID();
    const line = accepted(verdict, { to, text }, clock.now(), messageId);
    keep(line);
    take(line);
    return verdict.answered ? { status: 200, messageId } : { status: 0 };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = await requestOf(request);
    const answer = asked ? publish(asked.to, asked.text) : NO.refused;
    if (behaviour.answerAfterMs > 0) await sleep(behaviour.answerAfterMs);
    reply(response, answer);
  }

  const server = await serveOnLoopback((request, response) => {
    // The caller has gone, or the journal cannot be written: no answer is the honest answer.
    serve(request, response).catch(() => response.destroy());
  });

  async function handOver(): Promise<void> {
    const now = clock.now();
    const due = [...owed.values()].filter((receipt) => receipt.at <= now).sort((a, b) => a.at - b.at);
    for (const status of ['SUCCESS', 'FAILURE'] as const) {
      const ofStatus = due.filter((receipt) => receipt.status === status);
      for (let start = 0; start < ofStatus.length; start += RECEIPTS_PER_EVENT) {
        const batch = ofStatus.slice(start, start + RECEIPTS_PER_EVENT);
        await deliver(logEvent(batch, status));
        const given = batch.map((receipt) => receipt.messageId);
        for (const id of given) owed.delete(id);
        keep({ given });
      }
    }
  }

  const stopped = new AbortController();
  const handingOver = (async () => {
    while (!stopped.signal.aborted) {
      await handOver().catch(() => log('receipts.not-taken', { owed: owed.size }));
      await sleep(RECEIPTS_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  })();

  return {
    endpoint: server.url,
    outbox,
    owed: () => owed.size,
    behave(change) {
      behaviour = { ...behaviour, ...change };
    },
    async stop() {
      stopped.abort();
      await Promise.all([server.stop(), handingOver]);
    },
  };
}

function journalIn(dir: string): string {
  mkdirSync(dir, { recursive: true });
  return join(dir, 'carrier.jsonl');
}

/** Status 0: no answer, the connection breaks. */
type Answer = { status: 200; messageId: string } | { status: 400 | 429 | 500; code: string } | { status: 0 };

const NO = {
  'out-of-order': { status: 500, code: 'InternalError' },
  refused: { status: 400, code: 'InvalidParameter' },
  throttled: { status: 429, code: 'Throttled' },
} as const;

/** The number and text of a Publish in SNS's query protocol; null for what SNS would refuse. */
async function requestOf(request: IncomingMessage): Promise<{ to: string; text: string } | null> {
  const form = new URLSearchParams(await readText(request));
  const to = form.get('PhoneNumber') ?? '';
  const text = form.get('Message') ?? '';
  const fits = text !== '' && [...text].length <= TEXT_CHARACTERS_MAX;
  return form.get('Action') === 'Publish' && PHONE.test(to) && fits ? { to, text } : null;
}

function reply(response: ServerResponse, answer: Answer): void {
  if (answer.status === 0) {
    response.destroy();
    return;
  }
  const [root, inside] =
    answer.status === 200
      ? ['PublishResponse', `<PublishResult><MessageId>${answer.messageId}</MessageId></PublishResult>`]
      : ['ErrorResponse', `<Error><Type>Sender</Type><Code>${answer.code}</Code></Error>`];
  const body = `<${root} xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${inside}</${root}>`;
  response.setHeader('content-type', 'text/xml').setHeader('x-amzn-requestid', randomUUID());
  response.writeHead(answer.status).end(body);
}

/** Receipts as the subscription of SNS's delivery log hands them over. */
export function logEvent(receipts: readonly Receipt[], status: Receipt['status']): CloudWatchLogsEvent {
  const group = 'sns/ap-southeast-1/000000000000/DirectPublishToPhoneNumber';
  const data = {
    messageType: 'DATA_MESSAGE',
    owner: '000000000000',
    logGroup: status === 'SUCCESS' ? group : `${group}/Failure`,
    logStream: 'one-machine',
    subscriptionFilters: ['receipts'],
    logEvents: receipts.map((receipt) => ({
      id: receipt.messageId,
      timestamp: receipt.at,
      message: JSON.stringify({
        notification: { messageId: receipt.messageId, timestamp: utc(receipt.publishedAt ?? receipt.at) },
        delivery: {
          destination: receipt.destination,
          smsType: 'Transactional',
          providerResponse: receipt.providerResponse,
        },
        status: receipt.status,
      }),
    })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
}

/** `2024-09-19 01:23:45.678`, as SNS dates its log. */
function utc(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}
