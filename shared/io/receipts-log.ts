/**
 * Receipts as they reach us: SNS writes one line of JSON per SMS to CloudWatch Logs, whose subscription hands them
 * over in batches, gzipped. The shape is not one AWS promises: only the message id and the status must be there.
 */
import { gunzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import * as z from 'zod';
import { type Issue, issue } from '../outcome.ts';
import type { Receipt } from './ports.ts';

/** Bytes of one batch once unpacked. CloudWatch Logs sends at most 1 MB packed; lines of JSON pack about 1 : 10. */
export const BATCH_BYTES_MAX = 32 * 1024 * 1024;

const batch = z.object({
  messageType: z.string(),
  logEvents: z.array(z.object({ timestamp: z.number(), message: z.string() })),
});

const line = z.object({
  notification: z.object({ messageId: z.string().min(1), timestamp: z.string().optional().catch(undefined) }),
  delivery: z
    .object({
      destination: z.string().catch(''),
      providerResponse: z.string().catch(''),
    })
    .catch({ destination: '', providerResponse: '' }),
  status: z.enum(['SUCCESS', 'FAILURE']),
});

/** The receipts of one event, with an issue for each line that is none. No issue quotes its line: it holds a number. */
export function receiptsOf(event: CloudWatchLogsEvent): { receipts: Receipt[]; issues: Issue[] } {
  const unpacked = unpack(event);
  if (!unpacked) {
    return { receipts: [], issues: [issue('/awslogs/data', 'not-a-batch', 'not a batch of log lines')] };
  }
  // CONTROL_MESSAGE: CloudWatch Logs asks only whether the subscriber is there.
  if (unpacked.messageType !== 'DATA_MESSAGE') return { receipts: [], issues: [] };
  const receipts: Receipt[] = [];
  const issues: Issue[] = [];
  for (const [position, { message, timestamp }] of unpacked.logEvents.entries()) {
    const parsed = line.safeParse(json(message));
    if (parsed.success) receipts.push(receiptOf(parsed.data, timestamp));
    else issues.push(issue(`/logEvents/${position}`, 'not-a-receipt', 'not the receipt of an SMS'));
  }
  return { receipts, issues };
}

function receiptOf({ notification, delivery, status }: z.infer<typeof line>, loggedAt: number): Receipt {
  return {
    messageId: notification.messageId,
    status,
    providerResponse: delivery.providerResponse,
    destination: delivery.destination,
    at: loggedAt,
    publishedAt: publishedAt(notification.timestamp),
  };
}

/** The log writes `2024-09-19 01:23:45.678`, in UTC. Another spelling is not guessed at. */
function publishedAt(text = ''): number | undefined {
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?$/.test(text)) return undefined;
  const at = Date.parse(`${text.replace(' ', 'T')}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function unpack(event: CloudWatchLogsEvent): z.infer<typeof batch> | null {
  try {
    const packed = Buffer.from(event.awslogs.data, 'base64');
    const text = gunzipSync(packed, { maxOutputLength: BATCH_BYTES_MAX }).toString('utf8');
    return batch.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
