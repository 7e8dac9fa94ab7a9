// The line to the hub: kept and taken up again, through proxies, and what a cut or a proxy that buffers does to a session.
import http, { type IncomingMessage } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { syncOnce } from '#replication';
import { openLine } from '../../src/replication/server/line.ts';
import { authority, serverCertificate } from '../support/certificates.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { serveHub, type HubServer } from '../support/hub-server.ts';

let programme: TestProgramme;
let desk: TestDesk;
let trusted: string[];
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await programme.close();
});

async function served(secure: boolean): Promise<HubServer> {
  const now = Date.now();
  const span: [number, number] = [now - 86_400_000, now + 86_400_000];
  const root = await authority('Nobody’s authority', ...span);
  trusted = [root.pem];
  const tls = secure ? await serverCertificate(root, 'localhost', span) : undefined;
  const server = await serveHub(programme.hub.replica, tls);
  closing.push(server.close);
  desk.replica.line = openLine({ trusted });
  return server;
}

const session = async (hub: HubServer, url = hub.url) => {
  const report = await syncOnce(desk.replica, { hubUrl: url });
  expect(report).toMatchObject({ ok: true, differ: [] });
  return report;
};

for (const secure of [false, true])
  it(`requests and sessions that follow each other use one connection${secure ? ', with TLS' : ''}`, async () => {
    const hub = await served(secure);
    for (let day = 0; day < 3; day++) {
      await desk.register();
      const { bytes, roundTrips } = await session(hub);
      expect(roundTrips).toBeGreaterThan(0);
      expect(bytes.up).toBeGreaterThan(300);
      expect(bytes.up).toBeLessThan(6_000); // of this session alone
    }
    expect(hub.seen.connections).toBe(1);
  });

it('a kept connection that the hub gave up is replaced without a word', async () => {
  const hub = await served(false);
  await session(hub);
  hub.server.closeIdleConnections();
  await pause(20);
  await desk.register();
  expect(await session(hub)).toMatchObject({ operations: { down: 0 } });
  expect(hub.seen.connections).toBe(2);
});

it('a connection that is reset as the request goes out is tried once more, and what was sent counts once', async () => {
  const hub = await served(false);
  await session(hub);
  await desk.register();
  let resets = 0;
  hub.instead = async (_, request) => {
    if (resets > 0) return undefined;
    resets += 1;
    await buffer(request);
    request.socket.resetAndDestroy();
    return new Uint8Array();
  };
  await session(hub);
  expect(resets).toBe(1);
  const people = await programme.hub.app.db.read.selectFrom('person').select('id').execute();
  expect(people).toHaveLength(1);
});

it('a TLS session is taken up again by the next connection', async () => {
  const hub = await served(true);
  await session(hub);
  hub.server.closeIdleConnections();
  await pause(20);
  await session(hub);
  expect(hub.seen).toMatchObject({ connections: 2, resumed: 1 });
});

interface Proxy {
  url: string;
  through: string[];
}

/** Passes on whole bodies only, in chunks of its own, as a caching proxy of an office does. */
async function proxy(): Promise<Proxy> {
  const through: string[] = [];
  const pass = async (request: IncomingMessage, response: http.ServerResponse) => {
    through.push(request.url ?? '');
    const body = await buffer(request);
    const { host, 'content-length': length } = request.headers;
    const onward = http.request(request.url ?? '', {
      method: request.method,
      agent: false,
      headers: { host, 'content-length': length },
    });
    onward.on('response', (answer) => {
      void buffer(answer).then((whole) => {
        response.writeHead(answer.statusCode ?? 502, { via: '1.1 office' }); // no length: chunked
        response.write(whole.subarray(0, 10));
        setTimeout(() => response.end(whole.subarray(10)), 5);
      });
    });
    onward.on('error', () => response.writeHead(502).end());
    onward.end(body);
  };
  const server = http.createServer((request, response) => void pass(request, response));
  server.on('connect', (request: IncomingMessage, client: net.Socket, head: Buffer) => {
    through.push(`CONNECT ${request.url}`);
    const [host = '', port] = (request.url ?? '').split(':');
    const onward = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(client).pipe(onward);
    });
    onward.on('error', () => client.destroy());
    client.on('error', () => onward.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  closing.push(
    () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo; // reason: it listens on a port
  return { url: `http://127.0.0.1:${port}`, through };
}

for (const secure of [false, true])
  it(`through a proxy that buffers${secure ? ', TLS from end to end' : ''}: all that was written arrives`, async () => {
    const hub = await served(secure);
    const { url, through } = await proxy();
    desk.replica.line = openLine({ trusted, proxies: { HTTP_PROXY: url, HTTPS_PROXY: url } });
    for (let day = 0; day < 2; day++) {
      await desk.register();
      await session(hub);
    }
    const { host } = new URL(hub.url);
    expect(through[0]).toBe(secure ? `CONNECT ${host}` : `${hub.url}/api/replication/session`);
    const people = await programme.hub.app.db.read.selectFrom('person').select('id').execute();
    expect(people).toHaveLength(2);
  });

it('a host that the settings leave out is reached without the proxy', async () => {
  const hub = await served(false);
  const { url, through } = await proxy();
  desk.replica.line = openLine({ proxies: { HTTP_PROXY: url, NO_PROXY: '127.0.0.1' } });
  await session(hub);
  expect(through).toEqual([]);
});
