/**
 * Feeds over HTTP, every limit set by hand: the sites are other people's and so are the addresses they name. What
 * an answer says is not looked at here.
 */
import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { READING_BYTES_MAX } from '../limits.ts';
import { SECOND } from '../time.ts';
import { CATALOGUE } from '../warning/catalogue.ts';
import type { FeedId } from '../warning/warning.ts';
import { isPublic, publicLookup } from './addresses.ts';
import { COURTESY, type Courtesy, courteous, FeedFailure } from './courtesy.ts';
import type { FeedAnswer, FeedReader, FeedRequest } from './ports.ts';

export interface FeedLimits {
  connectMs: number;
  headMs: number;
  bodyMs: number;
  totalMs: number;
}

export const FEED_LIMITS: FeedLimits = {
  /** Name look-up, TCP and TLS. */
  connectMs: 3 * SECOND,
  /** From there to the answer's head; these sites answer in well under a second when they are well. */
  headMs: 8 * SECOND,
  /** The answer's body: some MB over a slow international line. */
  bodyMs: 15 * SECOND,
  /** All of it, redirects included: a poll must end within the minute, and well before its function does. */
  totalMs: 30 * SECOND,
};

/** Bytes of the answer's head. */
const HEAD_BYTES_MAX = 32 * 1024;
/** A site that moves sends on once, from the bare name to `www` twice; more is a loop. */
const REDIRECTS_MAX = 3;

/** Says who asks and why, as the weather services' terms want. */
const USER_AGENT = 'Huhang/0.1 (exam weather safety; one poll a minute at most)';

/** Where a feed is and how it is asked: the part of the catalogue that the edge needs. */
export interface FeedSource {
  /** Null: at no known address. */
  url: string | null;
  /** Hosts (with port, where it is not the scheme's own) that the feed, its documents and its redirects may be on. */
  hosts: readonly string[];
  /** Body of the POST by which the feed is asked; documents that it points to are fetched by GET. */
  form?: string;
  /** What some sites refuse to answer without. */
  referer?: string;
}

export interface HttpFeedsOptions {
  sources?: Partial<Record<FeedId, FeedSource>>;
  /** Hosts with port (`127.0.0.1:8099`) that may be on this very machine; empty anywhere but on one machine. */
  loopback?: readonly string[];
  limits?: FeedLimits;
  courtesy?: Courtesy;
}

export function httpFeeds(options: HttpFeedsOptions = {}): FeedReader {
  const { sources = CATALOGUE, loopback = [], limits = FEED_LIMITS, courtesy = COURTESY } = options;
  const withRules = courteous(courtesy);
  return {
    async read(request) {
      const source = sources[request.feed];
      if (!source || source.url === null) return { kind: 'failed', reason: 'no-address' };
      const placed = { ...source, url: source.url };
      if (request.link === null) await pause(Math.random() * courtesy.jitterMs);
      try {
        const { host } = checked(request.link ?? placed.url, placed.url, placed, loopback);
        return await withRules(host, () => follow(request, placed, { loopback, limits }));
      } catch (error) {
        if (error instanceof FeedFailure) return { kind: 'failed', reason: error.message };
        throw error;
      }
    },
  };
}

type Placed = FeedSource & { url: string };

interface House {
  loopback: readonly string[];
  limits: FeedLimits;
}

async function follow(request: FeedRequest, source: Placed, house: House): Promise<FeedAnswer> {
  const until = Date.now() + house.limits.totalMs;
  let url = checked(request.link ?? source.url, source.url, source, house.loopback);
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const form = request.link === null && redirects === 0 ? source.form : undefined;
    const headers = headersOf(request, source, form);
    const answer = await exchange(url, { form, headers, until }, house);
    if (typeof answer !== 'string') return answer;
    url = checked(answer, url.href, source, house.loopback);
  }
  throw new FeedFailure('redirects');
}

/** The address `text` means, if it may be fetched: by the source's scheme or better, on the source's hosts. */
function checked(text: string, base: string, source: Placed, loopback: readonly string[]): URL {
  if (!URL.canParse(text, base)) throw new FeedFailure('bad-address');
  const url = new URL(text, base);
  const scheme = url.protocol === 'https:' || (url.protocol === 'http:' && source.url.startsWith('http:'));
  if (!scheme || url.username !== '' || url.password !== '') throw new FeedFailure('bad-address');
  if (!source.hosts.includes(url.host)) throw new FeedFailure('forbidden-host');
  // A literal address never passes the name look-up, so it is judged here.
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0 && !isPublic(literal) && !loopback.includes(url.host)) {
    throw new FeedFailure('ForbiddenAddress');
  }
  return url;
}

function headersOf({ etag, lastModified }: FeedRequest, source: Placed, form: string | undefined) {
  return {
    'user-agent': USER_AGENT,
    accept: '*/*',
    'accept-encoding': 'gzip, deflate',
    ...(source.referer !== undefined && { referer: source.referer }),
    ...(etag !== null && { 'if-none-match': etag }),
    ...(lastModified !== null && { 'if-modified-since': lastModified }),
    ...(form !== undefined && {
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(form)),
    }),
  };
}

interface Exchange {
  form: string | undefined;
  headers: Record<string, string>;
  /** Machine time at which all of it must have ended. */
  until: number;
}

/** One request and its answer; a text is the address that the answer redirects to. */
async function exchange(
  url: URL,
  { form, headers, until }: Exchange,
  { loopback, limits }: House,
): Promise<FeedAnswer | string> {
  const secure = url.protocol === 'https:';
  const outgoing = (secure ? requestHttps : requestHttp)(url, {
    method: form === undefined ? 'GET' : 'POST',
    headers,
    agent: false,
    maxHeaderSize: HEAD_BYTES_MAX,
    ...(!loopback.includes(url.host) && { lookup: publicLookup }),
  });
  let late: FeedFailure | undefined;
  let limit: NodeJS.Timeout | undefined;
  const within = (ms: number, phase: string) => {
    clearTimeout(limit);
    const left = Math.max(0, until - Date.now());
    limit = setTimeout(
      () => {
        late = new FeedFailure(left < ms ? 'total-timeout' : phase);
        outgoing.destroy(late);
      },
      Math.min(ms, left),
    );
  };

  within(limits.connectMs, 'connect-timeout');
  outgoing.once('socket', (socket) => {
    socket.once(secure ? 'secureConnect' : 'connect', () => within(limits.headMs, 'head-timeout'));
  });
  // Once the answer has begun, an error of the connection reaches the answer's stream and is heard there.
  outgoing.on('error', () => {});
  outgoing.end(form);
  try {
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    within(limits.bodyMs, 'body-timeout');
    return await answerOf(incoming);
  } catch (error) {
    throw late ?? failureOf(error);
  } finally {
    clearTimeout(limit);
    outgoing.destroy();
  }
}

async function answerOf(incoming: IncomingMessage): Promise<FeedAnswer | string> {
  const { statusCode = 0, headers: head } = incoming;
  if (statusCode === 304) return { kind: 'unchanged' };
  if (statusCode >= 300 && statusCode < 400 && head.location !== undefined) return head.location;
  if (statusCode !== 200) throw new FeedFailure(`http-${statusCode}`);
  return {
    kind: 'body',
    bytes: await bytesOf(incoming),
    contentType: head['content-type'] ?? null,
    etag: head.etag ?? null,
    lastModified: head['last-modified'] ?? null,
  };
}

/** The whole body, unpacked. */
async function bytesOf(incoming: IncomingMessage): Promise<Uint8Array> {
  const unpack = unpackerOf(incoming.headers['content-encoding']);
  const chunks: Buffer[] = [];
  const keep = async (body: AsyncIterable<Buffer>) => {
    for await (const chunk of body) chunks.push(chunk);
  };
  if (unpack === null) await pipeline(incoming, capped, keep);
  else await pipeline(incoming, capped, unpack, capped, keep);
  return new Uint8Array(Buffer.concat(chunks));
}

/** Holds a body under READING_BYTES_MAX while it comes in: as it is sent, and again as it is unpacked. */
async function* capped(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > READING_BYTES_MAX) throw new FeedFailure('too-large');
    yield chunk;
  }
}

/** Null: the body is as it is. */
function unpackerOf(encoding = 'identity'): Gunzip | Inflate | null {
  switch (encoding.trim().toLowerCase()) {
    case 'identity':
    case '':
      return null;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    default:
      throw new FeedFailure('content-encoding');
  }
}

/** Node's errors carry a code; an error without one is a bug of ours and goes on. */
function failureOf(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return error instanceof FeedFailure || typeof code !== 'string' ? error : new FeedFailure(code);
}
