// Which fields of an operation are sealed, for whom, and with which key: between the manifests and the key store.
import type { ReplicatedTable } from '#platform/manifest';
import { seal, unseal, type Act, type Dot, type Operation, type RowState, type Value } from './core/index.ts';
import type { KeyStore } from './keys.ts';

function sealedColumns(table: ReplicatedTable): Set<number> {
  return new Set(
    Object.values(table.columns)
      .filter((column) => column.sealed)
      .map((column) => column.n),
  );
}

/** Under whose key this row's personal fields are sealed: the row itself or the person it names. */
export function subjectOf(table: ReplicatedTable, id: string, values: ReadonlyMap<number, Value>): string | undefined {
  if (!table.subject || table.subject === 'id') return table.subject ? id : undefined;
  const column = table.columns[table.subject];
  const value = column ? values.get(column.n) : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** The operation as it goes into the log: personal fields sealed, left out when their subject was erased. */
export async function sealOperation(
  keys: KeyStore,
  table: ReplicatedTable,
  partition: string,
  dot: Dot,
  operation: Operation,
  row: RowState,
): Promise<Operation> {
  const sealed = sealedColumns(table);
  const personal = operation.fields.filter(([column]) => sealed.has(column));
  if (personal.length === 0) return operation;
  const fields = operation.fields.filter(([column]) => !sealed.has(column));
  const subject = subjectOf(table, operation.row, row.values);
  if (!subject) throw new Error(`${table.name}: personal fields without a subject`);
  const key = await keys.getOrMake(partition, subject);
  if (!key) return { ...operation, fields };
  return {
    ...operation,
    fields,
    sealed: seal(key, { ...dot, partition, table: operation.table, row: operation.row }, personal),
  };
}

export interface Opened {
  fields: [number, Value][];
  /** The sealed part could not be read: no key here (yet), or it was destroyed. */
  unread: boolean;
}

/** All fields of a received operation that can be read here. `known` are the row's values so far, where the subject may stand. */
export async function openOperation(
  keys: KeyStore,
  table: ReplicatedTable,
  act: Act,
  operation: Operation,
  known: ReadonlyMap<number, Value>,
): Promise<Opened> {
  if (!operation.sealed) return { fields: operation.fields, unread: false };
  const values = new Map([...known, ...operation.fields]);
  const subject = subjectOf(table, operation.row, values);
  const key = subject ? await keys.get(act.partition, subject) : null;
  const { site, device, run, partition } = act;
  const place = { partition, site, device, run, n: operation.n, table: operation.table, row: operation.row };
  const personal = key ? unseal(key, place, operation.sealed) : null;
  if (!personal) return { fields: operation.fields, unread: true };
  const allowed = sealedColumns(table);
  const fields = [...operation.fields, ...personal.filter(([column]) => allowed.has(column))];
  return { fields: fields.sort(([a], [b]) => a - b), unread: false };
}
