/** An HTTP server that only this machine reaches. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackServer {
  url: string;
  /** Breaks off what is under way. */
  stop(): Promise<void>;
}

/** `port` 0: any that is free. */
export async function serveOnLoopback(answer: RequestListener, port = 0): Promise<LoopbackServer> {
  const server = createServer(answer).listen({ port, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}
