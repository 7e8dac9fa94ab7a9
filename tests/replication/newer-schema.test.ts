// A hub upgraded before its telecentres: what the older program does not know waits beside the rows and is there after its own upgrade.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foldHeld, inspectLog, syncOnce } from '#replication';
import type { ReplicatedTable } from '#platform/manifest';
import { system } from '#platform/permissions';
import { openProgramme, type TestDesk, type TestProgramme } from '../support/desk.ts';
import { directLink } from '../support/link.ts';

let programme: TestProgramme;
let desk: TestDesk;
let known: ReplicatedTable;

beforeEach(async () => {
  programme = await openProgramme(['120608']);
  [desk] = programme.desks as [TestDesk]; // reason: one was opened
  known = desk.replica.tables.byName.get('site') as ReplicatedTable; // reason: the engine's own table
});
afterEach(() => programme.close());

/** Opened as a program of another version, which sees other tables: without `site`, or without some of its columns. */
async function opened(table: ReplicatedTable | undefined, schema: number): Promise<number> {
  const byName = desk.replica.tables.byName as Map<string, ReplicatedTable>;
  const byNumber = desk.replica.tables.byNumber as Map<number, ReplicatedTable>;
  byName.delete(known.name);
  byNumber.delete(known.number);
  if (table) {
    byName.set(table.name, table);
    byNumber.set(table.number, table);
  }
  desk.replica.schema = schema;
  return foldHeld(desk.replica);
}

const without = (...names: string[]): ReplicatedTable => ({
  ...known,
  columns: Object.fromEntries(Object.entries(known.columns).filter(([name]) => !names.includes(name))),
});

const sites = ({ app }: Pick<TestDesk, 'app'>) =>
  app.db.read.selectFrom('site').select(['id', 'number', 'name', 'state', 'meta']).orderBy('id').execute();
const held = () => desk.app.db.read.selectFrom('log_held').select(['n', 'reason']).orderBy('n').execute();
const session = () => syncOnce(desk.replica, { transport: directLink(programme.hub.replica) });

async function hubWrites(): Promise<void> {
  const { hub } = programme;
  const added = await hub.must(hub.replica.sites.add, system, { name: 'Cutivireni', district: '120606' });
  await hub.must(hub.replica.sites.end, system, { site: added.id, how: 'ended' });
}

const upgrade = () => opened(known, programme.hub.replica.schema);

async function expectWhole(): Promise<void> {
  expect(await held()).toEqual([]);
  expect(await sites(desk)).toEqual(await sites(programme.hub));
  expect(await session()).toMatchObject({ ok: true, differ: [] });
  const { tables, identity, keys } = desk.replica;
  expect((await inspectLog(desk.app.db.read, { tables, identity, keys })).findings).toEqual([]);
}

describe('an older telecentre', () => {
  it('shows what it knows of a row with a new column, without an alarm, and all of it after the upgrade', async () => {
    await opened(without('state'), desk.replica.schema - 1);
    await hubWrites();
    expect(await session()).toMatchObject({ ok: true, differ: [] });
    expect(await sites(desk)).toEqual(
      (await sites(programme.hub)).map((row) =>
        row.name === 'Cutivireni' ? { ...row, state: null, meta: null } : row,
      ),
    );
    expect(await held()).toHaveLength(2);
    expect(await upgrade()).toBe(2);
    await expectWhole();
  });

  it('keeps a table that it does not know', async () => {
    await opened(undefined, desk.replica.schema - 1);
    await hubWrites();
    expect(await session()).toMatchObject({ ok: true, differ: [] });
    expect((await held()).map((row) => row.reason)).toEqual(['unknown-table', 'unknown-table']);
    expect(await upgrade()).toBe(2);
    await expectWhole();
  });

  it('folds in once, though the power fails before that is noted', async () => {
    await opened(without('state'), desk.replica.schema - 1);
    await hubWrites();
    await session();
    await upgrade();
    await desk.app.db.transaction((tx) =>
      tx.local.deleteFrom('replica_state').where('key', '=', 'folded_schema').execute(),
    );
    expect(await foldHeld(desk.replica)).toBe(0);
    await expectWhole();
  });

  it('takes first the upgrade that knows half of it, then the one that knows the rest', async () => {
    await opened(without('state', 'name'), desk.replica.schema - 2);
    await hubWrites();
    await session();
    await opened(without('state'), desk.replica.schema + 1);
    expect((await sites(desk)).map(({ name }) => name)).toEqual((await sites(programme.hub)).map(({ name }) => name));
    expect(await held()).toHaveLength(2);
    await upgrade();
    await expectWhole();
  });
});
