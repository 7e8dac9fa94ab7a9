// Class ruled between real sites: what is provisional, what the hub answers, and shares lent to a telecentre, with a restore and an ended membership.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { defineCommand } from '#platform/command';
import { defineModule, replicated, type EngineColumns } from '#platform/manifest';
import { system } from '#platform/permissions';
import { partition } from '#platform/partitions';
import {
  awaitedSites,
  closeOpenActs,
  countClaims,
  endClaim,
  finishRestore,
  markRestored,
  openAlarms,
  syncOnce,
} from '#replication';
import { modules } from '../../src/modules/manifests.ts';
import { keyOf } from '../../src/replication/server/ruled-books.ts';
import { ruleOpen } from '../../src/replication/server/ruled.ts';
import { openProgramme, verdict, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';
import type { TestProgram } from '../support/program.ts';
import { outcomes, pack, unpack } from '../support/sticks.ts';

declare module '#platform/db' {
  interface Tables {
    seat: EngineColumns & { partition: string; id: string; course: string | null; seats: number | null };
  }
}

/** Seats of a course: what this class is for, in a table of the test's own. */
const seat = replicated({
  number: 240,
  name: 'seat',
  class: 'ruled',
  partitions: ['district'],
  columns: { course: { n: 1, type: 'text' }, seats: { n: 2, type: 'integer' }, share: { n: 3, type: 'id' } },
  rule: { key: ['course'], limit: 'quota', units: 'seats', share: 'share' },
});
const seats = defineModule({
  name: 'seats',
  tables: [seat],
  migrations: [{ id: '20261202-create-seats', up: ({ createReplicated }) => createReplicated(seat) }],
});

const WHERE = partition.district('120608');
const course = { partition: WHERE, table: 'seat', key: keyOf(seat, { course: 'tejido' }) };

const take = defineCommand({
  name: 'seats.take',
  permission: null,
  input: v.object({ seats: v.number() }),
  run: (ctx, input) => ctx.tx.claim('seat', { partition: WHERE, course: 'tejido', seats: input.seats }),
});

const give = defineCommand({
  name: 'seats.give',
  permission: null,
  input: v.object({ row: v.string() }),
  run: (ctx, { row }) => endClaim(ctx, seat, WHERE, row),
});

let programme: TestProgramme;
let hub: TestProgram;
let ocopa: TestDesk;
let betania: TestDesk;

beforeEach(async () => {
  programme = await openProgramme(['120608', '120608'], { modules: [...modules, seats] });
  ({ hub } = programme);
  [ocopa, betania] = programme.desks as [TestDesk, TestDesk]; // reason: two were opened
});
afterEach(() => programme.close());

const takes = async (at: TestProgram, count = 1) => (await at.must(take, system, { seats: count })).state;
const stateOf = async ({ app }: TestProgram) => {
  const rows = await app.db.read
    .selectFrom('ruled_claim')
    .select(['row', 'state', 'reason'])
    .where('table_number', '=', seat.number)
    .orderBy('row')
    .execute();
  return rows.map(({ row, state, reason }) => `${row} ${state} ${reason}`);
};
const accepted = async (at: TestProgram) => {
  const rows = await at.app.db.read
    .selectFrom('ruled_claim')
    .select('units')
    .where('table_number', '=', seat.number)
    .where('state', '=', 'accepted')
    .execute();
  return rows.reduce((sum, { units }) => sum + units, 0);
};
const say = (units: number) => hub.must(hub.replica.shares.setQuota, system, { ...course, units });
const numberOf = (desk: TestDesk) => desk.app.site.number ?? 0;
const lend = (desk: TestDesk, units: number) =>
  hub.run(hub.replica.shares.lend, system, { ...course, units, site: numberOf(desk) });

async function everywhereTheSame(): Promise<void> {
  await programme.sync();
  const at = await stateOf(hub);
  for (const desk of programme.desks) expect(await stateOf(desk)).toEqual(at);
}

/** Each asks once, so that the hub knows under which epoch it works. */
async function begin(units: number): Promise<void> {
  await say(units);
  for (const desk of programme.desks) await takes(desk);
  await programme.sync();
}

describe('without a share', () => {
  it('an offline decision is provisional at its site, answered by the hub, and the same everywhere', async () => {
    await say(2);
    await programme.sync();
    for (const desk of programme.desks)
      expect([await takes(desk), await takes(desk)]).toEqual(['provisional', 'provisional']);
    expect(await accepted(ocopa)).toBe(0);
    expect(await countClaims(ocopa.app.db.read, numberOf(ocopa))).toEqual({ provisional: 2, refused: 0 });
    await everywhereTheSame();
    expect(await accepted(hub)).toBe(2);
    expect(await countClaims(betania.app.db.read)).toEqual({ provisional: 0, refused: 2 });
    expect((await stateOf(betania)).filter((one) => one.endsWith('refused taken')).length).toBe(2);
  });

  it('the hub decides at once, and writes nothing that it refuses', async () => {
    expect(verdict(await hub.run(take, system, { seats: 1 }))).toBe('ruled.no-quota');
    await say(2);
    expect(await takes(hub, 2)).toBe('accepted');
    expect(verdict(await hub.run(take, system, { seats: 1 }))).toBe('ruled.taken');
    expect(verdict(await hub.run(take, system, { seats: 0 }))).toBe('ruled.no-units');
    await everywhereTheSame();
    expect(await accepted(ocopa)).toBe(2);
  });

  it('more of it said later serves who asks later', async () => {
    await say(1);
    expect(await takes(hub)).toBe('accepted');
    await say(2);
    expect(await takes(hub)).toBe('accepted');
    expect(await hub.app.db.read.selectFrom('quota').select('units').execute()).toEqual([{ units: 2 }]);
  });
});

describe('a share', () => {
  it('lets its site decide offline, no further, and its answer stands everywhere', async () => {
    await begin(5);
    await hub.must(hub.replica.shares.lend, system, { ...course, units: 2, site: numberOf(ocopa) });
    expect(verdict(await lend(betania, 2))).toBe('shares.no-room');
    await programme.sync();
    // what was lent is taken from everybody else
    expect(await takes(hub)).toBe('accepted');
    expect(verdict(await hub.run(take, system, { seats: 1 }))).toBe('ruled.taken');
    expect(await takes(betania)).toBe('provisional');
    expect([await takes(ocopa), await takes(ocopa), await takes(ocopa)]).toEqual([
      'accepted',
      'accepted',
      'provisional',
    ]);
    await everywhereTheSame();
    expect(await accepted(hub)).toBe(5);
    expect((await stateOf(hub)).filter((one) => one.endsWith('accepted share')).length).toBe(2);
  });

  it('comes back by its borrower only, and is lent anew', async () => {
    await begin(4);
    const { id } = await hub.must(hub.replica.shares.lend, system, { ...course, units: 2, site: numberOf(ocopa) });
    await programme.sync();
    expect(await takes(ocopa)).toBe('accepted');
    const back = { partition: WHERE, loan: id, units: null };
    expect(verdict(await hub.run(hub.replica.shares.end, system, back))).toBe('shares.borrower-works');
    const operator = betania.actor('operator', { site: betania.site.id, district: '120608' });
    expect(verdict(await betania.run(betania.replica.shares.giveBack, operator, back))).toBe('shares.not-lent');
    expect(await ocopa.must(ocopa.replica.shares.giveBack, ocopa.operator, back)).toEqual({ units: 1 });
    expect(verdict(await ocopa.run(ocopa.replica.shares.giveBack, ocopa.operator, back))).toBe('shares.not-lent');
    expect(await takes(ocopa)).toBe('provisional');
    expect(verdict(await lend(betania, 1))).toBe('shares.no-room');
    await programme.syncOne(ocopa);
    // the provisional one got the seat that came back with it
    expect(await accepted(hub)).toBe(4);
    await everywhereTheSame();
  });

  it('given back in part is used for the rest', async () => {
    await begin(5);
    const { id } = await hub.must(hub.replica.shares.lend, system, { ...course, units: 3, site: numberOf(ocopa) });
    await programme.sync();
    expect(await takes(ocopa)).toBe('accepted');
    await ocopa.must(ocopa.replica.shares.giveBack, ocopa.operator, { partition: WHERE, loan: id, units: 1 });
    expect(await takes(ocopa)).toBe('accepted');
    expect(await takes(ocopa)).toBe('provisional');
    await programme.sync();
    expect(await accepted(hub)).toBe(5);
    await everywhereTheSame();
  });

  it('is lent to nobody whose epoch is unknown, and to nobody by a telecentre', async () => {
    await say(2);
    expect(verdict(await lend(ocopa, 1))).toBe('shares.epoch-unknown');
    const admin = ocopa.actor('administrator');
    const lent = await ocopa.run(ocopa.replica.shares.lend, admin, { ...course, units: 1, site: 1 });
    expect(verdict(lent)).toBe('replication.hub-only');
  });

  it('is suspended after a restore: neither used nor given back, until the hub ends it', async () => {
    await begin(4);
    const { id } = await hub.must(hub.replica.shares.lend, system, { ...course, units: 2, site: numberOf(ocopa) });
    await programme.sync();
    expect(await takes(ocopa)).toBe('accepted');
    await closeOpenActs(ocopa.replica); // and perhaps a stick has it
    await ocopa.app.db.transaction(markRestored);
    await finishRestore(ocopa.replica);
    const back = { partition: WHERE, loan: id, units: null };
    expect(await takes(ocopa)).toBe('provisional');
    expect(verdict(await ocopa.run(ocopa.replica.shares.giveBack, ocopa.operator, back))).toBe('shares.suspended');
    await programme.sync();
    // what was decided within it before stands
    expect((await stateOf(hub)).filter((one) => one.endsWith('accepted share')).length).toBe(1);
    expect(await accepted(hub)).toBe(3);
    await hub.must(hub.replica.shares.end, system, back);
    expect(await takes(hub)).toBe('accepted');
    expect(verdict(await hub.run(take, system, { seats: 1 }))).toBe('ruled.taken');
    await everywhereTheSame();
  });

  it('of a telecentre that is no member any more comes back by a word of the hub', async () => {
    await begin(4);
    const { id } = await hub.must(hub.replica.shares.lend, system, { ...course, units: 2, site: numberOf(ocopa) });
    await programme.sync();
    await hub.must(hub.replica.sites.end, system, { site: ocopa.site.id, how: 'compromised' });
    expect(await takes(ocopa)).toBe('accepted'); // it has not heard yet
    await hub.must(hub.replica.shares.end, system, { partition: WHERE, loan: id });
    expect(await takes(hub, 2)).toBe('accepted');
    await syncOnce(ocopa.replica, { transport: directLink(hub.replica) }); // taken in, and told that it is no member
    expect(await accepted(hub)).toBe(4);
    // its claim is in quarantine; released by a person it is decided like any other
    const span = await hub.app.db.read
      .selectFrom('log_quarantine')
      .select(['partition', 'site', 'device', 'run', 'n'])
      .where('table_number', '=', seat.number)
      .executeTakeFirstOrThrow();
    const { n, ...of } = span;
    await hub.must(hub.replica.verdicts.release, system, { ...of, from_n: n, to_n: n, note: 'visto' });
    expect(await accepted(hub)).toBe(4);
    expect((await stateOf(hub)).filter((one) => one.endsWith('refused share-over')).length).toBe(1);
    await programme.syncOne(betania);
    expect(await stateOf(betania)).toEqual(await stateOf(hub));
  });
});

describe('what was given up', () => {
  const takeRow = async (at: TestProgram) => (await at.must(take, system, { seats: 1 })).id;
  const states = async (row: string) =>
    Promise.all([hub, ...programme.desks].map(async (at) => (await stateOf(at)).find((one) => one.startsWith(row))));
  const ended = (row: string) => [hub, ...programme.desks].map(() => `${row} ended `);

  it('offline is free again for everybody after the exchange, and said twice it was said once', async () => {
    await say(1);
    await programme.sync();
    const row = await takeRow(ocopa);
    await programme.sync();
    expect(verdict(await hub.run(take, system, { seats: 1 }))).toBe('ruled.taken');
    for (const at of [ocopa, betania, ocopa]) await at.must(give, system, { row });
    expect(await accepted(ocopa)).toBe(0);
    expect(await accepted(hub)).toBe(1);
    await programme.sync();
    expect(await states(row)).toEqual(ended(row));
    expect(await takes(hub)).toBe('accepted');
    expect(verdict(await hub.run(take, system, { seats: 1 }))).toBe('ruled.taken');
    await everywhereTheSame();
  });

  it('holds nothing when the word of it arrives before the claim', async () => {
    await say(1);
    await programme.sync();
    const row = await takeRow(ocopa);
    await betania.must(give, system, { row });
    await programme.syncOne(betania);
    expect(await takes(hub)).toBe('accepted');
    await programme.syncOne(ocopa);
    expect(await accepted(hub)).toBe(1);
    await everywhereTheSame();
    expect(await states(row)).toEqual(ended(row));
    expect(await hub.app.db.read.selectFrom('ruling').select('id').where('row', '=', row).execute()).toEqual([]);
  });

  it('within a share is free in the share', async () => {
    await begin(4);
    await hub.must(hub.replica.shares.lend, system, { ...course, units: 1, site: numberOf(ocopa) });
    await programme.sync();
    const row = await takeRow(ocopa);
    expect(await takes(ocopa)).toBe('provisional');
    await ocopa.must(give, system, { row });
    expect(await takes(ocopa)).toBe('accepted');
    await everywhereTheSame();
    expect(await accepted(hub)).toBe(4);
  });

  it('while it waited for an answer gets none, and counts as nobody’s', async () => {
    await say(1);
    await programme.sync();
    const row = await takeRow(ocopa);
    await ocopa.must(give, system, { row });
    expect(await countClaims(ocopa.app.db.read)).toEqual({ provisional: 0, refused: 0 });
    await everywhereTheSame();
    expect(await states(row)).toEqual(ended(row));
    expect(await takes(betania)).toBe('provisional');
    await everywhereTheSame();
    expect(await accepted(betania)).toBe(1);
  });
});

it('a claim is never changed, and what has no word after a crash is ruled on at the next opening', async () => {
  await say(1);
  await takes(ocopa);
  await programme.sync();
  const before = await stateOf(hub);
  await hub.app.db.transaction((tx) => tx.local.updateTable('ruled_claim').set({ ruled: false }).execute());
  await ruleOpen(hub.replica);
  expect(await stateOf(hub)).toEqual(before);
  const change = defineCommand({
    name: 'seats.change',
    permission: null,
    input: v.object({}),
    async run(ctx) {
      const row = await ctx.tx.selectFrom('seat').select('id').executeTakeFirstOrThrow();
      await ctx.tx.update('seat', { partition: WHERE, id: row.id }, { seats: 9 });
    },
  });
  expect(verdict(await ocopa.run(change, system, {}))).toBe('replication.fact-stays');
});

describe('a hub whose database went back in time', () => {
  const goesBack = async () => {
    await hub.app.db.transaction(markRestored);
    await finishRestore(hub.replica);
  };
  const awaited = async () => (await awaitedSites(hub.app.db.read)).map(({ number }) => number).sort();
  const alarms = async () => (await openAlarms(hub.app.db.read)).map(({ code }) => code);

  it('rules, lends and plans nothing until every telecentre has been there, and then answers what waited', async () => {
    await begin(3);
    await goesBack();
    expect(await awaited()).toEqual(programme.desks.map(numberOf).sort());
    expect(await alarms()).toContain('refilling');
    expect(await takes(ocopa)).toBe('provisional');
    expect(await takes(hub)).toBe('provisional');
    expect(verdict(await lend(ocopa, 1))).toBe('hub.refilling');
    const more = { name: 'Cheni', district: '120608' };
    expect(verdict(await hub.run(hub.replica.sites.add, system, more))).toBe('hub.refilling');
    for (let round = 0; round < 2; round++) await programme.syncOne(ocopa);
    expect(await awaited()).toEqual([numberOf(betania)]);
    expect(await accepted(hub)).toBe(2);
    for (let round = 0; round < 2; round++) await programme.syncOne(betania);
    expect(await awaited()).toEqual([]);
    expect(await alarms()).not.toContain('refilling');
    expect(await accepted(hub)).toBe(3);
    await everywhereTheSame();
    expect((await stateOf(hub)).filter((one) => one.endsWith('refused taken')).length).toBe(1);
    expect(verdict(await hub.run(hub.replica.sites.add, system, more))).toBe('ok');
  });

  it('waits no longer for who will not come when somebody answers for it, which is written down', async () => {
    const { declareWhole } = hub.replica.refill;
    expect(verdict(await hub.run(declareWhole, system, { note: 'sin motivo' }))).toBe('hub.whole-already');
    await begin(3);
    await goesBack();
    expect(await takes(hub)).toBe('provisional');
    expect(verdict(await ocopa.run(declareWhole, system, { note: 'aquí no' }))).toBe('replication.hub-only');
    expect(verdict(await hub.run(declareWhole, system, { note: '' }))).toContain('note');
    const { without } = await hub.must(declareWhole, system, { note: 'se perdieron en el río' });
    expect(without).toHaveLength(2);
    expect(await alarms()).not.toContain('refilling');
    expect(await accepted(hub)).toBe(3);
    const entry = await hub.app.db.read
      .selectFrom('audit_entry')
      .select('detail')
      .where('event', '=', 'hub.declared-whole')
      .executeTakeFirstOrThrow();
    expect(entry.detail).toContain('se perdieron en el río');
  });

  it('knows by a file, too, that a telecentre has given what it held', async () => {
    await begin(3);
    await goesBack();
    for (let round = 0; round < 3; round++)
      for (const desk of programme.desks) {
        expect(outcomes(await unpack(desk, await pack(hub, numberOf(desk)))).join()).toMatch(/taken|known/);
        expect(outcomes(await unpack(hub, await pack(desk, 'hub'))).join()).toMatch(/taken|known/);
      }
    expect(await awaited()).toEqual([]);
  });
});
