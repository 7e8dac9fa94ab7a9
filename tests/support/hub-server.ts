// The hub's part of the exchange on a port of loopback, with TLS or without, and what comes by it counted.
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { buffer, json } from 'node:stream/consumers';
import {
  answerEnrolment,
  answerSession,
  answerTime,
  ENROL_PATH,
  SESSION_PATH,
  TIME_PATH,
  type Replica,
} from '#replication';
import type { ServerCertificate } from './certificates.ts';

export interface HubServer {
  url: string;
  server: http.Server;
  /** Connections that were made, and how many of them took a TLS session up again. */
  seen: { connections: number; resumed: number; requests: string[] };
  /** Answers instead of the hub; undefined: the hub answers. */
  instead: ((path: string, request: IncomingMessage) => Promise<Uint8Array | undefined>) | undefined;
  close(): Promise<void>;
}

export async function serveHub(hub: Replica, tls?: ServerCertificate): Promise<HubServer> {
  const seen: HubServer['seen'] = { connections: 0, resumed: 0, requests: [] };
  const answer = async (request: IncomingMessage): Promise<Uint8Array> => {
    const path = request.url ?? '';
    seen.requests.push(path);
    const other = await made.instead?.(path, request);
    if (other) return other;
    if (path === SESSION_PATH) return (await answerSession(hub, request)).body;
    if (path === ENROL_PATH) return Buffer.from(JSON.stringify(await answerEnrolment(hub, await json(request))));
    const word = path === TIME_PATH ? answerTime(hub, await buffer(request)) : undefined;
    if (!word) throw new Error('nothing there');
    return word;
  };
  const listener: http.RequestListener = (request, response) => {
    answer(request).then(
      (body) => response.writeHead(200, { 'content-length': body.length }).end(body),
      () => response.writeHead(500).end(),
    );
  };
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener);
  server.on('connection', () => (seen.connections += 1));
  server.on('secureConnection', (socket: TLSSocket) => (seen.resumed += socket.isSessionReused() ? 1 : 0));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo; // reason: it listens on a port
  const made: HubServer = {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    server,
    seen,
    instead: undefined,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return made;
}
