// Rows of replicated tables: written and read here by column numbers, so that names from the wire never reach SQL.
import type { Kysely, Transaction } from 'kysely';
import { engineOf, type LocalTx, type Reader, type RowValues } from '#platform/db';
import { lockRows } from '#platform/dialect';
import type { ReplicatedTable } from '#platform/manifest';
import {
  metaText,
  stateOf,
  takes,
  writeCreate,
  writeSet,
  type Dot,
  type RowState,
  type Stamped,
  type Value,
  type Written,
} from './core/index.ts';
import { portions } from './store.ts';

const PAGE = 200;

/** Raw rows: the engine writes tables that only manifests know. */
interface AnyTables {
  [table: string]: Record<string, unknown>;
}

function anyTables(tx: LocalTx) {
  return engineOf(tx) as unknown as Transaction<AnyTables>; // reason: table and column names come from manifests, checked against the index
}

/** A command's row as column numbers and values, ascending. Errors: Error naming the column: a module wrote what its manifest does not declare. */
export function toWire(table: ReplicatedTable, row: RowValues): [number, Value][] {
  const wire: [number, Value][] = [];
  for (const [name, value] of Object.entries(row)) {
    const column = table.columns[name];
    if (!column) throw new Error(`${table.name} declares no column ${name}`);
    if (value === undefined) continue;
    if (value !== null && !takes(column, value))
      throw new Error(`${table.name}.${name} does not take a ${typeof value} as ${column.type}`);
    wire.push([column.n, value as Value]);
  }
  return wire.sort(([a], [b]) => a - b);
}

/** The rows that are here with their states, locked for the rest of the transaction. */
export async function loadRows(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  ids: readonly string[],
): Promise<Map<string, RowState>> {
  const query = anyTables(tx)
    .selectFrom(table.name)
    .selectAll()
    .where('partition', '=', partition)
    .where('id', 'in', ids)
    .orderBy('id'); // everybody locks in one order
  const rows = await lockRows(tx.engine, query).execute();
  return new Map(rows.map((row) => [String(row.id), stateOfLine(table, row)]));
}

async function loadRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
): Promise<RowState | undefined> {
  return (await loadRows(tx, table, partition, [id])).get(id);
}

/** Rows with their states in the order of partition and id, after one. */
export async function pageOfRows(
  read: Reader,
  table: ReplicatedTable,
  after: { partition: string; id: string },
  limit: number,
): Promise<{ partition: string; id: string; state: RowState }[]> {
  const any = read as unknown as Pick<Kysely<AnyTables>, 'selectFrom'>; // reason: as above
  const rows = await any
    .selectFrom(table.name)
    .selectAll()
    .where((e) => e(e.refTuple('partition', 'id'), '>', e.tuple(after.partition, after.id)))
    .orderBy('partition')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map((row) => ({ partition: String(row.partition), id: String(row.id), state: stateOfLine(table, row) }));
}

/** All rows of a table in that order, of one partition where it is named; held a page at a time. */
export async function* rowsOf(read: Reader, table: ReplicatedTable, only?: string) {
  for (let after = { partition: only ?? '', id: '' }; ;) {
    const page = await pageOfRows(read, table, after, PAGE);
    for (const row of page) {
      if (only !== undefined && row.partition !== only) return;
      yield row;
      after = row;
    }
    if (page.length < PAGE) return;
  }
}

/** One row with its state, not locked. */
export async function readRow(
  read: Reader,
  table: ReplicatedTable,
  partition: string,
  id: string,
): Promise<RowState | undefined> {
  const any = read as unknown as Pick<Kysely<AnyTables>, 'selectFrom'>; // reason: as above
  const row = await any
    .selectFrom(table.name)
    .selectAll()
    .where('partition', '=', partition)
    .where('id', '=', id)
    .executeTakeFirst();
  return row && stateOfLine(table, row);
}

function stateOfLine(table: ReplicatedTable, row: Record<string, unknown>): RowState {
  const made: Stamped = {
    site: Number(row.made_site),
    device: Number(row.made_device),
    run: Number(row.made_run),
    n: Number(row.made_n),
    at: Number(row.made_at),
    clock: Number(row.made_clock),
  };
  const values = new Map<number, Value>();
  for (const [name, column] of Object.entries(table.columns)) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    values.set(column.n, value instanceof Uint8Array ? Uint8Array.from(value) : (value as Value));
  }
  return stateOf(made, values, (row.meta as string | null | undefined) ?? null);
}

/** Adds rows that are not here yet, all columns of each: those that a row lacks are empty. */
export async function insertRows(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  rows: readonly { id: string; state: RowState }[],
): Promise<void> {
  const lines = rows.map(({ id, state }) => {
    const { site, device, run, n, at, clock } = state.made;
    const line: Record<string, unknown> = {
      partition,
      id,
      made_site: site,
      made_device: device,
      made_run: run,
      made_n: n,
      made_at: at,
      made_clock: clock,
    };
    for (const [name, column] of Object.entries(table.columns)) line[name] = state.values.get(column.n) ?? null;
    if (table.class !== 'fact') line.meta = metaText(state);
    return line;
  });
  for (const part of portions(lines)) await anyTables(tx).insertInto(table.name).values(part).execute();
}

export async function saveRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  state: RowState,
): Promise<void> {
  const row: Record<string, unknown> = table.class === 'fact' ? {} : { meta: metaText(state) };
  for (const [name, column] of Object.entries(table.columns)) row[name] = state.values.get(column.n) ?? null;
  await anyTables(tx)
    .updateTable(table.name)
    .set(row)
    .where('partition', '=', partition)
    .where('id', '=', id)
    .execute();
}

/** Takes rows away whose operations are withheld. Returns what stood in each, by column, for tables derived from it. */
export async function deleteRows(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  rows: readonly { id: string; state: RowState }[],
): Promise<{ partition: string; id: string; was: Record<string, unknown> }[]> {
  const ids = rows.map(({ id }) => id);
  for (let at = 0; at < ids.length; at += 500)
    await anyTables(tx)
      .deleteFrom(table.name)
      .where('partition', '=', partition)
      .where('id', 'in', ids.slice(at, at + 500))
      .execute();
  return rows.map(({ id, state }) => ({
    partition,
    id,
    was: Object.fromEntries(Object.entries(table.columns).map(([name, { n }]) => [name, state.values.get(n) ?? null])),
  }));
}

/** Empties the personal fields of one row, shown and kept beside; the digest does not count them. */
export async function emptySealed(tx: LocalTx, table: ReplicatedTable, partition: string, id: string): Promise<void> {
  const state = await loadRow(tx, table, partition, id);
  if (!state) return;
  const emptied: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(table.columns)) {
    if (!column.sealed) continue;
    emptied[name] = null;
    const live = state.live.get(column.n);
    if (live)
      state.live.set(
        column.n,
        live.map((one) => ({ ...one, value: null })),
      );
  }
  if (table.class !== 'fact') emptied.meta = metaText(state);
  await anyTables(tx)
    .updateTable(table.name)
    .set(emptied)
    .where('partition', '=', partition)
    .where('id', '=', id)
    .execute();
}

/** Rows whose personal fields are this subject's, in one partition. */
export async function rowsOfSubject(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  subject: string,
): Promise<string[]> {
  const rows = await anyTables(tx)
    .selectFrom(table.name)
    .select('id')
    .where('partition', '=', partition)
    .where(table.subject ?? 'id', '=', subject)
    .execute();
  return rows.map((row) => String(row.id));
}

/** The subject that a stored row names; undefined when the row is not here. */
export async function readSubject(
  reader: Reader,
  table: ReplicatedTable,
  partition: string,
  id: string,
): Promise<string | undefined> {
  const column = table.subject;
  if (!column || column === 'id') return column ? id : undefined;
  const any = reader as unknown as Pick<Kysely<AnyTables>, 'selectFrom'>; // reason: as above
  const row = await any
    .selectFrom(table.name)
    .select(column)
    .where('partition', '=', partition)
    .where('id', '=', id)
    .executeTakeFirst();
  const subject = row?.[column];
  return typeof subject === 'string' ? subject : undefined;
}

/** Makes the row, whose id is new. */
export async function createRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  made: Stamped,
  fields: readonly [number, Value][],
): Promise<Written> {
  const written = writeCreate(table, id, made, fields);
  await insertRows(tx, table, partition, [{ id, state: written.state }]);
  return written;
}

/** Latest stamp that this site gave to anything in the row. */
const newestOf = ({ made, live }: RowState, site: number): number =>
  Math.max(...[made, ...[...live.values()].flat()].filter((one) => one.site === site).map(({ at }) => at), 0);

/**
 * Changes the row, replacing every value that is here, or those that were shown. Undefined when its first operation is not here.
 * `goesOnAfter` hears the latest stamp of this site in a row of class owned, and throws when the change must be made anew after it.
 */
export async function setRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  stamp: Stamped,
  fields: readonly [number, Value][],
  how: { shown?: ReadonlyMap<number, readonly Dot[]>; goesOnAfter: (newest: number) => void },
): Promise<ReturnType<typeof writeSet> | undefined> {
  const state = await loadRow(tx, table, partition, id);
  if (!state) return undefined;
  if (table.class === 'owned') how.goesOnAfter(newestOf(state, stamp.site));
  const written = writeSet(table, id, state, stamp, fields, how.shown);
  await saveRow(tx, table, partition, id, state);
  return written;
}
