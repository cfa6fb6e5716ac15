import { gzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BATCH_BYTES_MAX, receiptsOf } from '../shared/io/receipts-log.ts';
import { instant } from '../shared/time.ts';

const TO = '+8613900000017';
const LOGGED = instant('2024-09-19T09:00:05+08:00');

const packed = (data: unknown): CloudWatchLogsEvent => ({
  awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') },
});

/** One batch of lines, all logged at the same time. */
const batch = (...messages: unknown[]) =>
  packed({
    messageType: 'DATA_MESSAGE',
    logEvents: messages.map((message) => ({
      id: '0',
      timestamp: LOGGED,
      message: typeof message === 'string' ? message : JSON.stringify(message),
    })),
  });

const LINE = {
  notification: { messageId: 'm-1', timestamp: '2024-09-19 01:00:01.250' },
  delivery: {
    phoneCarrier: 'an invented carrier',
    mcc: 460,
    numberOfMessageParts: 1,
    destination: TO,
    priceInUSD: 0.05,
    smsType: 'Transactional',
    providerResponse: 'Message has been accepted by phone carrier',
    dwellTimeMs: 599,
  },
  status: 'SUCCESS',
};

const RECEIPT = {
  messageId: 'm-1',
  status: 'SUCCESS',
  providerResponse: 'Message has been accepted by phone carrier',
  destination: TO,
  at: LOGGED,
  publishedAt: instant('2024-09-19T09:00:01.250+08:00'),
};

const { notification, delivery } = LINE;

it.each<[string, unknown, object]>([
  ['a whole line', LINE, RECEIPT],
  ['a failure', { ...LINE, status: 'FAILURE' }, { ...RECEIPT, status: 'FAILURE' }],
  ['no delivery', { notification, status: 'SUCCESS' }, { ...RECEIPT, destination: '', providerResponse: '' }],
  [
    'no destination',
    { ...LINE, delivery: { ...delivery, destination: undefined } },
    { ...RECEIPT, destination: '' },
  ],
  [
    'a destination that is a number',
    { ...LINE, delivery: { ...delivery, destination: 8613 } },
    { ...RECEIPT, destination: '' },
  ],
  [
    'no time of publishing',
    { ...LINE, notification: { messageId: 'm-1' } },
    { ...RECEIPT, publishedAt: undefined },
  ],
  [
    'a time in another spelling',
    { ...LINE, notification: { ...notification, timestamp: 'yesterday' } },
    { ...RECEIPT, publishedAt: undefined },
  ],
  [
    'a time that cannot be',
    { ...LINE, notification: { ...notification, timestamp: '2024-13-45 99:00:00' } },
    { ...RECEIPT, publishedAt: undefined },
  ],
  ['fields that nobody knows', { ...LINE, more: { deep: [1] } }, RECEIPT],
])('reads a line with %s', (_, message, receipt) => {
  expect(receiptsOf(batch(message))).toEqual({ receipts: [receipt], issues: [] });
});

it.each([
  ['text', `START RequestId for ${TO}`],
  ['half a line', JSON.stringify(LINE).slice(0, 80)],
  ['no message id', { ...LINE, notification: {} }],
  ['an empty message id', { ...LINE, notification: { messageId: '' } }],
  ['no status', { notification, delivery }],
  ['a status that nobody knows', { ...LINE, status: 'PENDING' }],
  ['null', null],
])('makes an issue of a line that is %s, and still reads the others', (_, message) => {
  const { receipts, issues } = receiptsOf(batch(LINE, message, LINE));
  expect(receipts).toEqual([RECEIPT, RECEIPT]);
  expect(issues).toMatchObject([{ path: '/logEvents/1', code: 'not-a-receipt', level: 'error' }]);
  expect(JSON.stringify(issues)).not.toContain('139');
});

it('says nothing to the control message of a new subscription', () => {
  const control = packed({
    messageType: 'CONTROL_MESSAGE',
    logEvents: [{ id: '0', timestamp: 0, message: 'CWL' }],
  });
  expect(receiptsOf(control)).toEqual({ receipts: [], issues: [] });
});

it.each<[string, unknown]>([
  ['no batch', {}],
  ['not packed', { awslogs: { data: Buffer.from(JSON.stringify(LINE)).toString('base64') } }],
  ['not JSON', { awslogs: { data: gzipSync('<html>').toString('base64') } }],
  ['a batch without lines', packed({ messageType: 'DATA_MESSAGE' })],
  [
    'larger unpacked than any batch',
    { awslogs: { data: gzipSync(Buffer.alloc(BATCH_BYTES_MAX + 1)).toString('base64') } },
  ],
])('makes an issue of an event that is %s', (_, event) => {
  const { receipts, issues } = receiptsOf(event as CloudWatchLogsEvent);
  expect(receipts).toEqual([]);
  expect(issues).toMatchObject([{ path: '/awslogs/data', code: 'not-a-batch' }]);
});

it('never throws, whatever a line holds, and never loses one without an issue', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.string(), fc.constant(LINE))), (messages) => {
      const { receipts, issues } = receiptsOf(batch(...messages));
      expect(receipts.length + issues.length).toBe(messages.length);
    }),
  );
});
