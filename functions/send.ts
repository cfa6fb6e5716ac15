/** A hint `{ lane }`: the lane has open slices. Not deleted while work is left, so that visibility brings it back. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { LANES, type Lane } from '../shared/notice/notice.ts';
import { assert } from '../shared/outcome.ts';
import { send } from '../shared/stages/send.ts';
import { hinted } from './hint.ts';
import { house, ports, runUntil } from './wire.ts';

export const handler = house('send', async ({ Records }: SQSEvent, context): Promise<SQSBatchResponse> => {
  const until = runUntil(context);
  const batchItemFailures = [];
  for (const record of Records) {
    const lane = hinted(record, 'lane') as Lane;
    assert(LANES.includes(lane), 'a hint of an unknown lane');
    if (await send(ports(), lane, until)) batchItemFailures.push({ itemIdentifier: record.messageId });
  }
  return { batchItemFailures };
});
