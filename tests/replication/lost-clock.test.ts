// A board that woke in 1970, or in the wrong year: the hub's signed time lets TLS judge, and only the hub's; nothing else moves the clock.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { syncOnce, TIME_PATH } from '#replication';
import { openLine } from '../../src/replication/server/line.ts';
import { answerTime } from '../../src/replication/server/hub-time.ts';
import { encodeHubTime } from '../../src/replication/server/core/index.ts';
import { makeKeyPair, privateKeyOf } from '../../src/replication/server/identity.ts';
import { authority, serverCertificate, type Authority, type ServerCertificate } from '../support/certificates.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { serveHub, type HubServer } from '../support/hub-server.ts';
import type { TestProgram } from '../support/program.ts';

/** The machine that runs the test knows another year, as a board does that woke wrong. */
const NOW = Date.UTC(2041, 5, 1);
const YEAR = 365 * 86_400_000;
const VALID: [number, number] = [NOW - YEAR / 12, NOW + YEAR / 12];

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;
let root: Authority;
const servers: HubServer[] = [];

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  hub = programme.hub;
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
  hub.clock.set(NOW, 'synced');
  root = await authority('Nobody’s authority', NOW - YEAR, NOW + YEAR);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  await programme.close();
});

async function served(tls?: ServerCertificate): Promise<HubServer> {
  const server = await serveHub(hub.replica, tls);
  servers.push(server);
  return server;
}

/** The desk's settings, with its own trust. */
function settle(time: HubServer, trusted = [root.pem]): void {
  const { clock, config } = desk.replica;
  config.hubTimeUrl = time.url;
  desk.replica.line = openLine({ judgedAt: () => (clock.isCorrected() ? clock.now() : undefined), trusted });
}

const session = (server: HubServer) => syncOnce(desk.replica, { hubUrl: server.url });

for (const [when, wall] of [
  ['1970', 0],
  ['ten years ago', NOW - 10 * YEAR],
] as const)
  it(`a board that thinks it is ${when} reaches its hub over TLS, and writes the right time`, async () => {
    const secure = await served(await serverCertificate(root, 'localhost', VALID));
    const plain = await served();
    settle(plain);
    desk.clock.set(wall, 'estimated');
    const first = await session(secure);
    expect(first).toMatchObject({ ok: true });
    expect(plain.seen.requests).toEqual([TIME_PATH]);
    expect(Math.abs(desk.clock.now() - NOW)).toBeLessThan(5_000);
    expect(desk.clock.state()).toBe('synced');
    await desk.register();
    const { made_at } = await desk.app.db.read.selectFrom('person').select('made_at').executeTakeFirstOrThrow();
    expect(Math.abs(Number(made_at) - NOW)).toBeLessThan(60_000);
    const { ok, operations, bytes } = await session(secure);
    expect(ok).toBe(true);
    expect(operations.up).toBeGreaterThan(0);
    expect(bytes.up).toBeGreaterThan(0);
    expect(plain.seen.requests).toHaveLength(1);
  });

it('a hub that does not know the time tells none', () => {
  const nonce = randomBytes(16);
  expect(answerTime(hub.replica, nonce)).toBeDefined();
  hub.clock.set(0, 'unknown');
  expect(answerTime(hub.replica, nonce)).toBeUndefined();
});

it('a clock that is right asks nobody', async () => {
  const plain = await served();
  settle(plain);
  desk.clock.set(NOW, 'estimated');
  expect(await session(plain)).toMatchObject({ ok: true });
  expect(plain.seen.requests).not.toContain(TIME_PATH);
  expect(desk.clock.state()).toBe('estimated');
});

describe('the clock stays as it was, and nothing goes to the hub, when what tells the time', () => {
  const lies: Record<string, (nonce: Uint8Array) => Uint8Array> = {
    'is not our hub': (nonce) => encodeHubTime(nonce, NOW, [privateKeyOf(makeKeyPair())]),
    'says what was said to another question': () =>
      encodeHubTime(randomBytes(16), NOW, [privateKeyOf(hub.replica.identity)]),
    'changed the time on the way': (nonce) => {
      const word = Uint8Array.from(answerTime(hub.replica, nonce) ?? []);
      word[0] = (word[0] ?? 0) ^ 1;
      return word;
    },
    'says nothing': () => new Uint8Array(),
    'says a time before this program was made': (nonce) =>
      encodeHubTime(nonce, Date.UTC(2020, 0, 1), [privateKeyOf(hub.replica.identity)]),
  };
  for (const [who, lie] of Object.entries(lies))
    it(who, async () => {
      const secure = await served(await serverCertificate(root, 'localhost', VALID));
      const plain = await served();
      plain.instead = async (_, request) => lie(Buffer.concat(await request.toArray()));
      settle(plain);
      desk.clock.set(0, 'estimated');
      expect(await session(secure)).toMatchObject({ ok: false, problem: 'link' });
      expect(plain.seen.requests.length).toBeGreaterThan(0);
      expect(desk.clock.now()).toBe(0);
      expect(desk.clock.state()).toBe('unknown');
      expect(secure.seen.requests).toEqual([]);
    });
});

describe('with the hub’s time, still no word goes to a server', () => {
  const shows: Record<string, () => Promise<ServerCertificate>> = {
    'of another name': () => serverCertificate(root, 'example.org', VALID),
    'whose certificate ended before that time': () =>
      serverCertificate(root, 'localhost', [NOW - YEAR, NOW - 86_400_000]),
    'whose certificate begins after it': () => serverCertificate(root, 'localhost', [NOW + 86_400_000, NOW + YEAR]),
    'of an authority that nobody trusts': async () =>
      serverCertificate(await authority('Another', NOW - YEAR, NOW + YEAR), 'localhost', VALID),
    'of an authority of the same name that nobody trusts': async () =>
      serverCertificate(await authority('Nobody’s authority', NOW - YEAR, NOW + YEAR), 'localhost', VALID),
    'that was made by who may make none': async () => {
      const server = await authority('A server', ...VALID, root, false);
      const { cert, key } = await serverCertificate(server, 'localhost', VALID);
      return { cert: cert + server.pem, key };
    },
    'whose certificate is for mail': () => serverCertificate(root, 'localhost', VALID, '1.3.6.1.5.5.7.3.4'),
  };
  for (const [who, certificate] of Object.entries(shows))
    it(who, async () => {
      const secure = await served(await certificate());
      const plain = await served();
      settle(plain);
      desk.clock.set(0, 'estimated');
      expect(await session(secure)).toMatchObject({ ok: false, problem: 'link' });
      expect(secure.seen.requests).toEqual([]);
      expect(desk.clock.state()).toBe('synced');
    });

  it('and one with a whole chain is believed', async () => {
    const between = await authority('Between', ...VALID, root);
    const { cert, key } = await serverCertificate(between, 'localhost', VALID);
    const secure = await served({ cert: cert + between.pem, key });
    const plain = await served();
    settle(plain);
    desk.clock.set(0, 'estimated');
    expect(await session(secure)).toMatchObject({ ok: true });
  });
});
