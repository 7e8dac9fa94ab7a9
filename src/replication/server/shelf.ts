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
  spansOf,
  type Kept,
  type Shelf,
  type ShelfRow,
} from './core/index.ts';
import type { Replica } from './replica.ts';
import { judgeRevoked, mayWrite, type Writers } from './rights.ts';
import { followRuled, type Touched } from './ruled.ts';
import { noteConflicts } from './conflict-index.ts';
import { deleteRows, insertRows, loadRows, saveRow } from './rows.ts';
import { insertMany } from './store.ts';
import { verdictsOn } from './verdict-log.ts';

/** Values in one `in (…)`. */
const AT_ONCE = 500;

/** Why an act's writer may not write a table here; null when it may. Without writers (what the hub sent was judged there) only the shape counts. */
function judgeOf(partition: string, writers: Writers | null): Shelf['judge'] {
  const where = readPartition(partition);
  return (of, act, released) => {
    const table = of as ReplicatedTable; // reason: the shelf is handed manifest tables only
    if (!where || !table.partitions.includes(where.kind) || table.control !== where.control) return 'not-its-partition';
    if (released || !writers) return null;
    const writer = writers.get(act.site);
    if (!writer) return 'unknown-site';
    const revoked = judgeRevoked(writer, act.header);
    return revoked ?? (table.name === 'request' ? null : mayWrite(writer, where, table.class));
  };
}

/** A shelf with nothing on it yet. */
export const openShelf = (replica: Replica, partition: string, writers: Writers | null) =>
  emptyShelf(partition, (number) => replica.tables.byNumber.get(number), judgeOf(partition, writers));

/** Everything that these acts of one partition concern, locked for the rest of the transaction. */
export async function loadShelf(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  acts: readonly Act[],
  writers: Writers | null,
): Promise<Shelf> {
  const shelf = openShelf(replica, partition, writers);
  shelf.verdicts = await verdictsOn(tx, partition, spansOf(acts));
  for (const [of, ids] of rowsTouched(acts, shelf.tableOf)) {
    const table = of as ReplicatedTable; // reason: tableOf gives manifest tables only
    await loadShelfRows(tx, shelf, table, ids);
    const absent = ids.filter((id) => !shelf.rows.has(rowKey(table.number, id))).sort();
    for (let at = 0; at < absent.length; at += AT_ONCE)
      for (const kept of await loadWaiting(tx, partition, table.number, absent.slice(at, at + AT_ONCE))) {
        const key = rowKey(kept.table, kept.row);
        shelf.waiting.set(key, [...(shelf.waiting.get(key) ?? []), kept]);
      }
  }
  await loadKeys(replica, shelf, acts);
  return shelf;
}

/** Rows of one table, locked in the order of their ids. */
export async function loadShelfRows(
  tx: LocalTx,
  shelf: Shelf,
  table: ReplicatedTable,
  ids: readonly string[],
): Promise<void> {
  const sorted = ids.toSorted();
  for (let at = 0; at < sorted.length; at += AT_ONCE)
    for (const [id, state] of await loadRows(tx, table, shelf.partition, sorted.slice(at, at + AT_ONCE)))
      shelf.rows.set(rowKey(table.number, id), { table, id, state, fresh: false, changed: false });
}

export async function loadKeys(
  replica: Replica,
  shelf: Shelf & { keys: Map<string, readonly Uint8Array[]> },
  acts: readonly Act[],
): Promise<void> {
  for (const [subject, keys] of await replica.keys.getMany(shelf.partition, subjectsTouched(acts, shelf)))
    shelf.keys.set(subject, keys);
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
  const tableOf = (row: ShelfRow) => row.table as ReplicatedTable; // reason: a shelf is filled from manifest tables
  const gone = Map.groupBy(shelf.gone, tableOf);
  const written = Map.groupBy(changed, tableOf);
  const touched: Touched[] = [];
  for (const table of new Set([...gone.keys(), ...written.keys()])) {
    const rows = written.get(table) ?? [];
    const was = await deleteRows(tx, table, partition, gone.get(table) ?? []);
    await insertRows(
      tx,
      table,
      partition,
      rows.filter((row) => row.fresh),
    );
    for (const { id, state, fresh } of rows) if (!fresh) await saveRow(tx, table, partition, id, state);
    const other = rows.filter(({ id }) => !was.some((one) => one.id === id));
    await table.onApplied?.(tx, [...was, ...other.map(({ id }) => ({ partition, id }))]);
    const here = new Set(rows.map(({ id }) => id));
    touched.push({ table, rows: [...here], gone: was.map(({ id }) => id).filter((id) => !here.has(id)) });
    await noteConflicts(
      tx,
      table,
      partition,
      rows,
      was.map(({ id }) => id),
    );
  }
  // within a command the numbers of the control log beside are in its hands: it has the hub speak once it is durable
  await followRuled(replica, tx, partition, touched, 'append' in tx ? null : undefined);
  await insertMany(
    tx,
    'log_held',
    shelf.held.map((kept) => lineOf(partition, kept)),
  );
  const at = replica.clock.now();
  await insertMany(
    tx,
    'log_quarantine',
    shelf.quarantined.map((kept) => ({ ...lineOf(partition, kept), at, state: kept.state })),
  );
  for (const { table, row, site, reason } of shelf.quarantined.filter(({ unsaid }) => unsaid))
    replica.log.warn({ partition, site, table, row, reason }, 'an operation was quarantined');
}

const lineOf = (partition: string, { site, device, run, n, table, row, reason, act }: Kept) => ({
  partition,
  site,
  device,
  run,
  n,
  table_number: table,
  row,
  reason,
  act: encodeAct(act),
});
