// One request of a session over HTTP: few headers, one kept connection, bytes counted as they cross the wire.
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

export interface Exchange {
  /** Parts of the answer as they arrive; ends with an error when the link is cut. */
  answer: AsyncIterable<Uint8Array>;
  status: number;
}

export interface Transport {
  /** Sends one body and gives the answer as it comes. Errors: LinkError when the hub cannot be reached or falls silent. */
  send(path: string, body: Uint8Array[]): Promise<Exchange>;
  /** Bytes on the wire so far, both ways, headers included (TLS records excluded from `down` and `up` only if the link is plain). */
  bytes(): { up: number; down: number };
  /** Requests sent so far. */
  roundTrips(): number;
  close(): void;
}

/** The link, not the data, is at fault: try again later. */
export class LinkError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LinkError';
  }
}

export interface TransportOptions {
  /** Milliseconds of silence after which the link counts as cut. A satellite link stalls for long. */
  silence?: number;
}

const PLAIN_HOSTS =
  /^(localhost|.*\.local|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\])$/;

/** Errors: LinkError for an address that would send keys in the clear over the internet. */
export function httpTransport(hubUrl: string, options: TransportOptions = {}): Transport {
  const base = new URL(hubUrl);
  if (base.protocol !== 'https:' && !(base.protocol === 'http:' && PLAIN_HOSTS.test(base.hostname))) {
    throw new LinkError(`${base.host} can only be reached by https: keys of persons travel with the segments.`);
  }
  const silence = options.silence ?? 120_000;
  const secure = base.protocol === 'https:';
  const agent = secure
    ? new https.Agent({ keepAlive: true, maxSockets: 1 })
    : new http.Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<Socket>();
  let closed = { up: 0, down: 0 };
  let requests = 0;

  const follow = (socket: Socket) => {
    if (sockets.has(socket)) return;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      closed = { up: closed.up + socket.bytesWritten, down: closed.down + socket.bytesRead };
    });
  };

  return {
    send(path, body) {
      requests += 1;
      const length = body.reduce((sum, part) => sum + part.length, 0);
      const { request: ask } = secure ? https : http;
      return new Promise((resolve, reject) => {
        const request = ask(
          new URL(path, base),
          { method: 'POST', agent, setDefaultHeaders: false, headers: { host: base.host, 'content-length': length } },
          (response) => {
            resolve({ status: response.statusCode ?? 0, answer: guarded(response) });
          },
        );
        request.on('socket', (socket) => follow(socket));
        request.setTimeout(silence, () => request.destroy(new LinkError('the link fell silent')));
        request.on('error', (error) =>
          reject(
            error instanceof LinkError
              ? error
              : new LinkError(`the hub cannot be reached: ${error.message}`, { cause: error }),
          ),
        );
        for (const part of body) request.write(part);
        request.end();
      });
    },
    bytes() {
      let { up, down } = closed;
      for (const socket of sockets) {
        up += socket.bytesWritten;
        down += socket.bytesRead;
      }
      return { up, down };
    },
    roundTrips: () => requests,
    close: () => agent.destroy(),
  };
}

async function* guarded(response: http.IncomingMessage): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw new LinkError('the link was cut in the middle of an answer', { cause: error });
  }
}
