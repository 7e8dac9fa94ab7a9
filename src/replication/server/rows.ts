// Rows of replicated tables: written and read here by column numbers, so that names from the wire never reach SQL.
import type { Kysely, Transaction } from 'kysely';
import { engineOf, type LocalTx, type Reader, type RowValues } from '#platform/db';
import { lockRows } from '#platform/dialect';
import type { ColumnType, ReplicatedTable } from '#platform/manifest';
import {
  applySet,
  compareDots,
  createdRow,
  fillCreated,
  lessDigest,
  metaText,
  rowHash,
  seenDots,
  stateOf,
  ZERO_DIGEST,
  addDigests,
  type Operation,
  type RowState,
  type Stamped,
  type Value,
} from './core/index.ts';

/** Raw rows: the engine writes tables that only manifests know. */
interface AnyTables {
  [table: string]: Record<string, unknown>;
}

function anyTables(tx: LocalTx) {
  return engineOf(tx) as unknown as Transaction<AnyTables>; // reason: table and column names come from manifests, checked against the index
}

/** PostgreSQL stores no U+0000, and half a surrogate pair is no text: it would come out of the log as another one. */
const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed();

const FITS: Record<ColumnType, (value: unknown) => boolean> = {
  id: isText,
  text: isText,
  json: isText,
  date: (value) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
  integer: (value) => Number.isSafeInteger(value),
  instant: (value) => Number.isSafeInteger(value),
  number: (value) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  bytes: (value) => value instanceof Uint8Array,
};

/** A command's row as column numbers and values, ascending. Errors: Error naming the column: a module wrote what its manifest does not declare. */
export function toWire(table: ReplicatedTable, row: RowValues): [number, Value][] {
  const wire: [number, Value][] = [];
  for (const [name, value] of Object.entries(row)) {
    const column = table.columns[name];
    if (!column) throw new Error(`${table.name} declares no column ${name}`);
    if (value === undefined) continue;
    if (value !== null && !FITS[column.type](value))
      throw new Error(`${table.name}.${name} does not take a ${typeof value} as ${column.type}`);
    wire.push([column.n, value as Value]);
  }
  return wire.sort(([a], [b]) => a - b);
}

/** Whether a value from the wire fits the column it names; one that does not is held, never forced in. */
export function fitsColumn(table: ReplicatedTable, column: number, value: Value): boolean {
  const found = Object.values(table.columns).find((one) => one.n === column);
  return found !== undefined && (value === null || FITS[found.type](value));
}

function namesByNumber(table: ReplicatedTable): Map<number, string> {
  return new Map(Object.entries(table.columns).map(([name, column]) => [column.n, name]));
}

function unsealed(table: ReplicatedTable, values: Iterable<readonly [number, Value]>): (readonly [number, Value])[] {
  const sealed = new Set(
    Object.values(table.columns)
      .filter((column) => column.sealed)
      .map((column) => column.n),
  );
  return [...values].filter(([column]) => !sealed.has(column));
}

export function hashOf(table: ReplicatedTable, id: string, values: Iterable<readonly [number, Value]>): Uint8Array {
  return rowHash(table.number, id, unsealed(table, values));
}

/** The row with its state, locked for the rest of the transaction; undefined when its first operation is not here. */
export async function loadRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
): Promise<RowState | undefined> {
  const query = anyTables(tx)
    .selectFrom(table.name)
    .selectAll()
    .where('partition', '=', partition)
    .where('id', '=', id);
  const row = await lockRows(tx.engine, query).executeTakeFirst();
  if (!row) return undefined;
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

async function insertRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  state: RowState,
): Promise<void> {
  const names = namesByNumber(table);
  const row: Record<string, unknown> = { partition, id };
  for (const [column, value] of state.values) {
    const name = names.get(column);
    if (name) row[name] = value;
  }
  const { site, device, run, n, at, clock } = state.made;
  Object.assign(row, {
    made_site: site,
    made_device: device,
    made_run: run,
    made_n: n,
    made_at: at,
    made_clock: clock,
  });
  if (table.class !== 'fact') row.meta = metaText(state);
  await anyTables(tx).insertInto(table.name).values(row).execute();
}

async function saveRow(
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

export type Written = { state: RowState; digest: Uint8Array };

/** Makes the row. Returns what it changed in the digest, or undefined when a row of that id is there already. */
export async function createRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  made: Stamped,
  fields: readonly [number, Value][],
  mayExist: boolean,
): Promise<Written | undefined> {
  if (mayExist && (await loadRow(tx, table, partition, id))) return undefined;
  const state = createdRow(made, fields);
  await insertRow(tx, table, partition, id, state);
  return { state, digest: addDigests(ZERO_DIGEST, hashOf(table, id, state.values)) };
}

/** Adds to the row fields of its first operation that were not known when it was made. Undefined when that operation did not make it. */
export async function fillRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  made: Stamped,
  fields: readonly [number, Value][],
): Promise<Written | undefined> {
  const state = await loadRow(tx, table, partition, id);
  if (!state || compareDots(state.made, made) !== 0) return undefined;
  return rewrite(tx, table, partition, id, state, () => fillCreated(state, fields));
}

/** Saves what `change` makes of a loaded row. */
async function rewrite(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  state: RowState,
  change: () => void,
): Promise<Written> {
  const before = hashOf(table, id, state.values);
  change();
  await saveRow(tx, table, partition, id, state);
  return { state, digest: lessDigest(hashOf(table, id, state.values), before) };
}

/** Changes the row. Undefined when its first operation is not here. */
export async function setRow(
  tx: LocalTx,
  table: ReplicatedTable,
  partition: string,
  id: string,
  stamp: Stamped,
  fields: readonly [number, Value][],
  replaces: Operation['replaces'] | 'all-seen',
): Promise<(Written & { replaces: Operation['replaces'] }) | undefined> {
  const state = await loadRow(tx, table, partition, id);
  if (!state) return undefined;
  const seen: Operation['replaces'] =
    replaces === 'all-seen'
      ? table.class === 'shared'
        ? fields.map(([column]) => [column, seenDots(state, column)])
        : undefined
      : replaces;
  const written = await rewrite(tx, table, partition, id, state, () =>
    applySet(table.class, state, stamp, fields, seen),
  );
  return { ...written, replaces: seen };
}
