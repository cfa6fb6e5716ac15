/** Hints on SQS: one JSON object of ids each. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { assert } from '../outcome.ts';
import { failed } from './aws-error.ts';
import type { Queue, QueueName } from './ports.ts';

/** `urls`: the queues that this process may send to. */
export function sqsQueue(client: SQSClient, urls: Partial<Record<QueueName, string>>): Queue {
  return {
    async hint(queue, body) {
      const url = urls[queue];
      assert(url, `this process is not given the queue ${queue}`);
      const command = new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(body) });
      await client.send(command).catch(failed(`queue.hint ${queue}`));
    },
  };
}
