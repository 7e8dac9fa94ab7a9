// Disks that went back in time without saying so, disks that run twice, and a hub that is made whole by its telecentres.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addPlace } from '#modules/territory';
import { registerVisit } from '#modules/visits';
import { finishRestore, inspectLog, markRestored, renewKey, syncOnce } from '#replication';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import { receiveSegment } from '../../src/replication/server/receive.ts';
import { testProgram, type TestProgram } from '../support/program.ts';
import { pack, unpack } from '../support/sticks.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestProgram;
let other: TestDesk;
let person: string;
let folder: string;
const opened: TestProgram[] = [];

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608']);
  hub = programme.hub;
  const [first, second] = programme.desks as [TestDesk, TestDesk]; // reason: two were opened
  desk = first;
  other = second;
  person = (await first.register()).id;
  folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-image-'));
});
afterEach(async () => {
  for (const program of [...opened, ...new Set([hub, desk, other])]) await program.app.close();
  opened.length = 0;
  rmSync(folder, { recursive: true, force: true });
});

async function visit(at: TestProgram): Promise<string> {
  const operator = at.actor('operator', { site: at.app.site.id ?? '', district: '120608' });
  const { id } = await at.must(registerVisit, operator, { person, purposes: ['homework'] });
  return id;
}
const visits = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('visit').select('id').execute()).map(({ id }) => id).sort();
const sync = async (at: TestProgram) => {
  const report = await syncOnce(at.replica, { transport: directLink(hub.replica) });
  expect(report).toMatchObject({ ok: true, differ: [] });
  return report;
};

/** A copy of everything, as whoever images a disk makes it. */
async function image(of: TestProgram): Promise<string> {
  const to = mkdtempSync(path.join(folder, 'copy-'));
  await of.app.db.read.selectFrom('replica_state').select('key').execute();
  cpSync(of.dataDir, to, { recursive: true });
  return to;
}

/** The program on what the image holds: its whole folder, or its database alone. */
async function onImage(of: TestProgram, from: string, whole: boolean): Promise<TestProgram> {
  const { dataDir, app } = of;
  const { role } = app.site;
  await app.close();
  for (const name of ['programme.db', 'programme.db-wal', 'programme.db-shm'])
    rmSync(path.join(dataDir, name), { force: true });
  cpSync(from, dataDir, { recursive: true, filter: (entry) => whole || !/(keys\.db|marker\.json)$/.test(entry) });
  return testProgram({ role, dataDir });
}

for (const more of [false, true])
  it(`an image restored unseen${more ? ', with new work at the lost places' : ''}: all of both pasts is kept, once`, async () => {
    await sync(desk);
    const old = await image(desk);
    const lost = [await visit(desk), await visit(desk)];
    await sync(desk);
    desk = await onImage(desk, old, true);
    const fresh = more ? [await visit(desk), await visit(desk), await visit(desk)] : [];
    await sync(desk);
    expect(await visits(hub)).toEqual([...lost, ...fresh].sort());
    expect(await visits(desk)).toEqual(await visits(hub));
    expect(await sync(desk)).toMatchObject({ roundTrips: 1 });
    expect(await inspectLog(desk.app.db.read, desk.replica)).toMatchObject({ findings: [] });
  });

it('two copies of one telecentre: the work of both is kept, and each ends with all of it', async () => {
  await sync(desk);
  const copy = await image(desk);
  const clone = await testProgram({ role: 'telecentre', dataDir: copy });
  opened.push(clone);
  const made = [await visit(desk), await visit(clone), await visit(clone)];
  for (const one of [desk, clone, desk, clone]) await sync(one);
  made.push(await visit(desk), await visit(clone));
  for (const one of [clone, desk, clone, desk]) await sync(one);
  for (const one of [hub, desk, clone]) expect(await visits(one)).toEqual(made.toSorted());
});

it('a database put back without its marker’s knowledge is noticed before it serves', async () => {
  await sync(desk);
  const old = await image(desk);
  const epochs = async () => (await desk.app.db.read.selectFrom('log_chain').select('epoch').execute()).length;
  const before = await epochs();
  const lost = await visit(desk);
  await sync(desk);
  desk = await onImage(desk, old, false);
  expect(await epochs()).toBeGreaterThan(before);
  await sync(desk);
  expect(await visits(desk)).toEqual([lost]);
});

it('a hub whose disk died is given back what it wrote and what it had received, by whoever holds it', async () => {
  const old = await image(hub);
  const place = { kind: 'department', ubigeo: '990000', status: 'verify', name: 'Lugar ficticio' };
  const { id } = await hub.must(addPlace, hub.actor('administrator'), place);
  const made = await visit(desk);
  await programme.sync();
  const districtOf = ({ app }: TestProgram) =>
    app.db.read.selectFrom('person').select(['partition', 'id', 'given_names']).execute();
  const people = await districtOf(hub);
  expect(people).toHaveLength(1);

  hub = await onImage(hub, old, false);
  expect(await districtOf(hub)).toEqual([]);
  await sync(other); // it holds the public log and the district's, not the other's visits
  expect(await districtOf(hub)).toEqual(people);
  expect(await hub.app.db.read.selectFrom('place').select('id').where('id', '=', id).execute()).toHaveLength(1);
  await sync(desk);
  expect(await visits(hub)).toEqual([made]);
  for (const one of [desk, other, desk]) await sync(one);
  expect(await sync(other)).toMatchObject({ roundTrips: 1 });
});

it('a hub put back whole, its marker with it, is noticed by the first telecentre that holds more', async () => {
  await programme.sync();
  const old = await image(hub);
  const place = { kind: 'department', ubigeo: '990000', status: 'verify', name: 'Lugar ficticio' };
  const { id } = await hub.must(addPlace, hub.actor('administrator'), place);
  await programme.sync();
  hub = await onImage(hub, old, true);
  await sync(desk);
  expect(await hub.app.db.read.selectFrom('place').select('id').where('id', '=', id).execute()).toHaveLength(1);
  for (const one of [other, desk]) await sync(one);
  expect(await sync(other)).toMatchObject({ roundTrips: 1 });
});

for (const more of [false, true])
  it(`a stick that comes before the first session on an old image${more ? ' with new work' : ''} does not hide what it lost`, async () => {
    const made = [await visit(desk)];
    await sync(desk);
    const old = await image(desk);
    made.push(await visit(desk));
    await sync(desk);
    const stick = await pack(hub, desk.app.site.number ?? 0);
    made.push(await visit(desk));
    await sync(desk);
    desk = await onImage(desk, old, true);
    if (more) {
      made.push(await visit(desk), await visit(desk));
      await pack(desk, 'hub'); // closes them under the old epoch
    }
    await unpack(desk, stick);
    await sync(desk);
    for (const one of [desk, hub]) expect(await visits(one)).toEqual(made.toSorted());
    expect(await sync(desk)).toMatchObject({ roundTrips: 1 });
  });

it('sticks alone give an image that was restored unseen what it lost, and people hear of it', async () => {
  const toDesk = async () => unpack(desk, await pack(hub, desk.app.site.number ?? 0));
  const toHub = async () => unpack(hub, await pack(desk, 'hub'));
  const kept = await visit(desk);
  await toHub();
  await toDesk();
  const old = await image(desk);
  const lost = await visit(desk);
  await toHub();
  await toDesk();
  desk = await onImage(desk, old, true);
  await toDesk();
  const alarms = await desk.app.db.read.selectFrom('log_alarm').select('code').execute();
  expect(alarms.map(({ code }) => code)).toContain('database-older');
  const fresh = await visit(desk);
  await toHub();
  await toDesk();
  for (const one of [desk, hub]) expect(await visits(one)).toEqual([kept, lost, fresh].sort());
});

it('what an image of the hub holds open and a telecentre brings back counts once', async () => {
  const place = { kind: 'department', ubigeo: '990000', status: 'verify', name: 'Lugar ficticio' };
  await hub.must(addPlace, hub.actor('administrator'), place);
  const old = await image(hub); // not closed yet
  await programme.sync();
  const [segment] = await desk.app.db.read
    .selectFrom('log_segment')
    .select('bytes')
    .where('partition', '=', 'public')
    .where('site', '=', 0)
    .execute();
  hub = await onImage(hub, old, false);
  expect(await receiveSegment(hub.replica, 'public', Uint8Array.from(segment?.bytes ?? []))).toMatchObject({
    outcome: 'stored',
    operations: 0,
  });
  expect(await inspectLog(hub.app.db.read, hub.replica)).toMatchObject({ findings: [] });
});

it('a copy that was restored, and a hub that lost its work and got the other copy’s in its place: the work of both is kept', async () => {
  await sync(desk);
  const clone = await testProgram({ role: 'telecentre', dataDir: await image(desk) });
  opened.push(clone);
  const old = await image(hub);
  const made = [await visit(clone), await visit(clone)];
  await sync(clone);
  await clone.app.db.transaction(markRestored);
  await finishRestore(clone.replica);
  hub = await onImage(hub, old, false);
  made.push(await visit(desk));
  await sync(desk); // takes the places that the copy’s work had
  for (const one of [clone, desk, clone]) await sync(one);
  for (const one of [hub, desk, clone]) expect(await visits(one)).toEqual(made.toSorted());
});

for (const whole of [false, true])
  it(`a hub put back to before a telecentre’s key was certified${whole ? ', its keys too' : ''}, learns it from the telecentre`, async () => {
    await programme.sync();
    const old = await image(hub);
    await renewKey(desk.replica);
    await sync(desk);
    const made = [await visit(desk)];
    await programme.sync();
    made.push(await visit(desk)); // signed with the new key, never sent before
    const { publicKey } = desk.replica.identity;
    hub = await onImage(hub, old, whole);
    await sync(desk);
    expect(desk.replica.identity.publicKey).toBe(publicKey);
    expect(await visits(hub)).toEqual(made.toSorted());
    expect(await sync(desk)).toMatchObject({ roundTrips: 1 });
    expect(await sync(other)).toMatchObject({ differ: [] });
  });

it('a hub put back, whose root key is elsewhere now, is given the certificates that it lost before what they speak for', async () => {
  await programme.sync();
  const old = await image(hub);
  await renewKey(desk.replica);
  await sync(desk);
  const made = [await visit(desk)];
  await sync(desk);
  await hub.replica.keys.saveIdentity(JSON.stringify({ ...hub.replica.identity, rootPrivateKey: undefined }));
  hub = await onImage(hub, old, false);
  await sync(desk);
  expect(hub.replica.identity.rootPrivateKey).toBeUndefined();
  expect(await visits(hub)).toEqual(made);
});

for (const whole of [false, true])
  it(`a hub put back to before its own key was replaced${whole ? ', its keys too' : ''}, is believed by who heard of it and by who did not`, async () => {
    await programme.sync();
    const old = await image(hub);
    await renewKey(hub.replica);
    await sync(desk); // the other hears nothing of it
    const made = [await visit(desk)];
    hub = await onImage(hub, old, whole);
    const place = { kind: 'department', ubigeo: '980000', status: 'verify', name: 'Otro lugar ficticio' };
    const { id } = await hub.must(addPlace, hub.actor('administrator'), place);
    for (const one of [other, desk, other, desk]) await sync(one);
    made.push(await visit(desk));
    for (const one of [other, desk, other, desk]) await sync(one);
    for (const one of [desk, other])
      expect(
        await one.app.db.read.selectFrom('place').select('id').where('id', '=', id).executeTakeFirst(),
      ).toBeDefined();
    expect(await visits(hub)).toEqual(made.toSorted());
    expect(await sync(desk)).toMatchObject({ roundTrips: 1 });
  });
