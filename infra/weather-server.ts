/** The weather offices of a scenario, as web sites on loopback: each answers and misbehaves as the scenario says. */
import type { FeedSource } from '../shared/io/feed-http.ts';
import type { FeedRequest } from '../shared/io/ports.ts';
import { FEEDS, type FeedId } from '../shared/warning/warning.ts';
import { serveOnLoopback } from './loopback-server.ts';
import { answerOf, type Scenario } from './scenario.ts';

export interface WeatherServer {
  /** host:port */
  host: string;
  sources: Record<FeedId, FeedSource>;
  /** The request with its link as this server knows it, since a story's documents stand at their offices' addresses. */
  atLoopback(request: FeedRequest): FeedRequest;
  stop(): Promise<void>;
}

export async function startWeather(
  scenario: Pick<Scenario, 'answers' | 'file'>,
  now: () => number,
): Promise<WeatherServer> {
  const server = await serveOnLoopback((request, response) => {
    const url = new URL(request.url ?? '/', 'http://office');
    const feed = FEEDS.find((id) => url.pathname === `/${id}`);
    if (!feed) {
      response.writeHead(404).end();
      return;
    }
    const etag = request.headers['if-none-match'] ?? null;
    const link = url.searchParams.get('link');
    const answer = answerOf(scenario, { feed, link, etag, lastModified: null }, now());
    switch (answer.kind) {
      case 'unchanged':
        response.writeHead(304).end();
        return;
      case 'not-yet':
        response.writeHead(503).end();
        return;
      case 'failed':
        // A time-out is an office that keeps the line open and says nothing; the reader hangs up by its own limits.
        if (answer.reason === 'timeout') return;
        if (answer.reason === 'reset') request.socket.destroy();
        else response.writeHead(Number(/^http-(\d{3})$/.exec(answer.reason)?.[1] ?? 500)).end();
        return;
      case 'body':
        response.writeHead(200, {
          ...(answer.contentType === null ? {} : { 'content-type': answer.contentType }),
          ...(answer.etag === null ? {} : { etag: answer.etag }),
        });
        response.end(answer.bytes);
    }
  });
  const { host } = new URL(server.url);
  const source = (feed: FeedId): FeedSource => ({ url: `${server.url}/${feed}`, hosts: [host] });
  return {
    host,
    sources: Object.fromEntries(FEEDS.map((feed) => [feed, source(feed)])) as Record<FeedId, FeedSource>,
    atLoopback: (request) => ({
      ...request,
      link: request.link && `/${request.feed}?link=${encodeURIComponent(request.link)}`,
    }),
    stop: server.stop,
  };
}
