import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWeather } from '../infra/weather-server.ts';
import { isPublic } from '../shared/io/addresses.ts';
import { AT_ONCE_PER_HOST, type Courtesy, FAILURES_TO_REST } from '../shared/io/courtesy.ts';
import {
  FEED_LIMITS,
  type FeedLimits,
  type FeedSource,
  type HttpFeedsOptions,
  httpFeeds as politeFeeds,
} from '../shared/io/feed-http.ts';
import type { FeedAnswer, FeedRequest } from '../shared/io/ports.ts';
import { READING_BYTES_MAX } from '../shared/limits.ts';

const BODY = '{"data":[{"title":"泉州市气象台发布台风红色预警"}]}';

/** As little waiting as can be; a host has rested as soon as it is asked again. */
const BRISK: Courtesy = { jitterMs: 0, backoffMs: 1, restMs: 1 };
const httpFeeds = (options: HttpFeedsOptions) => politeFeeds({ courtesy: BRISK, ...options });

/** What the site answers, by path. */
const PAGES: Record<string, RequestListener> = {
  '/plain': (_, res) => res.setHeader('content-type', 'application/json; charset=utf-8').end(BODY),
  '/validators': (_, res) => res.setHeader('etag', '"v1"').setHeader('last-modified', 'Thu').end(BODY),
  '/echo': (req, res) => res.end(JSON.stringify(req.headers)),
  '/form': (req, res) => {
    req.setEncoding('utf8');
    let form = '';
    req.on('data', (chunk) => {
      form += chunk;
    });
    req.on('end', () => res.end(`${req.method} ${req.headers['content-type']} ${form}`));
  },
  '/conditional': (req, res) => {
    res.statusCode = req.headers['if-none-match'] === '"v1"' ? 304 : 200;
    res.end();
  },
  '/empty': (_, res) => res.end(),
  '/gzip': (_, res) => res.setHeader('content-encoding', 'gzip').end(gzipSync(BODY)),
  '/deflate': (_, res) => res.setHeader('content-encoding', 'deflate').end(deflateSync(BODY)),
  '/brotli': (_, res) => res.setHeader('content-encoding', 'br').end('x'),
  '/half-gzip': (_, res) => res.setHeader('content-encoding', 'gzip').end(gzipSync(BODY).subarray(0, 30)),
  '/bomb': (_, res) =>
    res.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(READING_BYTES_MAX + 1))),
  '/just-fits': (_, res) => res.end(Buffer.alloc(READING_BYTES_MAX)),
  '/too-large': (_, res) => res.end(Buffer.alloc(READING_BYTES_MAX + 1)),
  '/endless': (_, res) => {
    const pour = () => {
      while (!res.destroyed && res.write(Buffer.alloc(64 * 1024)));
    };
    res.on('drain', pour);
    pour();
  },
  '/cut-off': (_, res) => {
    res.writeHead(200, { 'content-length': '1000' });
    res.write('{"data":[');
    setImmediate(() => res.destroy());
  },
  '/no-head': () => {},
  '/no-end': (_, res) => void res.write('{"data":['),
  '/trickle': (_, res) => {
    const drip = setInterval(() => res.write(' '), 20);
    res.on('close', () => clearInterval(drip));
  },
  '/big-head': (_, res) => res.setHeader('x-long', 'x'.repeat(64 * 1024)).end(BODY),
  '/moved': (_, res) => res.writeHead(302, { location: '/plain' }).end(),
  '/loop': (_, res) => res.writeHead(302, { location: '/loop' }).end(),
  '/to-stranger': (_, res) => res.writeHead(302, { location: 'http://example.invalid/' }).end(),
  '/to-metadata': (_, res) =>
    res.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end(),
  '/to-file': (_, res) => res.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-nowhere': (_, res) => res.writeHead(302, { location: 'http://[' }).end(),
  '/error': (_, res) => res.writeHead(503).end('busy'),
  '/multiple': (_, res) => res.writeHead(300).end('choose'),
};

/** Pages that are awaited in vain: only for them are the limits short. */
const HANGING: Record<string, Partial<FeedLimits>> = {
  '/no-head': { headMs: 100 },
  '/no-end': { bodyMs: 100 },
  '/trickle': { totalMs: 200 },
};

let site: Server;
let host: string;

beforeAll(async () => {
  site = createServer((req, res) => PAGES[req.url ?? '']?.(req, res));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(() => {
  site.closeAllConnections();
  site.close();
});

function read(path: string, request: Partial<FeedRequest> = {}, source: Partial<FeedSource> = {}) {
  const hosts = [host, '169.254.169.254', '[::ffff:a9fe:a9fe]'];
  const feeds = httpFeeds({
    sources: { 'nmc-alarm': { url: `http://${host}${path}`, hosts, ...source } },
    loopback: [host],
    limits: { ...FEED_LIMITS, ...HANGING[path] },
  });
  return feeds.read({ feed: 'nmc-alarm', link: null, etag: null, lastModified: null, ...request });
}

const textOf = (answer: FeedAnswer) =>
  answer.kind === 'body' ? new TextDecoder().decode(answer.bytes) : answer;

describe('what a site answers', () => {
  it('is given with its type and validators', async () => {
    const answer = await read('/plain');
    expect(textOf(answer)).toBe(BODY);
    expect(answer).toMatchObject({
      contentType: 'application/json; charset=utf-8',
      etag: null,
      lastModified: null,
    });
    expect(await read('/validators')).toMatchObject({ etag: '"v1"', lastModified: 'Thu' });
  });

  it.each(['/gzip', '/deflate', '/moved'])('is understood at %s', async (path) => {
    expect(textOf(await read(path))).toBe(BODY);
  });

  it('is empty when it is empty, which is for the parser to judge', async () => {
    expect(textOf(await read('/empty'))).toBe('');
  });

  it('may be as large as the bound', async () => {
    expect(await read('/just-fits')).toMatchObject({ kind: 'body' });
  });

  it('is unchanged when the validators still hold', async () => {
    expect(await read('/conditional', { etag: '"v1"' })).toEqual({ kind: 'unchanged' });
    expect(await read('/conditional', { etag: '"v0"' })).toMatchObject({ kind: 'body' });
  });

  it.each([
    ['/brotli', 'content-encoding'],
    ['/half-gzip', 'Z_BUF_ERROR'],
    ['/bomb', 'too-large'],
    ['/too-large', 'too-large'],
    ['/endless', 'too-large'],
    ['/cut-off', 'ECONNRESET'],
    ['/no-head', 'head-timeout'],
    ['/no-end', 'body-timeout'],
    ['/trickle', 'total-timeout'],
    ['/big-head', 'HPE_HEADER_OVERFLOW'],
    ['/loop', 'redirects'],
    ['/to-stranger', 'forbidden-host'],
    ['/to-metadata', 'ForbiddenAddress'],
    ['/to-file', 'bad-address'],
    ['/to-nowhere', 'bad-address'],
    ['/error', 'http-503'],
    ['/multiple', 'http-300'],
  ])('fails at %s by %s', async (path, reason) => {
    expect(await read(path)).toEqual({ kind: 'failed', reason });
  });
});

describe('what a site is told', () => {
  it('is who asks, the validators and the referer, and nothing of the machine', async () => {
    const request = { etag: '"v1"', lastModified: 'Thu, 19 Sep 2024 01:00:00 GMT' };
    const headers = JSON.parse(
      textOf(await read('/echo', request, { referer: 'https://www.example.org/' })) as string,
    );
    expect(headers['user-agent']).toMatch(/^Huhang\//);
    expect(headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Thu, 19 Sep 2024 01:00:00 GMT',
      referer: 'https://www.example.org/',
      host,
    });
    expect(headers).not.toHaveProperty('authorization');
  });

  it('is a form where the feed wants one, but not where a document is fetched', async () => {
    const form = 'areaCode=350500&warnEvent=A';
    expect(textOf(await read('/form', {}, { form }))).toBe(`POST application/x-www-form-urlencoded ${form}`);
    expect(textOf(await read('/plain', { link: '/form' }, { form }))).toMatch(/^GET /);
  });
});

describe('how a host is treated', () => {
  const request = { feed: 'nmc-alarm', link: null, etag: null, lastModified: null } as const;

  /** A site that answers as `answer` says, and how many requests it had, and how many of them at once. */
  async function siteOf(answer: (asked: number, reply: (status: number) => void) => void) {
    const seen = { asked: 0, atOnce: 0, most: 0 };
    const server = createServer((_, res) => {
      seen.asked += 1;
      seen.atOnce += 1;
      seen.most = Math.max(seen.most, seen.atOnce);
      answer(seen.asked, (status) => {
        seen.atOnce -= 1;
        if (status === 0) res.destroy();
        else res.writeHead(status).end(BODY);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const of = (courtesy: Courtesy) =>
      politeFeeds({
        sources: { 'nmc-alarm': { url: `http://${at}/`, hosts: [at] } },
        loopback: [at],
        courtesy,
      });
    return { seen, of, close: () => new Promise((resolve) => server.close(resolve)) };
  }

  it('is asked once more when the line broke, and not when it said no', async () => {
    const { seen, of, close } = await siteOf((asked, reply) => reply(asked === 1 ? 0 : 403));
    expect(await of(BRISK).read(request)).toEqual({ kind: 'failed', reason: 'http-403' });
    expect(seen.asked).toBe(2);
    await close();
  });

  it('rests after failures in a row, is not asked meanwhile, and is asked again after it', async () => {
    const { seen, of, close } = await siteOf((asked, reply) => reply(asked <= FAILURES_TO_REST ? 500 : 200));
    const feeds = of({ ...BRISK, restMs: 60_000 });
    for (let look = 0; look < FAILURES_TO_REST; look += 1) {
      expect(await feeds.read(request)).toEqual({ kind: 'failed', reason: 'http-500' });
    }
    expect(await feeds.read(request)).toEqual({ kind: 'failed', reason: 'host-resting' });
    expect(seen.asked).toBe(FAILURES_TO_REST);
    // Another process, or this one after the rest, asks again.
    expect(await of(BRISK).read(request)).toMatchObject({ kind: 'body' });
    await close();
  });

  it('does not rest because single documents are not there', async () => {
    const { of, close } = await siteOf((_, reply) => reply(404));
    const feeds = of({ ...BRISK, restMs: 60_000 });
    for (let look = 0; look <= FAILURES_TO_REST; look += 1) {
      expect(await feeds.read(request)).toEqual({ kind: 'failed', reason: 'http-404' });
    }
    await close();
  });

  it('has few requests at once', async () => {
    const waiting: (() => void)[] = [];
    const { seen, of, close } = await siteOf((_, reply) => {
      waiting.push(() => reply(200));
      // The last of the first batch lets all go, and whoever comes later finds the door open.
      if (waiting.length >= AT_ONCE_PER_HOST) for (const go of waiting.splice(0)) setImmediate(go);
    });
    const feeds = of(BRISK);
    const looks = Array.from({ length: AT_ONCE_PER_HOST * 3 }, () => feeds.read(request));
    const answers = await Promise.all(looks);
    expect(answers.map(({ kind }) => kind)).toEqual(looks.map(() => 'body'));
    expect(seen.most).toBe(AT_ONCE_PER_HOST);
    await close();
  });
});

it('On one machine the documents that a story’s index points to are read from the loopback office.', async () => {
  const link = 'https://severeweather.wmo.int/v2/cn-cma-xx/a.xml?x=1&y=2';
  const answers = [{ at: 0, feed: 'cap' as const, body: 'index.xml', documents: { [link]: 'a.xml' } }];
  const weather = await startWeather({ answers, file: (name) => Buffer.from(name) }, () => 1);
  const feeds = httpFeeds({ sources: weather.sources, loopback: [weather.host] });
  const request = { feed: 'cap', etag: null, lastModified: null } as const;
  expect(textOf(await feeds.read(weather.atLoopback({ ...request, link: null })))).toBe('index.xml');
  expect(textOf(await feeds.read(weather.atLoopback({ ...request, link })))).toBe('a.xml');
  expect(await feeds.read(weather.atLoopback({ ...request, link: 'https://other.invalid/' }))).toEqual({
    kind: 'failed',
    reason: 'http-404',
  });
  await weather.stop();
});

describe('where a feed may be', () => {
  it('is nowhere when the feed is not configured', async () => {
    const request = { feed: 'cap', link: null, etag: null, lastModified: null } as const;
    expect(await httpFeeds({ sources: {} }).read(request)).toEqual({ kind: 'failed', reason: 'no-address' });
  });

  it.each<[string, string, string]>([
    ['a document on a host that is not listed', 'https://example.invalid/a.xml', 'forbidden-host'],
    ['a host that only begins like a listed one', 'http://127.0.0.1.example.invalid/', 'forbidden-host'],
    ['a listed address that is not public', 'http://169.254.169.254/latest', 'ForbiddenAddress'],
    ['the same address as one number', 'http://2852039166/latest', 'ForbiddenAddress'],
    ['the same address inside IPv6', 'http://[::ffff:169.254.169.254]/latest', 'ForbiddenAddress'],
    ['an address with a password', 'http://a:b@127.0.0.1/', 'bad-address'],
    ['a file', 'file:///etc/passwd', 'bad-address'],
    ['no address', 'http://', 'bad-address'],
  ])('is not %s', async (_, link, reason) => {
    expect(await read('/plain', { link })).toEqual({ kind: 'failed', reason });
  });

  it('is not plain HTTP when the feed itself is HTTPS', async () => {
    const source = { url: 'https://example.invalid/' };
    expect(await read('/plain', { link: `http://${host}/plain` }, source)).toEqual({
      kind: 'failed',
      reason: 'bad-address',
    });
  });

  it('is not this machine unless its very host and port are listed as such', async () => {
    const source = { url: `http://${host}/plain`, hosts: [host] };
    const request = { feed: 'nmc-alarm', link: null, etag: null, lastModified: null } as const;
    const strict = httpFeeds({ sources: { 'nmc-alarm': source }, loopback: ['127.0.0.1:1'] });
    expect(await strict.read(request)).toEqual({ kind: 'failed', reason: 'ForbiddenAddress' });
  });

  it('is not a name that leads to this machine', async () => {
    const name = host.replace('127.0.0.1', 'localhost');
    const source = { url: `http://${name}/plain`, hosts: [name] };
    const request = { feed: 'nmc-alarm', link: null, etag: null, lastModified: null } as const;
    expect(await httpFeeds({ sources: { 'nmc-alarm': source } }).read(request)).toEqual({
      kind: 'failed',
      reason: 'ForbiddenAddress',
    });
    expect(
      await httpFeeds({ sources: { 'nmc-alarm': source }, loopback: [name] }).read(request),
    ).toMatchObject({
      kind: 'body',
    });
  });

  it('fails when the other side speaks no TLS or says nothing at all, and when nobody listens', async () => {
    let greet = (socket: Socket) => void socket.end('not TLS', () => socket.destroy());
    const mute = createTcpServer((socket) => greet(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const other = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const request = { feed: 'nmc-alarm', link: null, etag: null, lastModified: null } as const;
    const at = (url: string) => {
      const sources = { 'nmc-alarm': { url, hosts: [other] } };
      return httpFeeds({ sources, loopback: [other], limits: { ...FEED_LIMITS, connectMs: 100 } }).read(
        request,
      );
    };
    expect(await at(`https://${other}/`)).toMatchObject({ kind: 'failed' });
    greet = (socket) => void socket.on('error', () => {}).resume();
    expect(await at(`https://${other}/`)).toEqual({ kind: 'failed', reason: 'connect-timeout' });
    await new Promise((resolve) => mute.close(resolve));
    expect(await at(`http://${other}/`)).toEqual({ kind: 'failed', reason: 'ECONNREFUSED' });
  });
});

describe('a public address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '2400:3200::1',
    '2606:4700::1111',
  ])('is %s', (address) => expect(isPublic(address)).toBe(true));

  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2002:7f00:1::',
    '2001:db8::1',
    'localhost',
    '',
  ])('is not %s', (address) => expect(isPublic(address)).toBe(false));
});
