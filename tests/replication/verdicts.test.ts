// What the hub sets aside: every holder hears it, nothing of it is lost, and a person's decision makes the rows equal everywhere.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { defineCommand } from '#platform/command';
import { defineModule, replicated, type EngineColumns } from '#platform/manifest';
import { system } from '#platform/permissions';
import { closeOpenActs, enrolWithHub, syncOnce } from '#replication';
import { receiveSegment } from '../../src/replication/server/receive.ts';
import { directLink } from '../support/link.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

interface Row extends EngineColumns {
  partition: string;
  id: string;
  text: string | null;
  amount: number | null;
}
declare module '#platform/db' {
  interface Tables {
    verdict_card: Row & { meta: string | null };
    verdict_plan: Row & { meta: string | null };
  }
}
const columns = { text: { n: 1, type: 'text', sealed: true }, amount: { n: 2, type: 'integer' } } as const;
const card = replicated({
  number: 230,
  name: 'verdict_card',
  class: 'shared',
  partitions: ['district', 'site'],
  subject: 'id',
  columns,
});
/** Owned: in a district only the hub may write it. */
const plan = replicated({
  number: 231,
  name: 'verdict_plan',
  class: 'owned',
  partitions: ['district', 'site'],
  columns: { text: { n: 1, type: 'text' }, amount: { n: 2, type: 'integer' } },
});
const module = defineModule({
  name: 'verdict-test',
  permissions: ['test.write'],
  roles: [{ role: 'operator', permissions: ['test.write'] }],
  tables: [card, plan],
  migrations: [
    {
      id: '20261128-create-verdict-test',
      async up({ createReplicated }) {
        await createReplicated(card);
        await createReplicated(plan);
      },
    },
  ],
});

const input = v.object({ table: v.string(), id: v.string(), text: v.string(), amount: v.number() });
const make = defineCommand({
  name: 'test.make',
  permission: null,
  input,
  run: (ctx, { table, id, ...fields }) => ctx.tx.append(table, { partition: DISTRICT, id, ...fields }),
});
const change = defineCommand({
  name: 'test.change',
  permission: null,
  input,
  async run(ctx, { table, id, ...fields }) {
    await ctx.tx.update(table, { partition: DISTRICT, id }, fields);
    return null;
  },
});

const DISTRICT = 'd/120608';
let hub: TestProgram;
let desks: [TestProgram, TestProgram];

beforeEach(async () => {
  hub = await testProgram({ program: { modules: [module] } });
  const open = async (name: string) => {
    const { code } = await hub.must(hub.replica.sites.add, system, { name, district: '120608' });
    const program = await testProgram({ role: 'telecentre', enrolled: false, program: { modules: [module] } });
    await enrolWithHub(program.replica, { hubUrl: 'http://127.0.0.1', code, transport: directLink(hub.replica) });
    return program;
  };
  desks = [await open('Uno'), await open('Dos')];
});
afterEach(async () => {
  for (const program of [...desks, hub]) await program.close();
});

const session = (desk: TestProgram) => syncOnce(desk.replica, { transport: directLink(hub.replica) });
async function meet() {
  for (const desk of [...desks, ...desks, ...desks])
    expect(await session(desk)).toMatchObject({ ok: true, left: false });
  for (const desk of desks) expect(await session(desk)).toMatchObject({ ok: true, differ: [] });
}

/** A program that forgot its rights, as after an attack on its disk: it writes what it may not. */
function unbound(desk: TestProgram, work: () => Promise<unknown>) {
  const { identity } = desk.replica;
  const was = desk.replica.site;
  desk.replica.site = () => ({ ...was(), role: 'hub' });
  return work().finally(() => {
    desk.replica.site = was;
    expect(identity.role).toBe('telecentre');
  });
}

const rows = (program: TestProgram) =>
  program.app.db.read.selectFrom('verdict_plan').select(['id', 'text', 'amount']).orderBy('id').execute();
/** Of cards; two sites that make one person each seal her fields under their own key. */
const amounts = (program: TestProgram) =>
  program.app.db.read.selectFrom('verdict_card').select(['id', 'amount']).orderBy('id').execute();
const aside = async (program: TestProgram) =>
  program.app.db.read
    .selectFrom('log_quarantine')
    .select(['partition', 'site', 'device', 'run', 'n', 'reason', 'state'])
    .orderBy('n')
    .execute();
const digest = async (program: TestProgram) => {
  const row = await program.app.db.read
    .selectFrom('log_partition')
    .select('digest')
    .where('partition', '=', DISTRICT)
    .executeTakeFirst();
  return Buffer.from(row?.digest ?? []).toString('hex');
};
async function alike() {
  for (const desk of desks) {
    expect(await rows(desk)).toEqual(await rows(hub));
    expect(await amounts(desk)).toEqual(await amounts(hub));
    expect(await digest(desk)).toBe(await digest(hub));
  }
}
async function spanOf(program: TestProgram) {
  const lines = await aside(program);
  const first = lines[0];
  if (!first) throw new Error('nothing is in quarantine');
  const { partition, site, device, run, n } = first;
  return { partition, site, device, run, from_n: n, to_n: lines.at(-1)?.n ?? n };
}

describe('what a site wrote without the right', () => {
  const write = async (desk: TestProgram) => {
    await unbound(desk, async () => {
      await desk.must(make, system, { table: 'verdict_plan', id: 'P1', text: 'pozo', amount: 5 });
      await desk.must(change, system, { table: 'verdict_plan', id: 'P1', text: 'pozo', amount: 6 });
    });
  };

  it('is in quarantine at both ends and at every other holder, with the same digest', async () => {
    await write(desks[0]);
    expect(await rows(desks[0])).toHaveLength(1);
    await meet();
    for (const program of [hub, ...desks]) {
      expect(await rows(program)).toEqual([]);
      expect((await aside(program)).map(({ reason, state }) => [reason, state])).toEqual([
        ['replication.not-allowed-here', 'waiting'],
        ['replication.not-allowed-here', 'waiting'],
      ]);
    }
    await alike();
  });

  it('counts everywhere once a person releases it', async () => {
    await write(desks[0]);
    await meet();
    const staff = hub.actor('administrator');
    await hub.must(hub.replica.verdicts.release, staff, { ...(await spanOf(hub)), note: 'acordado por radio' });
    expect(await rows(hub)).toEqual([{ id: 'P1', text: 'pozo', amount: 6 }]);
    await meet();
    await alike();
    for (const program of [hub, ...desks]) expect(await aside(program)).toEqual([]);
  });

  it('counts nowhere once rejected, and is still there to be released later', async () => {
    await write(desks[0]);
    await meet();
    const staff = hub.actor('administrator');
    const span = await spanOf(hub);
    await hub.must(hub.replica.verdicts.reject, staff, { ...span, note: 'no corresponde' });
    expect(await hub.run(hub.replica.verdicts.reject, staff, { ...span, note: 'otra vez' })).toMatchObject({
      ok: false,
      refusal: { code: 'quarantine.decided' },
    });
    await meet();
    for (const program of [hub, ...desks]) {
      expect(await rows(program)).toEqual([]);
      expect((await aside(program)).map(({ state }) => state)).toEqual(['rejected', 'rejected']);
    }
    await alike();
    await hub.must(hub.replica.verdicts.release, staff, { ...span, note: 'nos equivocamos' });
    await meet();
    await alike();
    expect(await rows(desks[1])).toEqual([{ id: 'P1', text: 'pozo', amount: 6 }]);
  });

  it('is decided on by those who may, at the hub, with a reason', async () => {
    await write(desks[0]);
    await meet();
    const span = { ...(await spanOf(hub)), note: 'x' };
    const { release } = hub.replica.verdicts;
    expect(await hub.run(release, { kind: 'anonymous', grants: [], language: 'es' }, span)).toMatchObject({
      refusal: { code: 'permissions.sign-in' },
    });
    expect(await hub.run(release, hub.actor('operator'), span)).toMatchObject({
      refusal: { code: 'permissions.denied' },
    });
    expect(await hub.run(release, hub.actor('coordinator', { district: '120604' }), span)).toMatchObject({
      refusal: { code: 'permissions.denied' },
    });
    expect(await hub.run(release, hub.actor('administrator'), { ...span, note: '' })).toMatchObject({
      refusal: { code: 'input.invalid' },
    });
    expect(await desks[0].run(desks[0].replica.verdicts.release, desks[0].actor('administrator'), span)).toMatchObject({
      refusal: { code: 'replication.hub-only' },
    });
    expect(await rows(hub)).toEqual([]);
  });
});

describe('an edit of a row that others made', () => {
  it('is taken out of the row again where it was applied; what was there before stands', async () => {
    await hub.must(make, system, { table: 'verdict_plan', id: 'P2', text: 'puente', amount: 1 });
    await hub.must(change, system, { table: 'verdict_plan', id: 'P2', text: 'puente', amount: 2 });
    await meet();
    hub.clock.forward(1_000);
    for (const desk of desks) desk.clock.forward(60_000);
    await unbound(desks[0], () =>
      desks[0].must(change, system, { table: 'verdict_plan', id: 'P2', text: 'mío', amount: 9 }),
    );
    expect(await rows(desks[0])).toEqual([{ id: 'P2', text: 'mío', amount: 9 }]);
    await meet();
    expect(await rows(desks[0])).toEqual([{ id: 'P2', text: 'puente', amount: 2 }]);
    await alike();
    await hub.must(hub.replica.verdicts.release, hub.actor('administrator'), { ...(await spanOf(hub)), note: 'vale' });
    await meet();
    await alike();
    expect(await rows(desks[1])).toEqual([{ id: 'P2', text: 'mío', amount: 9 }]);
  });
});

describe('two rows made under one id', () => {
  it('the hub’s first stands everywhere, edits of the other wait with it', async () => {
    for (const [at, desk] of desks.entries()) {
      await desk.must(make, system, { table: 'verdict_card', id: 'C1', text: `de ${at}`, amount: at });
    }
    await desks[1].must(change, system, { table: 'verdict_card', id: 'C1', text: 'editado', amount: 7 });
    await meet();
    await alike();
    // the edit came after the second first operation and replaced it; it stands on the row that stands
    expect((await aside(hub)).map(({ site, reason }) => [site, reason])).toEqual([
      [desks[1].app.site.number, 'two-contents'],
    ]);
    const outcome = await hub.run(hub.replica.verdicts.release, hub.actor('administrator'), {
      ...(await spanOf(hub)),
      note: 'ambas',
    });
    expect(outcome).toMatchObject({ refusal: { code: 'quarantine.never-stands' } });
    await alike();
  });
});

describe('a verdict', () => {
  it('written by a telecentre, or changed on the way, is refused', async () => {
    const [desk] = desks;
    const control = `${DISTRICT}/control`;
    await unbound(desk, () =>
      desk.must(
        defineCommand({
          name: 'test.forge',
          permission: null,
          input: v.object({}),
          run: (ctx) =>
            ctx.tx.append('verdict', {
              partition: control,
              ...{ site: 2, device: 0, run: 1, from_n: 1, to_n: 9, state: 'rejected', reason: 'x', turn: 9 },
            }),
        }),
        system,
        {},
      ),
    );
    await closeOpenActs(desk.replica);
    const forged = await desk.app.db.read
      .selectFrom('log_segment')
      .select('bytes')
      .where('partition', '=', control)
      .executeTakeFirstOrThrow();
    for (const program of [hub, desks[1]])
      expect(await receiveSegment(program.replica, control, forged.bytes)).toMatchObject({
        outcome: 'refused',
        reason: 'not-allowed',
      });
  });
});
