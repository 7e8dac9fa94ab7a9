// What TLS 1.3 adds to a session, counted on the wire between the two: nothing to send and a day's work, plain, with a whole handshake, and taken up again.
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { syncOnce } from '#replication';
import { openLine } from '../src/replication/server/line.ts';
import { authority, serverCertificate } from '../tests/support/certificates.ts';
import { serveHub, type HubServer } from '../tests/support/hub-server.ts';
import { figure } from './figure.ts';
import { dayOfWork, enrol, openIn } from './long-log.ts';

const home = mkdtempSync(path.join(tmpdir(), 'bench-tls-'));

/** Passes bytes on and counts them, both ways. */
async function counter(to: number) {
  const count = { bytes: 0, connections: 0 };
  const server = net.createServer((near) => {
    count.connections += 1;
    const far = net.connect(to, '127.0.0.1');
    for (const [from, onto] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk: Buffer) => (count.bytes += chunk.length));
      from.on('error', () => onto.destroy());
      from.pipe(onto);
    }
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo; // reason: it listens on a port
  return { count, port, close: () => new Promise((closed) => server.close(closed)) };
}

const now = Date.now();
const span: [number, number] = [now - 86_400_000, now + 86_400_000];
const root = await authority('Nobody’s authority', ...span);
const between = await authority('Between', ...span, root);
const { cert, key } = await serverCertificate(between, 'localhost', span);
const chain = { cert: cert + between.pem, key };
const sizes = [cert, between.pem].map((pem) => new X509Certificate(pem).raw.length);
figure(
  'tls: chain of two certificates',
  sizes.reduce((sum, size) => sum + size, 0),
  'B',
);

const hub = await openIn(path.join(home, 'hub'), 'hub');
const centre = await openIn(path.join(home, 'centre'), 'telecentre');
await enrol(hub, centre);
for (const [name, tls] of [
  ['plain', undefined],
  ['TLS 1.3', chain],
] as const) {
  const server: HubServer = await serveHub(hub.replica, tls);
  const { count, port, close } = await counter(Number(new URL(server.url).port));
  const session = async () => {
    const before = { ...count };
    const report = await syncOnce(centre.replica, {
      hubUrl: `${tls ? 'https://localhost' : 'http://127.0.0.1'}:${port}`,
    });
    await pause(50); // tickets and goodbyes
    if (!report.ok || report.differ.length > 0) throw new Error(`a session failed: ${JSON.stringify(report)}`);
    return { bytes: count.bytes - before.bytes, connections: count.connections - before.connections };
  };
  const apart = async () => {
    server.server.closeIdleConnections();
    await pause(50);
  };
  const renew = () => (centre.replica.line = openLine({ trusted: [root.pem] }));
  renew();
  await session();
  for (const [how, prepare] of [
    ...(tls ? [['whole handshake', async () => void (renew(), await apart())] as const] : []),
    [tls ? 'taken up again' : 'new connection', apart] as const,
    ['kept connection', () => Promise.resolve()] as const,
  ]) {
    await prepare();
    const nothing = await session();
    figure(`tls: nothing to send, ${name}, ${how}`, nothing.bytes, 'B');
    await dayOfWork(centre);
    await prepare();
    figure(`tls: a day, ${name}, ${how}`, (await session()).bytes, 'B');
  }
  centre.replica.line.close();
  await server.close();
  await close();
}
await centre.close();
await hub.close();
rmSync(home, { recursive: true, force: true });
