// Cuts at the hub: once each, in the same words everywhere, and every number led back to its records and acts.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openProgramme, verdict, type TestProgramme } from '../../../../tests/support/desk.ts';
import { registerVisit, voidVisit } from '#modules/visits';
import { system } from '#platform/permissions';
import { publish } from './commands/publish.ts';
import { indicatorsOf, publishCut, publishDueCuts } from './cuts.ts';
import { headline, listMonths, listSince, versionsOfMonth } from './queries.ts';
import { liveFigures, openRecord, openRecords } from './walk.ts';

const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' };
const ATTENTIONS = 'visits.attentions';
const SERVED = 'visits.people-served';

let programme: TestProgramme;
const visits: string[] = [];

beforeAll(async () => {
  programme = await openProgramme(['120608', '120604']);
  const [ocopa, mazamari] = programme.desks as [(typeof programme.desks)[0], (typeof programme.desks)[0]]; // reason: two were opened
  for (let at = 0; at < 14; at++) {
    const { id } = await ocopa.register({ given: `Rosa ${at}`, sex: at < 8 ? 'female' : 'male' });
    visits.push((await ocopa.must(registerVisit, ocopa.operator, { person: id, purposes: ['homework'] })).id);
  }
  const { id } = await mazamari.register({ given: 'Elena' });
  await mazamari.must(registerVisit, mazamari.operator, { person: id, purposes: ['information'] });
  await programme.sync();
}, 120_000);
afterAll(() => programme.close());

const count = async () => (await programme.hub.app.db.read.selectFrom('publication').select('id').execute()).length;
const reader = () => programme.hub.app.db.read;
describe('a cut', () => {
  it('is not made before its month is over, nor by a hub that does not know the date', async () => {
    const { hub } = programme;
    hub.clock.set(Date.UTC(2026, 10, 30, 20));
    await publishDueCuts(hub.app);
    expect((await listMonths(reader(), ATTENTIONS)).map(({ from }) => from)).toEqual(['2026-10-01']);
    hub.clock.set(Date.UTC(2026, 11, 2, 12), 'unknown');
    await publishDueCuts(hub.app);
    expect((await listMonths(reader(), ATTENTIONS)).some(({ from }) => from === NOVEMBER.from)).toBe(false);
    hub.clock.set(Date.UTC(2026, 11, 2, 12), 'synced');
  });

  it('says every number once, however often and by how many it is made', async () => {
    const { hub } = programme;
    await Promise.all([publishDueCuts(hub.app), publishDueCuts(hub.app)]);
    const made = await count();
    await publishDueCuts(hub.app);
    expect(await publishCut(hub.app, NOVEMBER.to, '2026-12-02')).toBe(0);
    expect(await count()).toBe(made);
    expect((await versionsOfMonth(reader(), ATTENTIONS, NOVEMBER.from)).length).toBe(1);
  });

  it('shows what may be shown, withholds what is small, and keeps zero apart', async () => {
    const month = (await listMonths(reader(), ATTENTIONS)).at(-1);
    expect(month?.month.total).toEqual({ key: 'total', state: 'shown', value: 15 });
    expect(month).toMatchObject({ records: 15, doubtful: 0, version: 1, cut: NOVEMBER.to });
    const table = (name: string) => month?.month.tables.find(({ breakdown }) => breakdown === name);
    expect(table('sex')?.cells.find(({ key }) => key === 'female')).toEqual({
      key: 'female',
      state: 'shown',
      value: 9,
    });
    expect(table('sex')?.cells.find(({ key }) => key === 'unknown')).toMatchObject({ state: 'shown', value: 0 });
    expect(table('district')?.cells.filter(({ state }) => state === 'suppressed')).toHaveLength(2);
    expect(JSON.stringify(table('district'))).not.toMatch(/"value":1\b/);
    expect((await headline(reader(), SERVED))?.value).toBe(15);
  });

  it('keeps what it really was at the hub alone', async () => {
    await programme.sync();
    for (const desk of programme.desks) {
      const there = desk.app.db.read;
      expect(await listMonths(there, ATTENTIONS)).toEqual(await listMonths(reader(), ATTENTIONS));
      expect(await there.selectFrom('publication_exact').select('id').execute()).toEqual([]);
    }
  });

  it('waits with what came late until enough came, then says it in the month it belongs to', async () => {
    const { hub, desks } = programme;
    const [ocopa] = desks;
    if (!ocopa) throw new Error('no telecentre');
    const late = async (visitsMore: number) => {
      for (let at = 0; at < visitsMore; at++) {
        const { id } = await ocopa.register({ given: `Tarde ${at}`, surnames: `Shirampari ${visitsMore} ${at}` });
        await ocopa.must(registerVisit, ocopa.operator, { person: id, purposes: ['homework'], day: '2026-11-25' });
      }
      await programme.sync();
    };
    await late(2);
    await publishCut(hub.app, '2026-12-31', '2027-01-02');
    const november = async () =>
      (await versionsOfMonth(reader(), ATTENTIONS, NOVEMBER.from)).map(({ month }) => month.total.value);
    expect(await november()).toEqual([15]);
    await late(4);
    await publishCut(hub.app, '2027-01-31', '2027-02-02');
    expect(await november()).toEqual([15, 21]);
    expect((await listSince(reader(), SERVED)).map(({ cell }) => cell.value)).toEqual([15, 21]);
  });
});

describe('results.publish', () => {
  const statement = {
    indicator: ATTENTIONS,
    version: 1,
    kind: 'month',
    ...NOVEMBER,
    cut: '2027-02-28',
    published: '{}',
    exact: '{}',
    records: null,
    doubtful: null,
  };

  it('is for the program alone, at the hub', async () => {
    const { hub, desks } = programme;
    const before = await count();
    const nobody = { kind: 'anonymous' as const, grants: [], language: 'es' };
    expect(verdict(await hub.run(publish, nobody, statement))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(publish, hub.actor('administrator'), statement))).toBe('permissions.denied');
    expect(verdict(await hub.run(publish, system, { ...statement, cut: 'never' }))).toContain('cut');
    expect(verdict((await desks[0]?.run(publish, system, statement)) ?? { ok: true })).toBe(
      'replication.not-allowed-here',
    );
    expect(await count()).toBe(before);
  });
});

describe('walking back', () => {
  const request = { indicator: ATTENTIONS, ...NOVEMBER, breakdown: 'district' as const, cell: '120608', page: 0 };
  const staff = (district: string) => programme.hub.actor('municipal-staff', { district });
  const audited = async () =>
    (await reader().selectFrom('audit_entry').select('event').where('event', 'like', 'results.%').execute()).length;

  it('goes from a number to its records, and tells how many there are', async () => {
    const { hub } = programme;
    const place = { district: '120608' };
    const before = await audited();
    const page = await hub.must(openRecords(hub.app, place), staff('120608'), request);
    const indicator = indicatorsOf(hub.app).find(({ code }) => code === ATTENTIONS);
    if (!indicator) throw new Error('no indicator');
    const live = await liveFigures(reader(), indicator, { period: NOVEMBER, scope: place, today: '2026-12-02' });
    expect(page.rows).toHaveLength(live.total.value ?? -1);
    expect(await audited()).toBe(before + 1);
  });

  it('is refused to who is signed out, has no such role, or answers for another district', async () => {
    const { hub } = programme;
    const open = openRecords(hub.app, { district: '120608' });
    const nobody = { kind: 'anonymous' as const, grants: [], language: 'es' };
    expect(verdict(await hub.run(open, nobody, request))).toBe('permissions.sign-in');
    expect(verdict(await hub.run(open, staff('120604'), request))).toBe('permissions.denied');
    expect(verdict(await hub.run(open, hub.actor('operator', { district: '120608' }), request))).toBe(
      'permissions.denied',
    );
    expect(verdict(await hub.run(open, staff('120608'), { ...request, indicator: 'no.such' }))).toBe('results.unknown');
    expect(verdict(await hub.run(open, staff('120608'), { ...request, to: '1; drop table' }))).toContain('to:');
  });

  it('ends at the act: which command, by whom, under which clock, with which identity', async () => {
    const { hub, desks } = programme;
    const [first] = (await hub.must(openRecords(hub.app, { district: '120608' }), staff('120608'), request)).rows;
    if (!first) throw new Error('no record');
    const record = await hub.must(openRecord(hub.app), staff('120608'), first);
    expect(record.act).toMatchObject({
      command: 'visits.register',
      actor: 'ACCOUNT-operator',
      signed: true,
      clockState: 'synced',
    });
    expect(record.act?.identity.startsWith(first.partition)).toBe(true);
    expect(record.site).toBe('Telecentro 1');
    expect(desks[0]?.site.district).toBe('120608');
    expect(verdict(await hub.run(openRecord(hub.app), staff('120604'), first))).toBe('permissions.denied');
  });

  it('opens no table that no figure is counted from, no card and no private row', async () => {
    const { hub } = programme;
    const all = hub.actor('programme-staff');
    const open = (table: string, partition: string, id: string) =>
      hub.run(openRecord(hub.app), all, { table, partition, id });
    const card = await reader().selectFrom('person').select(['partition', 'id']).limit(1).executeTakeFirstOrThrow();
    expect(verdict(await open('person', card.partition, card.id))).toBe('results.unknown');
    expect(verdict(await open('consent', `t/${programme.desks[0]?.site.id}/private`, 'X'))).toBe('results.unknown');
    expect(verdict(await open('account', 'hub/control', 'X'))).toBe('results.unknown');
    expect(verdict(await open('publication_exact', 'hub', 'X'))).toBe('results.unknown');
    expect(verdict(await open('sqlite_master', 'public', 'X'))).toBe('results.unknown');
  });

  it('counts a voided visit no more', async () => {
    const [ocopa] = programme.desks;
    if (!ocopa) throw new Error('no telecentre');
    const page = async () =>
      (await programme.hub.must(openRecords(programme.hub.app, { district: '120608' }), staff('120608'), request)).rows
        .length;
    const before = await page();
    await ocopa.must(voidVisit, ocopa.operator, { visit: visits[0], reason: 'twice', sure: 'on' });
    await programme.sync();
    expect(await page()).toBe(before - 1);
  });
});
