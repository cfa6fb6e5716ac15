/**
 * HTTP agents for a request that must not be sent twice. They know of every failure whether a request can have
 * been written at all, and never lend out a socket that the other end may have closed meanwhile.
 */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { SECOND } from '../time.ts';

/** A socket idle for longer is not used again: a request on it could be lost half-way. */
export const SOCKET_IDLE_MAX_MS = SECOND;

/** Name look-up, TCP and TLS together. */
export const CONNECT_TIMEOUT_MS = 3 * SECOND;

export interface CarefulAgents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
  /** Whether this error struck before its connection stood, so that not one byte of the request was sent. */
  neverWritten(error: unknown): boolean;
  /**
   * Closes the sockets idle for too long. Asked before each request and not left to a timer: a process that was
   * frozen between two events wakes with its timers late and its sockets dead.
   */
  dropIdle(): void;
}

export function carefulAgents(connectTimeoutMs = CONNECT_TIMEOUT_MS): CarefulAgents {
  const unwritten = new WeakSet<object>();
  const idleSince = new WeakMap<object, number>();
  const httpAgent = new HttpAgent({ keepAlive: true });
  const httpsAgent = new HttpsAgent({ keepAlive: true });

  function watch(agent: HttpAgent, ready: 'connect' | 'secureConnect'): void {
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (options, callback) => {
      const socket = connect(options, callback) as Socket;
      const late = setTimeout(() => socket.destroy(connectTimeout()), connectTimeoutMs);
      const mark = (error: Error) => unwritten.add(error);
      socket.prependOnceListener('error', mark);
      socket.once('close', () => clearTimeout(late));
      socket.once(ready, () => {
        clearTimeout(late);
        socket.off('error', mark);
      });
      return socket;
    };
    const keep = agent.keepSocketAlive.bind(agent);
    agent.keepSocketAlive = (socket) => {
      idleSince.set(socket, Date.now());
      return keep(socket);
    };
  }

  watch(httpAgent, 'connect');
  watch(httpsAgent, 'secureConnect');

  return {
    httpAgent,
    httpsAgent,
    neverWritten: (error) => typeof error === 'object' && error !== null && unwritten.has(error),
    dropIdle() {
      const now = Date.now();
      for (const agent of [httpAgent, httpsAgent]) {
        for (const socket of Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])) {
          if (now - (idleSince.get(socket) ?? 0) >= SOCKET_IDLE_MAX_MS) socket.destroy();
        }
      }
    },
  };
}

function connectTimeout(): Error {
  return Object.assign(new Error('no connection in time'), { code: 'ConnectTimeout' });
}
