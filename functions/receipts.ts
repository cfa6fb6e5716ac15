/** A batch of lines of the carrier's delivery log, as CloudWatch Logs hands them to a subscriber. */
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { receiptsOf } from '../shared/io/receipts-log.ts';
import { receive } from '../shared/stages/receive.ts';
import { house, ports } from './wire.ts';

export const handler = house('receipts', async (event: CloudWatchLogsEvent): Promise<void> => {
  const { receipts, issues } = receiptsOf(event);
  for (const { path, code } of issues) ports().log('receipt.unreadable', { path, code });
  await receive(ports(), receipts);
});
