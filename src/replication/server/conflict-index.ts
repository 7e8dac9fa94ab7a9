// Which rows of class shared have a field with several different values that nothing replaced: kept in step, so that a desk can list and count them.
import { sql } from 'kysely';
import type { LocalTx } from '#platform/db';
import { textType } from '#platform/dialect';
import type { Migration, ReplicatedTable } from '#platform/manifest';
import { disagreements, type RowState } from './core/index.ts';
import type { Replica } from './replica.ts';
import { pageOfRows } from './rows.ts';
import { readState, writeState } from './state.ts';
import { insertMany } from './store.ts';

declare module '#platform/db' {
  interface Tables {
    open_conflict: { partition: string; table_number: number; row: string };
  }
}

const MARK = 'conflicts_indexed';
const AT_ONCE = 500;

/** Appended to the module's migrations; never changed afterwards. */
export const createConflicts: Migration = {
  id: '20261130-create-conflicts',
  async up({ db, engine }) {
    const text = textType(engine) as never;
    const table = db.schema
      .createTable('open_conflict')
      .addColumn('partition', text, (c) => c.notNull())
      .addColumn('table_number', 'integer', (c) => c.notNull())
      .addColumn('row', text, (c) => c.notNull())
      .addPrimaryKeyConstraint('open_conflict_key', ['partition', 'table_number', 'row'] as never);
    await (engine === 'sqlite' ? table.modifyEnd(sql`without rowid`) : table).execute();
  },
};

/** After rows of one table were written, in the same transaction; `gone` are those that were taken away. */
export async function noteConflicts(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  rows: readonly { id: string; state: RowState }[],
  gone: readonly string[] = [],
): Promise<void> {
  if (table.class !== 'shared') return;
  const ids = [...new Set([...rows.map(({ id }) => id), ...gone])];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    await tx.local
      .deleteFrom('open_conflict')
      .where('partition', '=', partition)
      .where('table_number', '=', table.number)
      .where('row', 'in', ids.slice(at, at + AT_ONCE))
      .execute();
  const open = rows.filter(({ state }) => disagreements(state).length > 0);
  await insertMany(
    tx,
    'open_conflict',
    open.map(({ id: row }) => ({ partition, table_number: table.number, row })),
  );
}

/** At every opening; does nothing once it is done: rows from before this was kept. */
export async function indexConflicts(replica: Replica): Promise<void> {
  const { db, tables } = replica;
  if (await readState(db.read, MARK)) return;
  for (const table of tables.byName.values()) {
    if (table.class !== 'shared') continue;
    for (let after: { partition: string; id: string } | undefined = { partition: '', id: '' }; after;) {
      const page = await pageOfRows(db.read, table, after, AT_ONCE);
      await db.transaction(async (tx) => {
        for (const [partition, rows] of Map.groupBy(page, (row) => row.partition))
          await noteConflicts(tx, table, partition, rows);
      });
      after = page.length < AT_ONCE ? undefined : page.at(-1);
    }
  }
  await writeState(db, MARK, 'yes');
}
