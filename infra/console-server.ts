/** The HTTP API of one machine: each request becomes the event that API Gateway would hand to the console function. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyResult, LambdaEvent } from 'hono/aws-lambda';

export type ConsoleHandler = (event: LambdaEvent) => Promise<APIGatewayProxyResult>;

export interface ConsoleServer {
  url: string;
  stop(): Promise<void>;
}

/** Bytes of one request's body: the pages' forms are short; a roster goes through the command line. */
export const REQUEST_BYTES_MAX = 1024 * 1024;

export async function startConsole(port: number, handle: ConsoleHandler): Promise<ConsoleServer> {
  const server = createServer((request, response) => {
    eventOf(request)
      .then(handle)
      .then(({ statusCode, headers = {}, cookies = [], body, isBase64Encoded }) => {
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
        if (cookies.length > 0) response.setHeader('set-cookie', cookies);
        response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
      })
      .catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function eventOf(request: IncomingMessage): Promise<LambdaEvent> {
  const url = new URL(request.url ?? '/', 'http://console');
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > REQUEST_BYTES_MAX) throw new Error(`a body of ${length} bytes`);
  const body = await buffer(request);
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(',') : value]],
    ),
  );
  const at = Date.now();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(request.headers.cookie === undefined ? {} : { cookies: request.headers.cookie.split('; ') }),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    requestContext: {
      accountId: '000000000000',
      authentication: null,
      authorizer: {},
      apiId: 'local',
      domainName: headers.host ?? '127.0.0.1',
      domainPrefix: 'local',
      http: {
        method: request.method ?? 'GET',
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: String(at),
      routeKey: '$default',
      stage: '$default',
      time: new Date(at).toISOString(),
      timeEpoch: at,
    },
    body: body.toString('base64'),
    isBase64Encoded: true,
  };
}
