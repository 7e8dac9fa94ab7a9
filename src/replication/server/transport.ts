// One request of a session over HTTP: few headers, one kept connection, bytes counted as they cross the wire.
import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import { openLine, type Line } from './line.ts';

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

class KeptWasGone extends LinkError {}

/** A longer request is not sent anew as a whole: the next session asks first what arrived of it. */
const MOST_AGAIN = 16_384;

const sizeOf = (body: readonly Uint8Array[]) => body.reduce((sum, part) => sum + part.length, 0);

export interface TransportOptions {
  /** Milliseconds of silence after which the link counts as cut. A satellite link stalls for long. */
  silence?: number;
  /** Connections that outlive this use; else own ones, closed with it. */
  line?: Line;
  /** What goes over may be read by anybody, so that plain HTTP will do. */
  nothingSecret?: boolean;
}

const PLAIN_HOSTS =
  /^(localhost|.*\.local|127\.\d+\.\d+\.\d+|10\.\d+\.\d+\.\d+|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|\[::1\])$/;

/** Errors: LinkError for an address that would send keys in the clear over the internet. */
export function httpTransport(hubUrl: string, options: TransportOptions = {}): Transport {
  const base = new URL(hubUrl);
  const open = base.protocol === 'http:' && (options.nothingSecret === true || PLAIN_HOSTS.test(base.hostname));
  if (base.protocol !== 'https:' && !open) {
    throw new LinkError(`${base.host} can only be reached by https: keys of persons travel with the segments.`);
  }
  const silence = options.silence ?? 120_000;
  const secure = base.protocol === 'https:';
  const line = options.line ?? openLine();
  const agent = line.agentFor(base);
  /** What each had carried before this use of it. */
  const sockets = new Map<Socket, { up: number; down: number }>();
  let requests = 0;

  /** A kept connection has carried something before. */
  const follow = (socket: Socket, kept: boolean) => {
    if (sockets.has(socket)) return;
    sockets.set(socket, kept ? { up: socket.bytesWritten, down: socket.bytesRead } : { up: 0, down: 0 });
  };

  function sendOnce(path: string, body: Uint8Array[]): Promise<Exchange> {
    const length = sizeOf(body);
    const { request: ask } = secure ? https : http;
    return new Promise((resolve, reject) => {
      const request = ask(
        new URL(path, base),
        { method: 'POST', agent, setDefaultHeaders: false, headers: { host: base.host, 'content-length': length } },
        (response) => {
          resolve({ status: response.statusCode ?? 0, answer: guarded(response) });
        },
      );
      request.on('socket', (socket) => follow(socket, request.reusedSocket));
      request.setTimeout(silence, () => request.destroy(new LinkError('the link fell silent')));
      request.on('error', (error: NodeJS.ErrnoException) => {
        const gone = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        const Kind = gone ? KeptWasGone : LinkError;
        reject(
          error instanceof LinkError
            ? error
            : new Kind(`the hub cannot be reached: ${error.message}`, { cause: error }),
        );
      });
      for (const part of body) request.write(part);
      request.end();
    });
  }

  return {
    async send(path, body) {
      requests += 1;
      try {
        return await sendOnce(path, body);
      } catch (error) {
        // a kept connection that the other end had given up meanwhile; a request that did arrive counts once all the same
        if (!(error instanceof KeptWasGone) || sizeOf(body) > MOST_AGAIN) throw error;
        return sendOnce(path, body);
      }
    },
    bytes() {
      let [up, down] = [0, 0];
      for (const [socket, before] of sockets) {
        up += socket.bytesWritten - before.up;
        down += socket.bytesRead - before.down;
      }
      return { up, down };
    },
    roundTrips: () => requests,
    close() {
      if (!options.line) line.close();
    },
  };
}

async function* guarded(response: http.IncomingMessage): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw new LinkError('the link was cut in the middle of an answer', { cause: error });
  }
}
