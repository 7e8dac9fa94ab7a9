// Seals what a command wrote about a person: between the manifests and the key store.
import type { ReplicatedTable } from '#platform/manifest';
import { seal, sealedColumns, subjectOf, type Dot, type Operation, type RowState, type Value } from './core/index.ts';
import type { KeyStore } from './keys.ts';

/**
 * What may be written of a row: without the personal fields of whoever was erased, so that nothing of them stands anywhere again.
 * `before`: the row's values as they stand, asked only where it matters.
 */
export async function withoutErased(
  keys: KeyStore,
  table: ReplicatedTable,
  partition: string,
  row: string,
  fields: readonly [number, Value][],
  before: () => Promise<ReadonlyMap<number, Value>>,
): Promise<[number, Value][]> {
  const sealed = sealedColumns(table);
  if (!fields.some(([column]) => sealed.has(column))) return [...fields];
  const subject = subjectOf(table, row, new Map([...(table.subject === 'id' ? [] : await before()), ...fields]));
  const erased = subject !== undefined && (await keys.getOrMake(partition, subject)) === null;
  return fields.filter(([column]) => !erased || !sealed.has(column));
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
