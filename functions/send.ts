/** A hint that there is work. Not deleted while some is left, so that visibility brings it back. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { send } from '../shared/stages/send.ts';
import { house, ports, runUntil } from './wire.ts';

export const handler = house('send', async ({ Records }: SQSEvent, context): Promise<SQSBatchResponse> => {
  const until = runUntil(context);
  const batchItemFailures = [];
  for (const { messageId } of Records) {
    if (await send(ports(), until)) batchItemFailures.push({ itemIdentifier: messageId });
  }
  return { batchItemFailures };
});
