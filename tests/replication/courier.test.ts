// Files that a courier carries: the same work as a session, whatever happens to the stick on its way.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerVisit } from '#modules/visits';
import { courierStatus, headOf, packBundle, peerNamed, syncOnce } from '#replication';
import { system } from '#platform/permissions';
import {
  closeBundle,
  decodeBundleBody,
  encodeBundleBody,
  openBundle,
} from '../../src/replication/server/core/bundle.ts';
import { openSealed, sealFor } from '../../src/replication/server/courier-key.ts';
import { makeKeyPair, privateKeyOf } from '../../src/replication/server/identity.ts';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';
import { cut, failingAt, flipped, outcomes, pack, stick, unpack, waiting, type Stick } from '../support/sticks.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;
let other: TestDesk;
let person: string;

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608']);
  hub = programme.hub;
  [desk, other] = programme.desks as [TestDesk, TestDesk]; // reason: two were opened
  person = (await desk.register({ given: 'Yaneth', surnames: 'Camañari Quinchoquer' })).id;
});
afterEach(() => programme.close());

const numberOf = (at: TestDesk) => at.app.site.number ?? 0;
const toHub = (from: TestDesk = desk) => pack(from, 'hub');
const toSite = (to: TestDesk = desk) => pack(hub, numberOf(to));
const visit = (at = desk, who = person) => at.must(registerVisit, at.operator, { person: who, purposes: ['homework'] });
/** Something that the hub writes and all receive. */
const news = (name: string) => hub.must(hub.replica.sites.add, system, { name, district: '120604' });
const online = (at: TestDesk) => syncOnce(at.replica, { transport: directLink(hub.replica) });

const ids = async ({ app }: TestProgram, table: 'visit' | 'person' | 'site') =>
  (await app.db.read.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id);
const digest = async ({ app }: TestProgram, partition: string) =>
  Buffer.from(
    (
      await app.db.read
        .selectFrom('log_partition')
        .select('digest')
        .where('partition', '=', partition)
        .executeTakeFirst()
    )?.digest ?? new Uint8Array(16),
  ).toString('hex');
const applied = async ({ app }: TestProgram) =>
  await app.db.read
    .selectFrom('log_applied')
    .selectAll()
    .orderBy('partition')
    .orderBy('site')
    .orderBy('run')
    .orderBy('from_n')
    .execute();
const receipts = ({ app }: TestProgram) =>
  app.db.read
    .selectFrom('log_peer')
    .select(['partition', 'peer', 'cursor', 'acked_seq'])
    .orderBy('partition')
    .orderBy('peer')
    .execute();
const partitionsOf = (at: TestDesk) => [
  'public/control',
  'public',
  'd/120608',
  `t/${at.site.id}`,
  `t/${at.site.id}/private`,
];

/** Hub and telecentre hold the same, and neither counts an operation twice or sets one aside. */
async function same(a: TestDesk): Promise<void> {
  for (const partition of partitionsOf(a))
    expect([partition, await digest(a, partition)]).toEqual([partition, await digest(hub, partition)]);
  for (const program of [hub, a])
    expect(await program.app.db.read.selectFrom('log_quarantine').select('row').execute()).toEqual([]);
}

/** There and back: afterwards nothing waits. */
async function roundTrip(a: TestDesk = desk): Promise<void> {
  expect(outcomes(await unpack(hub, await toHub(a))).filter((one) => one !== 'taken' && one !== 'known')).toEqual([]);
  expect(outcomes(await unpack(a, await toSite(a))).filter((one) => one !== 'taken' && one !== 'known')).toEqual([]);
}

describe('a stick that goes there and back', () => {
  it('brings the work, carries the receipts home, and is then empty', async () => {
    await visit();
    const there = await unpack(hub, await toHub());
    expect(there).toMatchObject({ ok: true, foreign: 0, files: [{ outcome: 'taken', quarantined: 0, differ: [] }] });
    expect(await ids(hub, 'visit')).toEqual(await ids(desk, 'visit'));
    expect(await waiting(desk)).toBeGreaterThan(0);
    expect((await courierStatus(desk.replica)).made).toMatchObject([{ number: 1, state: 'waiting' }]);
    expect((await courierStatus(hub.replica)).taken).toMatchObject([{ number: 1, outcome: 'taken', answered: false }]);
    hub.clock.forward(60_000);
    const back = await unpack(desk, await toSite());
    expect(back).toMatchObject({ ok: true, files: [{ differ: [] }] });
    expect(back.files[0]?.receipted).toBeGreaterThan(0);
    expect(await waiting(desk)).toBe(0);
    expect((await courierStatus(desk.replica)).made).toMatchObject([{ state: 'receipted' }]);
    expect((await courierStatus(hub.replica)).taken).toMatchObject([{ answered: true }]);
    const { report } = await packBundle(desk.replica, await peerNamed(desk.replica, 'hub'));
    expect(report).toMatchObject({ number: 2, segments: 0, operations: 0, more: false });
    expect((await courierStatus(desk.replica)).made[0]).toMatchObject({ state: 'empty' });
    await same(desk);
  });

  it('brings home what another telecentre did in the district, and never the own work', async () => {
    await visit();
    const far = await other.register({ given: 'Kemari' });
    await unpack(hub, await toHub(), await toHub(other));
    const before = await desk.app.db.read.selectFrom('log_segment').select('feed').execute();
    const back = await unpack(desk, await toSite());
    expect(back.files).toMatchObject([{ outcome: 'taken', differ: [] }]);
    expect(await ids(desk, 'person')).toContain(far.id);
    const own = await desk.app.db.read
      .selectFrom('log_segment')
      .select('feed')
      .where('site', '=', numberOf(desk))
      .execute();
    expect(own.length).toBeLessThanOrEqual(before.length);
    await unpack(hub, await toHub());
    const { report } = await packBundle(hub.replica, await peerNamed(hub.replica, String(numberOf(desk))));
    expect(report.segments).toBe(0);
    // and a session over the internet agrees that nothing is left
    expect(await online(desk)).toMatchObject({ ok: true, segments: { up: 0, down: 0 }, differ: [] });
  });

  it('takes as many files as it needs when one may not hold all', async () => {
    for (let one = 0; one < 60; one++) {
      await visit();
      if (one % 6 === 0) await desk.register({ given: `Persona ${one}` });
      if (one % 3 === 0) await pack(desk, 'hub', 1); // closes what is open: many small segments
    }
    let trips = 0;
    for (let more = true; more; trips++) {
      const file = await pack(desk, 'hub', 4_000);
      more = file.more;
      expect(file.bytes.length).toBeLessThan(8_000);
      expect(outcomes(await unpack(hub, file))).toEqual(['taken']);
      await unpack(desk, await toSite());
    }
    expect(trips).toBeGreaterThan(2);
    expect(await waiting(desk)).toBe(0);
    await same(desk);
  });
});

describe('a stick that is lost, late, doubled or swapped', () => {
  it('lost: the next file carries it all, since only a receipt ends the carrying', async () => {
    await visit();
    await toHub();
    await visit();
    await toHub();
    await visit();
    expect(outcomes(await unpack(hub, await toHub()))).toEqual(['taken']);
    expect(await ids(hub, 'visit')).toHaveLength(3);
    await news('Atalaya');
    await toSite();
    await toSite();
    await unpack(desk, await toSite());
    expect(await ids(desk, 'site')).toEqual(await ids(hub, 'site'));
    await same(desk);
  });

  it('doubled: what is known is recognised, on one stick and on the next', async () => {
    await visit();
    const up = await toHub();
    expect(outcomes(await unpack(hub, up, stick('copy (1).cdig', up.bytes)))).toEqual(['taken', 'known']);
    const once = await applied(hub);
    for (let again = 0; again < 3; again++) expect(outcomes(await unpack(hub, up))).toEqual(['known']);
    expect(await applied(hub)).toEqual(once);
    expect((await courierStatus(hub.replica)).taken).toMatchObject([{ number: 1, outcome: 'taken' }]);
    const down = await toSite();
    await unpack(desk, down, down);
    expect(outcomes(await unpack(desk, down))).toEqual(['known']);
    await same(desk);
  });

  it('swapped: each takes its own from a stick with files of many, and leaves the rest alone', async () => {
    await visit();
    await other.register({ given: 'Kemari' });
    const all: Stick[] = [await toHub(), await toHub(other), await toSite(), await toSite(other)];
    const letter = stick('carta.cdig', Buffer.from('Estimada señora:'));
    expect(await unpack(hub, ...all, letter)).toMatchObject({ ok: true, foreign: 2, noBundles: ['carta.cdig'] });
    expect(await unpack(desk, ...all)).toMatchObject({ ok: true, foreign: 3, files: [{ from: 0 }] });
    expect(await unpack(other, ...all.toReversed())).toMatchObject({ ok: true, foreign: 3, files: [{ from: 0 }] });
    await roundTrip(desk);
    await roundTrip(other);
    await roundTrip(desk);
    for (const at of [desk, other]) await same(at);
  });

  it('in any order: all files of a month, newest first', async () => {
    const up: Stick[] = [];
    const down: Stick[] = [];
    for (let week = 0; week < 4; week++) {
      await visit();
      await news(`Comunidad ${week}`);
      up.push(await toHub());
      down.push(await toSite());
    }
    for (const file of up.toReversed()) expect((await unpack(hub, file)).ok).toBe(true);
    for (const file of down.toReversed()) expect((await unpack(desk, file)).ok).toBe(true);
    await roundTrip();
    await same(desk);
    expect(await ids(hub, 'visit')).toHaveLength(4);
  });

  it('months late: an old file takes back no receipt and no position, and brings nothing twice', async () => {
    await visit();
    const oldUp = await toHub();
    const oldDown = await toSite();
    for (let month = 0; month < 3; month++) {
      await visit();
      await news(`Comunidad ${month}`);
      await roundTrip();
    }
    await roundTrip();
    const [there, here] = [await receipts(hub), await receipts(desk)];
    const [one, two] = [await applied(hub), await applied(desk)];
    expect(outcomes(await unpack(hub, oldUp))).toEqual(['known']);
    expect(outcomes(await unpack(desk, oldDown))).toEqual(['known']);
    expect([await receipts(hub), await receipts(desk)]).toEqual([there, here]);
    expect([await applied(hub), await applied(desk)]).toEqual([one, two]);
    expect(await waiting(desk)).toBe(0);
  });

  it('a file that came before the one it hangs on waits, moves no position, and is taken in with it', async () => {
    await roundTrip();
    await news('Atalaya');
    const first = await toSite();
    // the hub believes that it arrived
    const feeds = await hub.app.db.read.selectFrom('log_partition').select(['partition', 'feed']).execute();
    await hub.app.db.transaction(async (tx) => {
      for (const { partition, feed } of feeds)
        await tx.local
          .updateTable('log_peer')
          .set({ cursor: feed })
          .where('partition', '=', partition)
          .where('peer', '=', numberOf(desk))
          .execute();
    });
    await news('Oventeni');
    const second = await toSite();
    const before = await receipts(desk);
    expect(await unpack(desk, second)).toMatchObject({ ok: false, files: [{ outcome: 'incomplete' }] });
    expect(await receipts(desk)).toEqual(before);
    expect(await ids(desk, 'site')).not.toEqual(await ids(hub, 'site'));
    expect(outcomes(await unpack(desk, second, first))).toEqual(['taken', 'taken']);
    expect(await ids(desk, 'site')).toEqual(await ids(hub, 'site'));
    await roundTrip();
    await same(desk);
  });
});

describe('the same work also over the internet', () => {
  it('counts once, whichever came first, and the receipt of one is the receipt of the other', async () => {
    await visit();
    const late = await toHub();
    expect(await online(desk)).toMatchObject({ ok: true, left: false });
    expect((await courierStatus(desk.replica)).made).toMatchObject([{ state: 'receipted' }]);
    const once = await applied(hub);
    expect(await unpack(hub, late)).toMatchObject({ ok: true, files: [{ operations: 0, segments: 0 }] });
    expect(await applied(hub)).toEqual(once);
    await visit();
    expect(outcomes(await unpack(hub, await toHub()))).toEqual(['taken']);
    expect(await online(desk)).toMatchObject({
      ok: true,
      left: false,
      operations: { up: expect.any(Number) },
      differ: [],
    });
    expect(await ids(hub, 'visit')).toHaveLength(2);
    await same(desk);
  });

  it('what a session brought home is not asked for again by the stick', async () => {
    await other.register({ given: 'Kemari' });
    await online(other);
    const late = await toSite();
    await online(desk);
    const once = await applied(desk);
    expect((await unpack(desk, late)).ok).toBe(true);
    expect(await applied(desk)).toEqual(once);
    await roundTrip();
    await same(desk);
  });
});

describe('a file that is not what was written', () => {
  it('cut anywhere or with a byte changed anywhere: refused, nothing stored, and the whole one is then taken in', async () => {
    await visit();
    const up = await toHub();
    const before = await applied(hub);
    const places = Array.from({ length: 40 }, (_, at) => Math.floor((up.bytes.length * at) / 40));
    for (const at of [...places, up.bytes.length - 1]) {
      for (const bad of [cut(up, at), flipped(up, at)]) {
        const report = await unpack(hub, bad);
        expect(
          report.files.every(({ outcome }) => outcome === 'refused'),
          `at ${at}`,
        ).toBe(true);
        expect(report.files.length + report.foreign + report.noBundles.length).toBe(1);
        for (const problem of outcomes(report)) expect(problem).toMatch(/^(damaged|signature|newer|unknown-sender)$/);
      }
    }
    expect(await applied(hub)).toEqual(before);
    expect((await courierStatus(hub.replica)).taken).toEqual([]);
    expect(outcomes(await unpack(hub, up))).toEqual(['taken']);
  });

  it('of another programme with the same numbers: nobody’s signature fits', async () => {
    const elsewhere = await openProgramme(['120608']);
    const [stranger] = elsewhere.desks as [TestDesk]; // reason: one was opened
    await stranger.register();
    expect(numberOf(stranger)).toBe(numberOf(desk));
    expect(outcomes(await unpack(hub, await pack(stranger, 'hub')))).toEqual(['signature']);
    expect(outcomes(await unpack(desk, await pack(elsewhere.hub, numberOf(stranger))))).toEqual(['signature']);
    expect(await ids(hub, 'person')).toEqual([]);
    await elsewhere.close();
  });

  /** The file with another body, sealed to whom it names and signed by its sender. */
  async function forged(
    file: Stick,
    by: TestProgram,
    change: (body: ReturnType<typeof decodeBundleBody>) => void,
    sealTo = hub.replica.identity,
  ): Promise<Stick> {
    const { head, sealed } = openBundle(file.bytes);
    const body = decodeBundleBody((await openSealed(hub.replica.identity, sealed)) ?? new Uint8Array());
    change(body);
    const again = await sealFor(sealTo.publicKey, encodeBundleBody(body));
    return stick(file.name, closeBundle(head, again, privateKeyOf(by.replica.identity)));
  }

  it('another’s sealed body under the own name: found out by what stands inside', async () => {
    await visit();
    const { head, sealed } = openBundle((await toHub()).bytes);
    const before = await receipts(hub);
    const own = closeBundle({ ...head, from: numberOf(other) }, sealed, privateKeyOf(other.replica.identity));
    expect(outcomes(await unpack(hub, stick('own.cdig', own)))).toEqual(['signature']);
    expect(await ids(hub, 'person')).toEqual([]);
    expect(await receipts(hub)).toEqual(before);
  });

  it('signed by another than it names, or sealed to another key: refused', async () => {
    await visit();
    const up = await toHub();
    const nobody = await testProgram({ role: 'telecentre', enrolled: false });
    expect(outcomes(await unpack(hub, await forged(up, nobody, () => undefined)))).toEqual(['signature']);
    expect(outcomes(await unpack(hub, await forged(up, other, () => undefined)))).toEqual(['signature']);
    const lost = { ...hub.replica.identity, ...makeKeyPair() };
    expect(outcomes(await unpack(hub, await forged(up, desk, () => undefined, lost)))).toEqual(['other-key']);
    expect(outcomes(await unpack(hub, await forged(up, desk, () => undefined)))).toEqual(['taken']);
    await nobody.close();
  });

  it('from a telecentre that speaks of what it may not hold: refused whole, nothing read or noted', async () => {
    await visit();
    const up = await toHub();
    const before = await receipts(hub);
    const greedy = await forged(up, desk, (body) => {
      const [first] = body.parts;
      if (first) first.partition = `t/${other.site.id}/private`;
    });
    expect(outcomes(await unpack(hub, greedy))).toEqual(['not-allowed']);
    expect(await receipts(hub)).toEqual(before);
    expect(await ids(hub, 'visit')).toEqual([]);
  });

  it('with one bad segment: that partition stops there, the others go on, and it says so', async () => {
    await visit();
    const up = await toHub();
    const bad = await forged(up, desk, (body) => {
      const part = body.parts.find(({ partition, segments }) => partition.startsWith('d/') && segments.length > 0);
      const bent = Uint8Array.from(part?.segments[0] ?? []);
      // in the middle: the coder's last bits mean nothing
      const at = bent.length >> 1;
      bent[at] = (bent[at] ?? 0) ^ 1;
      part?.segments.splice(0, 1, bent);
    });
    expect(outcomes(await unpack(hub, bad))).toEqual(['part']);
    expect(await ids(hub, 'person')).toEqual([]);
    expect(await ids(hub, 'visit')).toHaveLength(1);
    expect(outcomes(await unpack(hub, up))).toEqual(['taken']);
    await roundTrip();
    await same(desk);
  });

  it('made by a newer program: says to upgrade, and is not taken apart', async () => {
    const up = await toHub();
    const bytes = Uint8Array.from(up.bytes);
    bytes[4] = 2;
    expect(outcomes(await unpack(hub, stick(up.name, bytes)))).toEqual(['newer']);
  });
});

describe('who may send to whom', () => {
  it('one that is only planned, one that nobody knows, and oneself: a refusal with its reason', async () => {
    const { number } = await news('Atalaya');
    await expect(pack(hub, number)).rejects.toMatchObject({ code: 'courier.site-not-enrolled' });
    for (const name of ['777', 'Iquitos', "'; DROP TABLE site", '00000ZZZZ9', ''])
      await expect(pack(hub, name)).rejects.toMatchObject({ code: 'courier.unknown-site' });
    await expect(pack(hub, 'hub')).rejects.toMatchObject({ code: 'courier.to-itself' });
    await expect(pack(desk, numberOf(other))).rejects.toMatchObject({ code: 'courier.unknown-site' });
    const site = await hub.app.db.read
      .selectFrom('site')
      .select(['id', 'name'])
      .where('number', '=', numberOf(desk))
      .executeTakeFirstOrThrow();
    for (const name of [site.id, site.name, site.name.toUpperCase()])
      expect(await headOf(await pack(hub, name))).toMatchObject({ to: numberOf(desk), from: 0 });
  });

  it('a telecentre before its enrolment says that it is not enrolled', async () => {
    const fresh = await testProgram({ role: 'telecentre', enrolled: false });
    await expect(pack(fresh, 'hub')).rejects.toMatchObject({ code: 'replication.not-enrolled' });
    await expect(unpack(fresh, await toSite())).rejects.toMatchObject({ code: 'replication.not-enrolled' });
    expect(await courierStatus(fresh.replica)).toMatchObject({ enrolled: false, peers: [] });
    await fresh.close();
  });

  it('two keys of a site: the file is for the newest, either may have signed', async () => {
    await visit();
    const old = await toHub();
    const pair = makeKeyPair();
    const { certify } = await import('../../src/replication/server/identity.ts');
    const { rootPublicKey = '', rootPrivateKey = '' } = hub.replica.identity;
    const raw = Buffer.from(pair.publicKey, 'base64url');
    const certificate = certify({ publicKey: rootPublicKey, privateKey: rootPrivateKey }, numberOf(desk), raw);
    await news('Atalaya');
    hub.clock.forward(60_000);
    const { addKey } = await import('../support/site-key.ts');
    await addKey(hub, numberOf(desk), raw, certificate);
    expect(outcomes(await unpack(hub, old))).toEqual(['taken']);
    const sealed = openBundle((await toSite()).bytes).sealed;
    expect(await openSealed(pair, sealed)).toBeDefined();
    expect(await openSealed(desk.replica.identity, sealed)).toBeUndefined();
  });
});

describe('what a courier can read', () => {
  it('is to, from, number and size: no name, no key of a person, no partition, no place', async () => {
    await visit();
    const up = await toHub();
    await unpack(hub, up);
    await other.register({ given: 'Kemari', surnames: 'Shariva' });
    await unpack(hub, await toHub(other));
    const down = await toSite();
    const keys = (await desk.replica.keys.list(undefined, 100)).flatMap(({ key }) => (key ? [Buffer.from(key)] : []));
    expect(keys.length).toBeGreaterThan(0);
    for (const { bytes } of [up, down]) {
      const file = Buffer.from(bytes);
      for (const word of [
        'Yaneth',
        'Camañari',
        'Quinchoquer',
        'Kemari',
        'Shariva',
        person,
        desk.site.id,
        'd/120608',
        '120608',
        'homework',
      ])
        for (const form of [Buffer.from(word), Buffer.from(word, 'utf16le')])
          expect(file.includes(form), word).toBe(false);
      for (const key of keys) expect(file.includes(key)).toBe(false);
      const { head, sealed } = openBundle(file);
      expect(Object.keys(head).toSorted()).toEqual(['from', 'number', 'size', 'to', 'version']);
      expect(Buffer.from(sealed.subarray(0, 21)).toString()).toBe('age-encryption.org/v1');
      // nothing lies beside the head, the sealed body and the signature
      expect(file.length - sealed.length - 64).toBeLessThanOrEqual(48);
    }
  });
});

describe('a power cut at any moment', () => {
  it('while a file is taken in: no receipt claims what is not durable, and the same file makes good', async () => {
    await visit();
    await other.register({ given: 'Kemari' });
    await unpack(hub, await toHub(other));
    const up = await toHub();
    let cuts = 0;
    for (let nth = 1; ; nth += 2) {
      const failing = failingAt(hub, nth);
      const report = await unpack(failing, up);
      if (!failing.failed()) break;
      cuts += 1;
      expect(report.ok).toBe(false);
      // what the hub would say now is what it has
      const { sealed } = openBundle((await toSite()).bytes);
      const body = decodeBundleBody((await openSealed(desk.replica.identity, sealed)) ?? new Uint8Array());
      for (const { partition, acked } of body.parts) {
        const held = await hub.app.db.read
          .selectFrom('log_segment')
          .select((e) => e.fn.max('seq_to').as('seq'))
          .where('partition', '=', partition)
          .where('site', '=', numberOf(desk))
          .where('epoch', '=', acked.epoch)
          .executeTakeFirst();
        expect([partition, acked.seq]).toEqual([partition, Number(held?.seq ?? 0)]);
      }
    }
    expect(cuts).toBeGreaterThan(3);
    await roundTrip();
    await same(desk);
  });

  it('while a file is made or its receipts are noted: the next file still carries everything that is not receipted', async () => {
    await visit();
    for (let nth = 1; ; nth++) {
      const failing = failingAt(desk, nth);
      const peer = await peerNamed(desk.replica, 'hub');
      const made = await packBundle(failing.replica, peer).catch(() => undefined);
      if (made) break;
      expect(failing.failed()).toBe(true);
    }
    await unpack(hub, await toHub());
    const down = await toSite();
    for (let nth = 1; ; nth++) {
      const failing = failingAt(desk, nth);
      await unpack(failing, down);
      if (!failing.failed()) break;
    }
    expect(await waiting(desk)).toBe(0);
    await roundTrip();
    await same(desk);
  });
});
