// Between the database and the core: puts the rows that some operations concern on a shelf, and saves what became of them.
import type { LocalTx } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { readPartition } from '#platform/partitions';
import {
  decodeAct,
  emptyShelf,
  encodeAct,
  rowKey,
  rowsTouched,
  subjectsTouched,
  type Act,
  type Kept,
  type Shelf,
  type ShelfRow,
} from './core/index.ts';
import type { Replica } from './replica.ts';
import { mayWrite, type SitePlace } from './rights.ts';
import { insertRows, loadRows, saveRow } from './rows.ts';
import { insertMany } from './store.ts';

/** Values in one `in (…)`. */
const AT_ONCE = 500;

/** Why this writer may not write this table here; null when it may. Without a place (what the hub sent was judged there) only the shape counts. */
function judgeOf(partition: string, place: SitePlace | null): Shelf['judge'] {
  const where = readPartition(partition);
  return (of) => {
    const table = of as ReplicatedTable; // reason: the shelf is handed manifest tables only
    if (!where || !table.partitions.includes(where.kind) || table.control !== where.control) return 'not-its-partition';
    return place && table.name !== 'request' ? mayWrite(place, where, table.class) : null;
  };
}

/** Everything that these acts of one partition concern, locked for the rest of the transaction. */
export async function loadShelf(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  acts: readonly Act[],
  place: SitePlace | null,
): Promise<Shelf> {
  const tableOf = (number: number) => replica.tables.byNumber.get(number);
  const shelf = emptyShelf(partition, tableOf, judgeOf(partition, place));
  for (const [of, ids] of rowsTouched(acts, tableOf)) {
    const table = of as ReplicatedTable; // reason: tableOf gives manifest tables only
    const sorted = ids.toSorted();
    for (let at = 0; at < sorted.length; at += AT_ONCE)
      for (const [id, state] of await loadRows(tx, table, partition, sorted.slice(at, at + AT_ONCE)))
        shelf.rows.set(rowKey(table.number, id), { table, id, state, fresh: false, changed: false });
    const absent = sorted.filter((id) => !shelf.rows.has(rowKey(table.number, id)));
    for (let at = 0; at < absent.length; at += AT_ONCE)
      for (const kept of await loadWaiting(tx, partition, table.number, absent.slice(at, at + AT_ONCE))) {
        const key = rowKey(kept.table, kept.row);
        shelf.waiting.set(key, [...(shelf.waiting.get(key) ?? []), kept]);
      }
  }
  for (const [subject, keys] of await replica.keys.getMany(partition, subjectsTouched(acts, shelf)))
    shelf.keys.set(subject, keys);
  return shelf;
}

async function loadWaiting(tx: LocalTx, partition: string, table: number, rows: readonly string[]): Promise<Kept[]> {
  const held = await tx
    .selectFrom('log_held')
    .select(['site', 'device', 'run', 'n', 'row', 'reason', 'act'])
    .where('partition', '=', partition)
    .where('table_number', '=', table)
    .where('row', 'in', rows)
    .where('reason', '=', 'no-create')
    .execute();
  return held.map((one) => ({ ...one, table, act: decodeAct(one.act) }));
}

/** Saves what changed on the shelf; the caller saves the digest with the partition's head. */
export async function saveShelf(replica: Replica, tx: LocalTx, shelf: Shelf): Promise<void> {
  const { partition } = shelf;
  for (const one of shelf.released)
    await tx.local
      .deleteFrom('log_held')
      .where('partition', '=', partition)
      .where('site', '=', one.site)
      .where('device', '=', one.device)
      .where('run', '=', one.run)
      .where('n', '=', one.n)
      .execute();
  const changed = [...shelf.rows.values()].filter((row) => row.changed);
  for (const [table, rows] of Map.groupBy(changed, (row: ShelfRow) => row.table as ReplicatedTable)) {
    await insertRows(
      tx,
      table,
      partition,
      rows.filter((row) => row.fresh),
    );
    for (const { id, state, fresh } of rows) if (!fresh) await saveRow(tx, table, partition, id, state);
    await table.onApplied?.(
      tx,
      rows.map(({ id }) => ({ partition, id })),
    );
  }
  await insertMany(
    tx,
    'log_held',
    shelf.held.map((kept) => lineOf(partition, kept)),
  );
  const at = replica.clock.now();
  await insertMany(
    tx,
    'log_quarantine',
    shelf.quarantined.map((kept) => ({ ...lineOf(partition, kept), at, state: 'waiting' })),
  );
  for (const { table, row, site, reason } of shelf.quarantined)
    replica.log.warn({ partition, site, table, row, reason }, 'an operation was quarantined');
}

const lineOf = (partition: string, { table, act, ...kept }: Kept) => ({
  ...kept,
  partition,
  table_number: table,
  act: encodeAct(act),
});
