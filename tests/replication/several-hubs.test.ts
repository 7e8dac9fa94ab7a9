// Several processes of one hub on one PostgreSQL: at work together, one of them killed or stopped with the head of a partition in its hand.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerPerson } from '#modules/people';
import { enrolWithHub, httpTransport, inspectLog, syncOnce } from '#replication';
import { DISTRICT, registration } from '../support/desk.ts';
import { engine, testDatabase } from '../support/engine.ts';
import { startHubProcess, type HubProcess } from '../support/hub-processes.ts';
import { removeFolder, temporaryFolder } from '../support/processes.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

/** Silence after which a session counts as cut. Locks of a process that stands still are free after three seconds. */
const PATIENCE = 10_000;
const CENTRES = 3;
const ROUNDS = 4;

interface Planned {
  id: string;
  number: number;
  code: string;
}

const folder = temporaryFolder();
let database = '';
const hubs: HubProcess[] = [];
const centres: TestProgram[] = [];
let made = 0;
/** What a hub or a telecentre said is kept. */
const acknowledged = { sites: [] as Planned[], people: 0 };

async function startHub(): Promise<HubProcess> {
  const hub = await startHubProcess(path.join(folder, `hub-${made++}`), database);
  hubs.push(hub);
  return hub;
}

const alive = () => hubs.filter(({ pid }) => !gone.has(pid));
const gone = new Set<number>();

async function addSite(hub: HubProcess): Promise<Planned> {
  const name = `Anexo ${acknowledged.sites.length}-${hub.pid}-${Math.random()}`;
  const planned = await hub.ask<Planned>('add', { name, district: DISTRICT });
  acknowledged.sites.push(planned);
  return planned;
}

async function session(centre: TestProgram, hub: HubProcess) {
  const transport = httpTransport(hub.url, { silence: PATIENCE });
  const report = await syncOnce(centre.replica, { transport });
  transport.close();
  return report;
}

beforeAll(async () => {
  if (engine !== 'postgres') return;
  database = (await testDatabase()) ?? '';
  // all at once on an empty database: one of them makes the tables and the identity
  await Promise.all([startHub(), startHub(), startHub()]);
  for (let at = 0; at < CENTRES; at++) {
    const [hub] = hubs as [HubProcess]; // reason: three were started
    const { code } = await addSite(hub);
    const centre = await testProgram({ role: 'telecentre', enrolled: false, databaseUrl: '' });
    const transport = httpTransport(hub.url);
    await enrolWithHub(centre.replica, { hubUrl: hub.url, code, transport });
    transport.close();
    centres.push(centre);
  }
});
afterAll(async () => {
  for (const hub of hubs) await hub.end();
  for (const centre of centres) await centre.close();
  removeFolder(folder);
});

/** Everybody writes, at every hub that lives and in every telecentre, and each telecentre goes from hub to hub. */
async function workTogether(): Promise<void> {
  const living = alive();
  const atHubs = living.map(async (hub, at) => {
    for (let round = 0; round < ROUNDS; round++) {
      await addSite(hub);
      const [first] = acknowledged.sites as [Planned]; // reason: one per telecentre was made
      await hub.ask('place', { id: first.id, place: `${at}-${round}` });
      await hub.ask('close');
    }
  });
  const atCentres = centres.map(async (centre, at) => {
    const { id = '', district = '' } = centre.app.site;
    for (let round = 0; round < ROUNDS; round++) {
      for (let person = 0; person < 3; person++) {
        await centre.must(
          registerPerson,
          centre.actor('operator', { site: id, district }),
          registration({ notADuplicate: 'on', given: `Rosa ${round} ${person}` }),
        );
        acknowledged.people += 1;
      }
      const hub = living[(at + round) % living.length] as HubProcess; // reason: one of those that live
      expect(await session(centre, hub)).toMatchObject({ ok: true });
    }
  });
  await Promise.all([...atHubs, ...atCentres]);
}

/** Nothing is missing, nothing is there twice, and everybody has the same. */
async function compare(): Promise<void> {
  const living = alive();
  for (const hub of living) await hub.ask('close');
  for (let turn = 0; turn < 2; turn++)
    for (const [at, centre] of centres.entries()) {
      const report = await session(centre, living[(at + turn) % living.length] as HubProcess); // reason: as above
      expect(report).toMatchObject({ ok: true, left: false, differ: [] });
    }
  const look = await testProgram({ databaseUrl: database });
  try {
    const { read } = look.app.db;
    const { identity, keys, tables } = look.replica;
    expect((await inspectLog(read, { identity, keys, tables })).findings).toEqual([]);
    const heads = await read.selectFrom('log_partition').select(['partition', 'feed']).execute();
    for (const { partition, feed } of heads) {
      const segments = await read
        .selectFrom('log_segment')
        .select(['feed', 'site', 'epoch', 'seq_from', 'seq_to'])
        .where('partition', '=', partition)
        .orderBy('feed')
        .execute();
      expect(segments.map((segment) => segment.feed)).toEqual(Array.from({ length: feed }, (_, at) => at + 1));
      const chains = Map.groupBy(segments, ({ site, epoch }) => `${site} ${epoch}`);
      for (const [, chain] of chains)
        expect(chain.map(({ seq_from }) => seq_from)).toEqual([
          1,
          ...chain.slice(0, -1).map(({ seq_to }) => seq_to + 1),
        ]);
      expect([...chains.keys()].filter((name) => name.startsWith('0 ')).length).toBeLessThanOrEqual(1);
    }
    const sites = await read.selectFrom('site').select(['id', 'number', 'place']).execute();
    expect(sites.map(({ number }) => number).sort((a, b) => a - b)).toEqual(sites.map((_, at) => at + 1));
    const known = new Set(sites.map(({ id }) => id));
    expect(acknowledged.sites.filter(({ id }) => !known.has(id))).toEqual([]);
    const people = await read.selectFrom('person').select('id').execute();
    expect(people).toHaveLength(acknowledged.people);
    for (const centre of centres) {
      const there = await centre.app.db.read.selectFrom('site').select(['id', 'place']).orderBy('id').execute();
      expect(there).toEqual(sites.map(({ id, place }) => ({ id, place })).sort((a, b) => (a.id < b.id ? -1 : 1)));
    }
  } finally {
    await look.close();
  }
}

describe.runIf(engine === 'postgres')('several processes of one hub', () => {
  it('started at once on an empty database: one identity, and each its own run', async () => {
    const origins = await Promise.all(hubs.map((hub) => hub.ask<{ run: number }>('origin')));
    expect(new Set(origins.map(({ run }) => run)).size).toBe(hubs.length);
    const look = await testProgram({ databaseUrl: database });
    const drawn = await look.app.db.read
      .selectFrom('replica_state')
      .select('key')
      .where('key', 'like', 'run/%')
      .execute();
    await look.close();
    expect(drawn.map(({ key }) => key)).toEqual(expect.arrayContaining(origins.map(({ run }) => `run/${run}`)));
    expect(drawn).toHaveLength(hubs.length + 1);
  });

  it('all at work at once: no gap, nothing twice, all that was acknowledged', async () => {
    await workTogether();
    await compare();
  });

  it('one of them replaces the hub’s key: the others sign with the new one', async () => {
    const [one, ...others] = alive() as [HubProcess, ...HubProcess[]]; // reason: three live
    expect(await one.ask('renew')).toMatchObject({ inUse: true });
    for (const hub of others) {
      await addSite(hub);
      await hub.ask('close');
    }
    await workTogether();
    await compare();
  });

  it('the one that holds the head of a partition is killed', async () => {
    const [held] = alive() as [HubProcess]; // reason: three live
    await held.ask('hold', { partition: 'public/control' });
    const work = workTogetherWithout(held);
    held.signal('SIGKILL');
    await work;
    await compare();
  });

  it('the one that holds the head of a partition stands still, and goes on later', async () => {
    const [held] = alive() as [HubProcess]; // reason: two live
    await held.ask('hold', { partition: `d/${DISTRICT}` });
    held.signal('SIGSTOP');
    await workTogetherWithout(held);
    held.signal('SIGCONT');
    gone.delete(held.pid);
    await workTogether();
    await compare();
  });
});

async function workTogetherWithout(held: HubProcess): Promise<void> {
  gone.add(held.pid);
  await workTogether();
}
