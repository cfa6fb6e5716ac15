import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { outcomeOf, type SnsOptions, snsCarrier } from '../shared/io/sns.ts';
import { NO_CREDENTIALS } from './loopback.ts';

const TO = '+8613900000017';
const TEXT = '【考试中心】防台风提醒。';
const OK =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>';

const servers: Server[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A carrier whose SNS is `answer`, with the forms that reached it and how many connections they came over. */
async function carrierAgainst(answer: RequestListener, options: SnsOptions = {}) {
  const forms: URLSearchParams[] = [];
  const seen = { connections: 0 };
  const server = createServer(async (request, response) => {
    forms.push(new URLSearchParams(await readText(request)));
    answer(request, response);
  });
  server.on('connection', () => {
    seen.connections += 1;
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    carrier: carrierAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, options),
    forms,
    seen,
  };
}

function carrierAt(endpoint: string, options: SnsOptions = {}) {
  Object.assign(process.env, NO_CREDENTIALS, { AWS_ENDPOINT_URL_SNS: endpoint });
  return snsCarrier(options);
}

const error = (status: number, code: string): RequestListener => {
  return (_, response) => {
    const body = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>Invalid parameter: ${TO}</Message></Error></ErrorResponse>`;
    response.setHeader('x-amzn-requestid', '0a1b2c3d-0000-4000-8000-000000000001');
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  };
};

const noAnswer: RequestListener = () => {};
const endlessAnswer: RequestListener = (_, response) => void response.writeHead(200).write(OK.slice(0, 40));
const hangs = new Set([noAnswer, endlessAnswer]);
/** Time limit against a server that hangs; no other case may meet it, however busy the machine. */
const HANG_MS = 1_000;

describe('a publish', () => {
  it('asks for one transactional SMS to one number', async () => {
    const { carrier, forms } = await carrierAgainst((_, res) => res.end(OK));
    expect(await carrier.publish(TO, TEXT)).toEqual({ class: 'accepted', messageId: 'm-1' });
    expect(Object.fromEntries(forms[0]!)).toMatchObject({
      Action: 'Publish',
      PhoneNumber: TO,
      Message: TEXT,
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
    });
  });

  it.each<[string, RequestListener, string]>([
    ['the connection breaks before an answer', (_, res) => res.destroy(), 'unknown'],
    ['the connection breaks inside the answer', (_, res) => breakInside(res), 'unknown'],
    ['no answer comes', noAnswer, 'unknown'],
    ['the answer never ends', endlessAnswer, 'unknown'],
    ['the answer is no answer of SNS', (_, res) => res.end('<html></html>'), 'unknown'],
    ['the carrier fails inside', error(500, 'InternalError'), 'unknown'],
    ['the carrier is overloaded', error(503, 'ServiceUnavailable'), 'unknown'],
    ['a server error says throttling', error(503, 'Throttling'), 'unknown'],
    ['the carrier throttles', error(429, 'Throttled'), 'throttled'],
    ['the carrier throttles by a plain 400', error(400, 'Throttling'), 'throttled'],
    ['the number is refused', error(400, 'InvalidParameter'), 'refused'],
    ['the account may not', error(403, 'AuthorizationError'), 'refused'],
    ['the credentials have run out', error(403, 'ExpiredToken'), 'not-sent'],
  ])('is sent once when %s', async (_, answer, expected) => {
    const { carrier, forms } = await carrierAgainst(answer, hangs.has(answer) ? { timeoutMs: HANG_MS } : {});
    const outcome = await carrier.publish(TO, TEXT);
    expect(outcome.class).toBe(expected);
    expect(forms).toHaveLength(1);
    expect(JSON.stringify(outcome)).not.toContain('139');
  });

  it('keeps name, status and request id of a refusal', async () => {
    const { carrier } = await carrierAgainst(error(400, 'InvalidParameter'));
    const reason = 'InvalidParameterException 400 0a1b2c3d-0000-4000-8000-000000000001';
    expect(await carrier.publish(TO, TEXT)).toEqual({ class: 'refused', reason });
  });

  it('is certain not to be sent when nobody listens', async () => {
    const { carrier } = await carrierAgainst(() => {});
    await new Promise((resolve) => servers.pop()!.close(resolve));
    expect(await carrier.publish(TO, TEXT)).toEqual({ class: 'not-sent', reason: 'ECONNREFUSED' });
  });

  it('is certain not to be sent when the name does not resolve', async () => {
    const outcome = await carrierAt('http://sns.invalid').publish(TO, TEXT);
    expect(outcome.class).toBe('not-sent');
  });

  it('is certain not to be sent when TLS never stands', async () => {
    let bytes = '';
    const closesAtOnce = createTcpServer((socket) => {
      socket.on('data', (chunk) => {
        bytes += chunk.toString('latin1');
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => closesAtOnce.listen(0, '127.0.0.1', resolve));
    const { port } = closesAtOnce.address() as AddressInfo;
    const outcome = await carrierAt(`https://127.0.0.1:${port}`).publish(TO, TEXT);
    closesAtOnce.close();
    expect(outcome).toEqual({ class: 'not-sent', reason: 'ECONNRESET' });
    expect(bytes).not.toContain('139');
  });
});

it('is certain not to be sent when the TLS handshake is never answered', async () => {
  const mute = createTcpServer((socket) => socket.resume());
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  const carrier = carrierAt(`https://127.0.0.1:${port}`, { connectTimeoutMs: HANG_MS });
  expect(await carrier.publish(TO, TEXT)).toEqual({ class: 'not-sent', reason: 'ConnectTimeout' });
  mute.close();
});

describe('a socket', () => {
  it('is used again at once, and never after a second of idleness', async () => {
    const { carrier, seen } = await carrierAgainst((_, res) => res.end(OK));
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    await carrier.publish(TO, TEXT);
    vi.setSystemTime(Date.now() + 999);
    await carrier.publish(TO, TEXT);
    expect(seen.connections).toBe(1);
    vi.setSystemTime(Date.now() + 1_000);
    await carrier.publish(TO, TEXT);
    expect(seen.connections).toBe(2);
  });

  it('does not stand in the way of others: publishes side by side have one each', async () => {
    const { carrier, seen } = await carrierAgainst((_, res) => res.end(OK));
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => carrier.publish(TO, TEXT)));
    expect(outcomes.every((outcome) => outcome.class === 'accepted')).toBe(true);
    expect(seen.connections).toBe(10);
  });
});

describe('the class of a failure', () => {
  const answered = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });
  it.each([
    ['no connection was made', { code: 'ECONNREFUSED' }, true, 'not-sent', 'ECONNREFUSED'],
    ['a standing connection was reset', { code: 'ECONNRESET' }, false, 'unknown', 'ECONNRESET'],
    ['a standing connection broke on writing', { code: 'EPIPE' }, false, 'unknown', 'EPIPE'],
    ['the time was up', { name: 'TimeoutError' }, false, 'unknown', 'TimeoutError'],
    ['the call was stopped', { name: 'AbortError', code: 20 }, false, 'unknown', 'AbortError'],
    [
      'there are no credentials',
      { name: 'CredentialsProviderError' },
      false,
      'not-sent',
      'CredentialsProviderError',
    ],
    [
      'the request was not read in time',
      answered('RequestTimeout', 408),
      false,
      'unknown',
      'RequestTimeout 408',
    ],
    ['the answer cannot be read', answered('SyntaxError', 200), false, 'unknown', 'SyntaxError 200'],
    [
      'the key is disabled',
      answered('KMSDisabledException', 400),
      false,
      'refused',
      'KMSDisabledException 400',
    ],
    ['a name could hide a number', answered(`To${TO}`, 400), false, 'refused', 'unnamed 400'],
    ['what was thrown is nothing', undefined, false, 'unknown', 'unnamed'],
  ])('is right when %s', (_, failure, neverWritten, expected, reason) => {
    expect(outcomeOf(failure, neverWritten)).toEqual({ class: expected, reason });
  });
});

function breakInside(response: Parameters<RequestListener>[1]): void {
  response.writeHead(200, { 'content-length': String(OK.length) });
  response.write(OK.slice(0, 40), () => response.destroy());
}
