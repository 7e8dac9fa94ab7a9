// Keys are replaced without anybody waiting: what the old one signed or what was sealed to it stays good, and each step may be cut.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { defineCommand } from '#platform/command';
import { adoptKey, enrolWithHub, renewKey, resumeRenewals, syncOnce } from '#replication';
import { system } from '#platform/permissions';
import { closeOpenActs } from '../../src/replication/server/close.ts';
import { closeSegment, openSegment } from '../../src/replication/server/core/segment.ts';
import { makeKeyPair, privateKeyOf, provePossession, type KeyPair } from '../../src/replication/server/identity.ts';
import { receiveSegment } from '../../src/replication/server/receive.ts';
import { readCode } from '../../src/replication/server/sites.ts';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';
import { outcomes, pack, unpack } from '../support/sticks.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  hub = programme.hub;
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
});
afterEach(() => programme.close());

const online = (at: TestProgram) => syncOnce(at.replica, { transport: directLink(hub.replica) });
const people = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('person').select('id').orderBy('id').execute()).map(({ id }) => id);
const pairOf = ({ replica }: TestProgram): KeyPair => ({
  publicKey: replica.identity.publicKey,
  privateKey: replica.identity.privateKey,
});
const number = () => desk.app.site.number ?? 0;
describe('a telecentre’s key', () => {
  it('is made, certified by the hub with what the old one signed, and used from then on', async () => {
    const old = pairOf(desk);
    await desk.register();
    const { publicKey, inUse } = await renewKey(desk.replica);
    expect(inUse).toBe(false);
    expect(pairOf(desk)).toEqual(old);
    expect(await online(desk)).toMatchObject({ ok: true, left: false });
    expect(desk.replica.identity.publicKey).toBe(publicKey);
    await desk.register();
    expect(await online(desk)).toMatchObject({ ok: true, left: false, differ: [] });
    expect(await people(hub)).toEqual(await people(desk));
    // asked again by mistake: nothing happens twice
    expect(
      await hub.app.db.read.selectFrom('site_key').select('number').where('number', '=', number()).execute(),
    ).toHaveLength(2);
  });

  it('goes on wherever it was cut: before it was announced, before it was certified, before it was used', async () => {
    const next = makeKeyPair();
    await desk.replica.saveIdentity({ next });
    expect((await renewKey(desk.replica)).publicKey).toBe(next.publicKey);
    expect((await renewKey(desk.replica)).publicKey).toBe(next.publicKey);
    const requests = await desk.app.db.read
      .selectFrom('request')
      .select('id')
      .where('command', '=', 'sites.renew-key')
      .execute();
    expect(requests).toHaveLength(1);
    const link = directLink(hub.replica);
    link.cutDownAfter = 60; // the hub has certified it, the answer is lost
    expect(await syncOnce(desk.replica, { transport: link })).toMatchObject({ ok: false });
    expect(desk.replica.identity.publicKey).not.toBe(next.publicKey);
    expect(await online(desk)).toMatchObject({ ok: true });
    expect(desk.replica.identity.publicKey).toBe(next.publicKey);
    expect(await adoptKey(desk.replica)).toBe(false);
    expect(await online(desk)).toMatchObject({ ok: true, differ: [] });
  });

  it('is certified at the hub’s next opening, when it was cut before or had no root key at hand', async () => {
    const { rootPrivateKey = '' } = hub.replica.identity;
    delete hub.replica.identity.rootPrivateKey;
    await renewKey(desk.replica);
    expect(await online(desk)).toMatchObject({ ok: true });
    expect((await desk.app.db.read.selectFrom('site_key').select('id').execute()).length).toBe(1);
    hub.replica.identity.rootPrivateKey = rootPrivateKey;
    await resumeRenewals(hub.replica);
    const { publicKey } = desk.replica.identity;
    expect(await online(desk)).toMatchObject({ ok: true });
    expect(desk.replica.identity.publicKey).not.toBe(publicKey);
  });

  it('is not certified at enrolment while the root key is elsewhere, which is said', async () => {
    const { code } = await hub.must(hub.replica.sites.add, system, { name: 'Cutivireni', district: '120608' });
    const asked = { secret: readCode(code)?.secret, publicKey: makeKeyPair().publicKey, demo: false };
    const { rootPrivateKey = '' } = hub.replica.identity;
    delete hub.replica.identity.rootPrivateKey;
    expect(verdict(await hub.run(hub.replica.sites.enrol, desk.visitor, asked))).toBe('sites.root-elsewhere');
    hub.replica.identity.rootPrivateKey = rootPrivateKey;
    expect(verdict(await hub.run(hub.replica.sites.enrol, desk.visitor, asked))).toBe('ok');
  });

  it('replaced, speaks no longer: neither in a session nor for what follows in a chain', async () => {
    const old = pairOf(desk);
    await renewKey(desk.replica);
    await online(desk);
    await desk.register();
    expect(await online(desk)).toMatchObject({ ok: true });
    const now = pairOf(desk);
    await desk.replica.saveIdentity(old);
    expect(await online(desk)).toMatchObject({ ok: false, problem: 'bad-signature' });
    await desk.register();
    await closeOpenActs(desk.replica); // signed with the old key, after a segment that the new one signed
    const last = await desk.app.db.read
      .selectFrom('log_segment')
      .select('bytes')
      .where('partition', '=', 'd/120608')
      .orderBy('feed', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(await receiveSegment(hub.replica, 'd/120608', last.bytes)).toMatchObject({
      outcome: 'refused',
      reason: 'signature',
    });
    // the same acts signed with the key in use are taken
    const opened = openSegment(last.bytes);
    const again = closeSegment(opened, privateKeyOf(now));
    expect(await receiveSegment(hub.replica, 'd/120608', again.bytes)).toMatchObject({
      outcome: 'stored',
    });
  });

  it('is certified for its holder only, and for members only', async () => {
    const pair = makeKeyPair();
    const ask = (proof: Buffer) =>
      desk.must(
        defineCommand({
          name: 'test.ask',
          permission: null,
          input: v.object({}),
          run: (ctx) =>
            ctx.tx.request(`t/${desk.site.id}`, 'sites.renew-key', {
              publicKey: pair.publicKey,
              proof: proof.toString('base64url'),
            }),
        }),
        system,
        {},
      );
    const keys = () =>
      hub.app.db.read.selectFrom('site_key').select('public_key').where('number', '=', number()).execute();
    await ask(provePossession(makeKeyPair(), number())); // another's proof
    await ask(provePossession(pair, number() + 1)); // for another site
    await ask(Buffer.from('nothing'));
    expect(await online(desk)).toMatchObject({ ok: true });
    expect(await keys()).toHaveLength(1);
    await hub.must(hub.replica.sites.end, system, { site: desk.site.id, how: 'ended' });
    await renewKey(desk.replica);
    await online(desk);
    expect(await keys()).toHaveLength(1);
  });
});

describe('the hub’s key', () => {
  it('reaches a telecentre that knows only the old one, also when it comes months and two keys later', async () => {
    await desk.register();
    const first = hub.replica.identity.publicKey;
    for (let i = 0; i < 2; i++) {
      expect((await renewKey(hub.replica)).inUse).toBe(true);
      await hub.must(hub.replica.sites.add, system, { name: `Telecentro nuevo ${i}`, district: '120604' });
    }
    expect(hub.replica.identity.publicKey).not.toBe(first);
    expect(await online(desk)).toMatchObject({ ok: true, left: false, differ: [] });
    expect(await online(desk)).toMatchObject({ ok: true, left: false, differ: [] });
    const sites = await desk.app.db.read.selectFrom('site').select('name').execute();
    expect(sites.map(({ name }) => name)).toContain('Telecentro nuevo 1');
    expect(await people(hub)).toEqual(await people(desk));
  });

  it('does not keep one out who is enrolled afterwards, though the beginning of the log has another signature', async () => {
    await renewKey(hub.replica);
    const { code } = await hub.must(hub.replica.sites.add, system, { name: 'Betania', district: '120608' });
    const late = await testProgram({ role: 'telecentre', enrolled: false });
    try {
      await enrolWithHub(late.replica, { hubUrl: 'http://127.0.0.1', code, transport: directLink(hub.replica) });
      expect(await online(late)).toMatchObject({ ok: true, left: false, differ: [] });
      expect(await online(late)).toMatchObject({ ok: true, left: false, differ: [] });
      expect((await late.app.db.read.selectFrom('site').select('id').execute()).length).toBeGreaterThan(1);
    } finally {
      await late.close();
    }
  });
});

describe('files for a courier', () => {
  it('sealed to the key before, or to one not in use yet, still open at both ends', async () => {
    await desk.register();
    const up = await pack(desk, 'hub'); // sealed to the hub's first key
    const down = await pack(hub, number()); // sealed to the telecentre's first
    await renewKey(hub.replica);
    await renewKey(desk.replica);
    expect(outcomes(await unpack(hub, up))).toEqual(['taken']);
    expect(['taken', 'known']).toContain(outcomes(await unpack(desk, down))[0]);
    // the request for the new key goes by stick too, and its certificate comes back sealed to the new key
    expect(outcomes(await unpack(hub, await pack(desk, 'hub')))).toEqual(['taken']);
    const old = desk.replica.identity.publicKey;
    expect(outcomes(await unpack(desk, await pack(hub, number())))).toEqual(['taken']);
    expect(desk.replica.identity.publicKey).not.toBe(old);
    await desk.register();
    expect(outcomes(await unpack(hub, await pack(desk, 'hub')))).toEqual(['taken']);
    expect(await people(hub)).toEqual(await people(desk));
  });
});
