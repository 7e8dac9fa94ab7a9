// Made-up acts for properties: every shape that the log can hold, none that a table needs to know.
import fc from 'fast-check';
import { encodeId } from '#platform/ids';
import type { Act, ActHeader, Dot, Operation, Value } from './types.ts';

/** Plain objects, as the codec makes them. */
export const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>;

const SITE = fc.integer({ min: 0, max: 32_767 });
const RUN = fc.integer({ min: 0, max: 1_048_575 });
const COUNT = fc.integer({ min: 1, max: 1_000_000 });
const COLUMN = fc.integer({ min: 1, max: 255 });

/** Well-formed text without U+0000, which no database takes; a byte order mark in front, as pasted from a spreadsheet, is text too. */
export const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }).filter((text) => !text.includes('\0')),
  fc.constantFrom('', '\uFEFFAshánin', '2026-11-26', '2026-02-30', '-000001-01-01', '0000-01-01', 'ñ', '𐐷'),
);

export const recordIds = record({
  site: SITE,
  device: fc.integer({ min: 0, max: 1_023 }),
  run: RUN,
  counter: COUNT,
}).map(encodeId);

export const values: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, -0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 60),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  texts,
  recordIds,
  fc.uint8Array({ maxLength: 40 }),
);

export const dots: fc.Arbitrary<Dot> = record({
  site: SITE,
  device: fc.integer({ min: 0, max: 20 }),
  run: RUN,
  n: COUNT,
});

const columnsOf = (most: number) =>
  fc.uniqueArray(COLUMN, { minLength: 0, maxLength: most }).map((list) => list.sort((a, b) => a - b));

const operations: fc.Arbitrary<Operation> = record({
  table: fc.integer({ min: 1, max: 5 }),
  row: fc.oneof(recordIds, texts),
  kind: fc.constantFrom('create' as const, 'set' as const),
  columns: columnsOf(6),
  pool: fc.array(values, { minLength: 6, maxLength: 6 }),
  sealed: fc.option(record({ columns: columnsOf(4), bytes: fc.uint8Array({ minLength: 16, maxLength: 60 }) })),
  replaced: fc.option(fc.array(fc.array(dots, { maxLength: 3 }), { minLength: 2, maxLength: 2 })),
}).map(({ table, row, kind, columns, pool, sealed, replaced }) => {
  const operation: Operation = {
    n: 0,
    table,
    row,
    kind,
    fields: columns.map((column, i): [number, Value] => [column, pool[i] ?? null]),
  };
  if (sealed && sealed.columns.length > 0) operation.sealed = sealed;
  if (replaced && columns.length > 1)
    operation.replaces = replaced.map((list, i): [number, Dot[]] => [columns[i] ?? 0, list]);
  return operation;
});

const headers: fc.Arbitrary<ActHeader> = record({
  command: texts,
  actor: fc.option(recordIds),
  role: fc.option(fc.constantFrom('operator', 'team')),
  at: fc.oneof(fc.integer({ min: -86_400_000, max: 4_000_000_000_000 }), fc.constantFrom(0, 1)),
  clock: fc.constantFrom(0, 1, 2),
  schema: fc.integer({ min: 0, max: 10_000 }),
  control: fc.option(record({ epoch: fc.integer({ min: 1, max: 2 ** 44 }), seq: COUNT })),
}).map(({ command, actor, role, at, clock, schema, control }) => {
  const header: ActHeader = { command, at, clock, schema };
  if (actor) header.actor = actor;
  if (role) header.role = role;
  if (control) header.control = control;
  return header;
});

/** Acts of one site in one partition, their numbers following each other. */
export function actsOf(partition: string, site: number): fc.Arbitrary<Act[]> {
  return fc
    .array(record({ run: RUN, header: headers, operations: fc.array(operations, { minLength: 1, maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => {
      let next = 1;
      return parts.map(({ run, header, operations: list }): Act => {
        const firstN = next;
        next += list.length;
        const numbered = list.map((operation, i) => ({ ...operation, n: firstN + i }));
        return { partition, site, device: 0, run, firstN, header, operations: numbered };
      });
    });
}
