// A telecentre's membership is taken: what arrives from it later is kept, and judged by what it knew when it wrote.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { registerVisit } from '#modules/visits';
import { closeOpenActs, enrolWithHub, listAside, syncOnce } from '#replication';
import { system } from '#platform/permissions';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';
import { outcomes, pack, unpack } from '../support/sticks.ts';

let programme: TestProgramme;
let hub: TestProgram;
let desk: TestDesk;
let other: TestDesk;

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608']);
  hub = programme.hub;
  [desk, other] = programme.desks as [TestDesk, TestDesk]; // reason: two were opened
});
afterEach(() => programme.close());

const online = (at: TestDesk) => syncOnce(at.replica, { transport: directLink(hub.replica) });
const end = (how: 'ended' | 'compromised') => hub.must(hub.replica.sites.end, system, { site: desk.site.id, how });
const people = async ({ app }: TestProgram) =>
  (await app.db.read.selectFrom('person').select('id').orderBy('id').execute()).map(({ id }) => id);
const reasons = async ({ app }: TestProgram) => {
  const rows = await app.db.read.selectFrom('log_quarantine').select('reason').distinct().execute();
  return rows.map(({ reason }) => reason);
};
const digest = async ({ app }: TestProgram, partition: string) => {
  const row = await app.db.read
    .selectFrom('log_partition')
    .select('digest')
    .where('partition', '=', partition)
    .executeTakeFirst();
  return Buffer.from(row?.digest ?? []).toString('hex');
};
/** Answers that count, from which rights to a person's data follow. */
const consents = ({ app }: TestProgram, person: string) =>
  app.db.read.selectFrom('consent_state').select('purpose').where('person', '=', person).execute();
/** How the work comes to the hub, and what the hub says comes back. */
const roads = {
  session: () => online(desk).then(() => undefined),
  stick: async () => {
    expect(['taken', 'known']).toContain(outcomes(await unpack(hub, await pack(desk, 'hub')))[0]);
    const back = await unpack(desk, await pack(hub, desk.app.site.number ?? 0));
    expect(back.files.map(({ problem, differ }) => [problem, differ])).toEqual([[undefined, []]]);
  },
};

for (const [road, travel] of Object.entries(roads)) {
  describe(`a telecentre that was ended, by ${road}`, () => {
    it('brings what it wrote before it heard, which counts; what it writes knowing it is set aside, and nothing is lost', async () => {
      const before = await desk.register();
      await end('ended');
      await programme.syncOne(other); // others have heard it, this telecentre cannot have
      await travel();
      expect(await people(hub)).toEqual([before.id]);
      expect(await reasons(hub)).toEqual([]);
      expect(await online(desk)).toMatchObject({ ok: false, problem: 'ended' });
      const after = await desk.register();
      await travel();
      expect(await people(hub)).toEqual([before.id]);
      expect(await reasons(hub)).toEqual(['site-ended']);
      // the telecentre hears it too: set aside on its disk, and not deleted
      expect(await people(desk)).toEqual([before.id]);
      expect(await reasons(desk)).toEqual(['site-ended']);
      expect(await consents(desk, after.id)).toEqual([]);
      const { batches } = await listAside(desk.replica, { site: desk.app.site.number ?? 0 });
      expect(batches.every(({ mayStand, state }) => mayStand && state === 'waiting')).toBe(true);
      expect(batches.flatMap(({ acts }) => acts.flatMap(({ tables }) => tables))).toContain('person');
      // whoever holds the district hears the same
      await programme.syncOne(other);
      expect(await people(other)).toEqual([before.id]);
      expect(await digest(other, 'd/120608')).toBe(await digest(hub, 'd/120608'));
      const lines = await hub.app.db.read.selectFrom('log_quarantine').selectAll().orderBy('n').execute();
      for (const { partition, site, device, run } of lines)
        await hub.run(hub.replica.verdicts.release, hub.actor('administrator'), {
          ...{ partition, site, device, run, from_n: 1, to_n: 1_000_000, note: 'revisado' },
        });
      await programme.syncOne(other);
      expect(await people(hub)).toEqual([before.id, after.id].sort());
      expect(await people(other)).toEqual(await people(hub));
      expect(await digest(other, 'd/120608')).toBe(await digest(hub, 'd/120608'));
      await travel();
      expect(await people(desk)).toEqual(await people(hub));
      expect(await reasons(desk)).toEqual([]);
      expect((await consents(desk, after.id)).length).toBeGreaterThan(0);
    });
  });

  describe(`a telecentre that was compromised, by ${road}`, () => {
    it('brings what had not arrived: all of it is set aside, though it was written before', async () => {
      const arrived = await desk.register();
      await programme.syncOne(desk);
      const late = await desk.register();
      await desk.must(registerVisit, desk.operator, { person: late.id, purposes: ['homework'] });
      await end('compromised');
      await travel();
      expect(await people(hub)).toEqual([arrived.id]);
      expect(await reasons(hub)).toEqual(['site-compromised']);
      // what rows are derived from does not count either
      for (const table of ['consent_state', 'visit'] as const)
        expect(
          await hub.app.db.read.selectFrom(table).select('person').where('person', '=', late.id).execute(),
        ).toEqual([]);
      expect(await people(desk)).toEqual([arrived.id, late.id].sort());
      expect(await online(desk)).toMatchObject({ ok: false, problem: 'compromised' });
      await programme.syncOne(other);
      expect(await people(other)).toEqual([arrived.id]);
    });
  });
}

it('the hub’s word comes before any row, though the session is cut', async () => {
  for (let i = 0; i < 60; i++) await desk.register();
  await programme.syncOne(desk);
  await end('ended');
  await online(desk);
  await desk.register();
  await online(desk);
  const link = directLink(hub.replica);
  link.cutDownAfter = 4_500;
  expect(await syncOnce(other.replica, { transport: link })).toMatchObject({ ok: false, problem: 'link' });
  expect(await syncOnce(other.replica, { transport: link })).toMatchObject({ ok: false, problem: 'link' });
  expect((await other.app.db.read.selectFrom('verdict').select('id').execute()).length).toBeGreaterThan(0);
  expect((await people(other)).length).toBeLessThan(60);
  await programme.syncOne(other);
  expect(await people(other)).toHaveLength(60);
});

it('who is no member gets nothing but the word that says so', async () => {
  await programme.syncOne(desk);
  await end('ended');
  await other.register();
  await programme.syncOne(other);
  const rows = await people(desk);
  expect(await online(desk)).toMatchObject({ problem: 'ended' });
  await roads.stick();
  expect(await people(desk)).toEqual(rows);
  const state = await desk.app.db.read
    .selectFrom('site')
    .select('state')
    .where('id', '=', desk.site.id)
    .executeTakeFirst();
  expect(state).toEqual({ state: 'ended' });
});

for (const road of Object.keys(roads))
  it(`of who may not, only so much waits aside, by ${road}: the rest stays where it was written until somebody has decided`, async () => {
    await end('compromised');
    hub.replica.mostAside = 1_500;
    for (let at = 0; at < 4; at++) {
      await desk.register();
      await closeOpenActs(desk.replica); // a segment each
    }
    if (road === 'session') expect(await online(desk)).toMatchObject({ ok: false, problem: 'aside-full' });
    else expect((await unpack(hub, await pack(desk, 'hub'))).files[0]).toMatchObject({ problem: 'aside-full' });
    const waiting = () => listAside(hub.replica);
    const before = (await waiting()).batches.length;
    expect(before).toBeGreaterThan(0);
    const all = async (at: TestProgram) =>
      (
        await at.app.db.read
          .selectFrom('log_segment')
          .select('feed')
          .where('site', '=', desk.app.site.number ?? 0)
          .execute()
      ).length;
    expect(await all(hub)).toBeLessThan(await all(desk));
    for (let round = 0; round < 8 && (await all(hub)) < (await all(desk)); round++) {
      for (const { partition, site, device, run, from_n, to_n, state } of (await waiting()).batches)
        if (state === 'waiting')
          await hub.must(hub.replica.verdicts.reject, system, {
            partition,
            site,
            device,
            run,
            from_n,
            to_n,
            note: 'visto',
          });
      await (road === 'session' ? online(desk) : unpack(hub, await pack(desk, 'hub')));
    }
    expect(await all(hub)).toBe(await all(desk));
  });

it('membership is taken once, of those who have it; blocked stays blocked', async () => {
  const planned = await hub.must(hub.replica.sites.add, system, { name: 'Betania', district: '120608' });
  const run = (site: string, how: string) => hub.run(hub.replica.sites.end, hub.actor('administrator'), { site, how });
  expect(await run(planned.id, 'compromised')).toMatchObject({ refusal: { code: 'sites.not-enrolled' } });
  expect(await run(planned.id, 'ended')).toMatchObject({ ok: true });
  const late = await testProgram({ role: 'telecentre', enrolled: false });
  const enrolment = enrolWithHub(late.replica, {
    ...{ hubUrl: 'http://127.0.0.1', code: planned.code, transport: directLink(hub.replica) },
  });
  await expect(enrolment).rejects.toMatchObject({ code: 'sites.ended-already' });
  await late.close();
  expect(await run(desk.site.id, 'gone')).toMatchObject({ refusal: { code: 'input.invalid' } });
  expect(await run(desk.site.id, 'ended')).toMatchObject({ ok: true });
  expect(await run(desk.site.id, 'ended')).toMatchObject({ refusal: { code: 'sites.ended-already' } });
  expect(await run(desk.site.id, 'compromised')).toMatchObject({ ok: true });
  expect(await run(desk.site.id, 'ended')).toMatchObject({ refusal: { code: 'sites.ended-already' } });
  expect(
    await hub.run(hub.replica.sites.end, hub.actor('operator'), { site: desk.site.id, how: 'ended' }),
  ).toMatchObject({
    refusal: { code: 'permissions.denied' },
  });
});
