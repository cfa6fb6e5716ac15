/** The HTTP API of one machine: each request becomes the event that API Gateway would hand to the console function. */
import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyResult, LambdaEvent } from 'hono/aws-lambda';
import { type LoopbackServer, serveOnLoopback } from './loopback-server.ts';

type ConsoleHandler = (event: LambdaEvent) => Promise<APIGatewayProxyResult>;

/** Bytes of one request's body: the pages' forms are short; a roster goes through the command line. */
export const REQUEST_BYTES_MAX = 1024 * 1024;

export async function startConsole(port: number, handle: ConsoleHandler): Promise<LoopbackServer> {
  return await serveOnLoopback((request, response) => {
    eventOf(request)
      .then(handle)
      .then(({ statusCode, headers = {}, cookies = [], body, isBase64Encoded }) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        if (cookies.length > 0) response.setHeader('set-cookie', cookies);
        response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
      })
      .catch(() => response.writeHead(500).end());
  }, port);
}

/** What a handler is told of a request (payload version 2); who calls, and from where, no code of ours asks. */
async function eventOf(request: IncomingMessage): Promise<LambdaEvent> {
  const url = new URL(request.url ?? '/', 'http://console');
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > REQUEST_BYTES_MAX) throw new Error(`a body of ${length} bytes`);
  const body = await buffer(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value ?? []].flat().join(',')]),
  );
  return {
    version: '2.0',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(request.headers.cookie === undefined ? {} : { cookies: request.headers.cookie.split('; ') }),
    headers,
    requestContext: {
      domainName: headers.host ?? '127.0.0.1',
      http: { method: request.method ?? 'GET', path: url.pathname },
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  } as unknown as LambdaEvent;
}
