/** The small pieces of the edge: configuration, the log, the order of keys, what is kept of an AWS error. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsError, awsFault, reasonOf } from '../shared/io/aws-error.ts';
import {
  bucketVariable,
  ConfigError,
  parseConfig,
  queueVariable,
  tableVariable,
} from '../shared/io/config.ts';
import { jsonLog } from '../shared/io/log.ts';
import { seededRandom } from '../shared/io/memory/random.ts';
import { byCodePoint, firstAfter } from '../shared/io/order.ts';
import { instant } from '../shared/time.ts';

describe('the configuration', () => {
  it('is what the environment names, and nothing else of it', () => {
    const env = {
      [tableVariable('chain')]: 'Huhang-chain',
      [queueVariable('send')]: 'https://sqs.ap-southeast-1.amazonaws.com/000000000000/send',
      [bucketVariable('record')]: 'huhang-record',
      VAULT_KEY: 'alias/names',
      PATH: '/usr/bin',
    };
    expect(parseConfig(env)).toEqual({
      tables: { chain: 'Huhang-chain' },
      queues: { send: 'https://sqs.ap-southeast-1.amazonaws.com/000000000000/send' },
      buckets: { record: 'huhang-record' },
      vaultKey: 'alias/names',
    });
  });

  it('may name nothing: a process that uses nothing needs nothing', () => {
    expect(parseConfig({})).toEqual({ tables: {}, queues: {}, buckets: {}, vaultKey: undefined });
  });

  it('says all of its faults at once, each with its variable and none with its value', () => {
    const wrong = {
      TABLE_CHAIN: '',
      QUEUE_SEND_URL: 'send',
      BUCKET_RECORD: 'a secret',
      VAULT_KEY: '',
    };
    const say = () => parseConfig(wrong);
    expect(say).toThrow(ConfigError);
    for (const variable of Object.keys(wrong)) expect(say).toThrow(variable);
    expect(say).not.toThrow('secret');
  });
});

describe('the log', () => {
  it('is one line of JSON per event, dated, with the fields of the event', () => {
    const lines: string[] = [];
    const log = jsonLog({ now: () => instant('2024-09-19T08:00:00+08:00') }, (line) => lines.push(line));
    log('sms.sent', { notice: '0001', text: 'two\nlines' });
    log('run.ended');
    expect(lines).toEqual([
      '{"at":"2024-09-19T08:00:00+08:00","event":"sms.sent","notice":"0001","text":"two\\nlines"}\n',
      '{"at":"2024-09-19T08:00:00+08:00","event":"run.ended"}\n',
    ]);
  });
});

/** Texts in which every length of UTF-8, lone parts of surrogate pairs aside, is likely. */
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', 'é', '考', '\uffee', '🌀', '\u0000'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('the order of keys', () => {
  it('is the order of their UTF-8 bytes', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(byCodePoint(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('finds in sorted keys the place of any other', () => {
    fc.assert(
      fc.property(fc.uniqueArray(text), text, (keys, key) => {
        const sorted = [...keys].sort(byCodePoint);
        const place = sorted.findIndex((other) => byCodePoint(other, key) > 0);
        expect(firstAfter(sorted, key)).toBe(place === -1 ? sorted.length : place);
      }),
    );
  });
});

describe('what is kept of an AWS error', () => {
  const metadata = { httpStatusCode: 400, requestId: '0a1b2c3d-0000-4000-8000-000000000001', attempts: 3 };
  it.each<[string, unknown, string]>([
    [
      'its name, status and request id',
      { name: 'ValidationException', $metadata: metadata },
      `ValidationException 400 ${metadata.requestId}`,
    ],
    [
      'the code of a network error',
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    ['the name of an error without a code', new TypeError('+8613900000017'), 'TypeError'],
    ['nothing of a name that is not one', { name: 'To +8613900000017' }, 'unnamed'],
    [
      'nothing of a request id that is not one',
      { name: 'A', $metadata: { requestId: 'To +8613900000017' } },
      'A',
    ],
    ['nothing of nothing', null, 'unnamed'],
  ])('is %s', (_, error, reason) => expect(reasonOf(awsError(error))).toBe(reason));

  it.each([
    ['ValidationException', false],
    ['ResourceNotFoundException', false],
    ['AccessDeniedException', false],
    ['ProvisionedThroughputExceededException', true],
    ['InternalServerError', true],
    ['TimeoutError', true],
  ])('makes of %s a fault that may pass: %s', (name, retryable) => {
    expect(awsFault('store.get', { name })).toMatchObject({ reason: `store.get ${name}`, retryable });
  });
});

describe('seeded randomness', () => {
  it('repeats itself by its seed, differs by another and is even over [0, 1)', () => {
    const draw = (seed: number) => Array.from({ length: 10_000 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    for (const seed of [0, 1, 2, 0xffffffff]) {
      const tenths = Array<number>(10).fill(0);
      for (const value of draw(seed)) tenths[Math.floor(value * 10)]! += 1;
      expect(Math.min(...tenths)).toBeGreaterThan(900);
      expect(Math.max(...tenths)).toBeLessThan(1_100);
    }
  });
});
