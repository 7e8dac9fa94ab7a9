// What the core must know of a table: its numbers, what its columns take, which of them are personal, and who the person is.
import { rowHash, type Digest } from './digest.ts';
import type { MergeClass } from './merge.ts';
import { unseal } from './seal.ts';
import type { Act, Operation, Value } from './types.ts';

/** PostgreSQL stores no U+0000, and half a surrogate pair is no text: it would come out of the log as another one. */
const isText = (value: unknown) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed();

const TAKES = {
  id: isText,
  text: isText,
  json: isText,
  date: (value: unknown) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value),
  integer: (value: unknown) => Number.isSafeInteger(value),
  instant: (value: unknown) => Number.isSafeInteger(value),
  number: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
  boolean: (value: unknown) => typeof value === 'boolean',
  bytes: (value: unknown) => value instanceof Uint8Array,
};

export interface CoreColumn {
  n: number;
  type: keyof typeof TAKES;
  sealed?: boolean;
}

/** A replicated table as its manifest declares it. */
export interface CoreTable {
  number: number;
  name: string;
  class: MergeClass;
  /** Column that names the person under whose key sealed columns are sealed; `id` = the row itself. */
  subject: string | undefined;
  columns: Record<string, CoreColumn>;
}

/** Whether a value is one that a column of this type can hold; null is asked for elsewhere. */
export const takes = (column: CoreColumn, value: unknown): boolean => TAKES[column.type](value);

/** Whether a value from the wire fits the column it names; one that does not is held, never forced in. */
function fitsColumn(table: CoreTable, column: number, value: Value): boolean {
  const found = Object.values(table.columns).find((one) => one.n === column);
  return found !== undefined && (value === null || takes(found, value));
}

export function sealedColumns(table: CoreTable): Set<number> {
  return new Set(Object.values(table.columns).flatMap((column) => (column.sealed ? [column.n] : [])));
}

/**
 * What of an operation this schema knows, and what a later one may: columns that came with a newer program are kept beside the row and
 * folded in at the upgrade.
 */
export function readable(table: CoreTable, operation: Operation): { known: Operation; later?: Operation } {
  const fields = operation.fields.filter(([column, value]) => fitsColumn(table, column, value));
  const known = { ...operation, fields };
  const sealedHere = sealedColumns(table);
  const sealedLater = operation.sealed?.columns.some((column) => !sealedHere.has(column)) ?? false;
  if (fields.length === operation.fields.length && !sealedLater) return { known };
  return { known, later: { ...operation, fields: operation.fields.filter((field) => !fields.includes(field)) } };
}

/** Under whose key this row's personal fields are sealed: the row itself or the person it names. */
export function subjectOf(table: CoreTable, id: string, values: ReadonlyMap<number, Value>): string | undefined {
  if (!table.subject || table.subject === 'id') return table.subject ? id : undefined;
  const column = table.columns[table.subject];
  const value = column ? values.get(column.n) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** All fields of an operation that can be read here: without a key of its subject that fits (never here, or destroyed) the open ones only. */
export function openFields(
  table: CoreTable,
  act: Act,
  operation: Operation,
  keysOf: (subject: string) => readonly Uint8Array[],
  row: ReadonlyMap<number, Value>,
): [column: number, value: Value][] {
  if (!operation.sealed) return operation.fields;
  const subject = subjectOf(table, operation.row, new Map([...row, ...operation.fields]));
  const { site, device, run, partition } = act;
  const place = { partition, site, device, run, n: operation.n, table: operation.table, row: operation.row };
  const { sealed } = operation;
  const opened = subject === undefined ? [] : keysOf(subject).map((key) => unseal(key, place, sealed));
  const personal = opened.find((one) => one !== null);
  if (!personal) return operation.fields;
  const allowed = sealedColumns(table);
  const fields = [...operation.fields, ...personal.filter(([column]) => allowed.has(column))];
  return fields.sort(([a], [b]) => a - b);
}

/** Hash of a row as shown, personal fields left out. */
export function hashOf(table: CoreTable, id: string, values: Iterable<readonly [number, Value]>): Digest {
  const sealed = sealedColumns(table);
  return rowHash(
    table.number,
    id,
    [...values].filter(([column]) => !sealed.has(column)),
  );
}
