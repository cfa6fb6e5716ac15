/** What AWS does between a queue and a function: receive, invoke, delete what was handled, bring back what was not. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Log, QueueName } from '../shared/io/ports.ts';
import { SECOND } from '../shared/time.ts';
import { consumerOf, visibilitySeconds } from './topology.ts';

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<unknown>;

/** Seconds that a look at an empty queue waits for a hint; a stop waits as long. */
const LOOK_SECONDS = 1;

/** Seconds after which an unfinished hint comes back. AWS would wait out its visibility; a person at a screen should not. */
const RETURNS_AFTER_SECONDS = 2;

export interface Pump {
  /** Hints that are waiting, being handled, or due to come back. */
  outstanding(): Promise<number>;
  stop(): Promise<void>;
}

export function startPump(
  client: SQSClient,
  queue: QueueName,
  url: string,
  handle: QueueHandler,
  log: Log,
): Pump {
  const { timeoutSeconds, trigger } = consumerOf(queue);
  const runs = new Set<Promise<void>>();
  let stopped = false;

  async function loop(): Promise<void> {
    while (!stopped) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: url,
          MaxNumberOfMessages: 1,
          VisibilityTimeout: visibilitySeconds(queue),
          WaitTimeSeconds: LOOK_SECONDS,
        }),
      );
      for (const message of Messages) await handleOne(message);
    }
  }

  async function handleOne(message: Message): Promise<void> {
    const id = message.MessageId ?? '';
    let done = false;
    try {
      const record = { messageId: id, body: message.Body ?? '' } as SQSRecord;
      const answer = await handle({ Records: [record] }, contextFor(queue, timeoutSeconds));
      const { batchItemFailures = [] } = (answer ?? {}) as Partial<SQSBatchResponse>;
      done = !batchItemFailures.some((each) => each.itemIdentifier === id);
    } catch {
      // The handler's own boundary has logged it; the hint comes back, as on AWS.
      log('hint.returned', { queue });
    }
    const receipt = { QueueUrl: url, ReceiptHandle: message.ReceiptHandle };
    if (done) await client.send(new DeleteMessageCommand(receipt));
    else {
      const comesBack = { ...receipt, VisibilityTimeout: RETURNS_AFTER_SECONDS };
      await client.send(new ChangeMessageVisibilityCommand(comesBack));
    }
  }

  const atOnce = trigger.by === 'queue' ? trigger.atOnce : 1;
  for (let run = 0; run < atOnce; run += 1) {
    const going = loop().catch((error: unknown) => {
      if (!stopped) throw error;
    });
    runs.add(going);
  }

  return {
    async outstanding() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({
          QueueUrl: url,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes).reduce((sum, each) => sum + Number(each), 0);
    },
    async stop() {
      stopped = true;
      await Promise.all(runs);
    },
  };
}

/** The context of a run that has its function's whole time before it. */
export function contextFor(name: string, timeoutSeconds: number): Context {
  const end = Date.now() + timeoutSeconds * SECOND;
  return {
    functionName: name,
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
  } as Context;
}
