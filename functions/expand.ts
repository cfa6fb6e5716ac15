/** A hint `{ chain }`: the record of a district holds notices whose audience is not frozen yet. */
import type { SQSEvent } from 'aws-lambda';
import { expand } from '../shared/stages/expand.ts';
import { hinted } from './hint.ts';
import { house, ports } from './wire.ts';

export const handler = house('expand', async ({ Records }: SQSEvent): Promise<void> => {
  for (const record of Records) await expand(ports(), hinted(record, 'chain'));
});
