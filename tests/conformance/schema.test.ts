// The schema only grows, and holds what replication and a distributed database allow: asked of the migrated database itself.
import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modules } from '../../src/modules/manifests.ts';
import { replicationModule } from '#replication';
import { indexTables, type ReplicatedTable } from '#platform/manifest';
import { engine } from '../support/engine.ts';
import { testProgram, type TestProgram } from '../support/program.ts';

/** What telecentres may have sent already: table number, name, columns by their numbers. A line is added, never changed or removed. */
const kept = JSON.parse(readFileSync(new URL('wire.json', import.meta.url), 'utf8')) as Record<
  string,
  { name: string; columns: Record<string, string> }
>;
const tables: ReplicatedTable[] = [...indexTables([replicationModule, ...modules]).byName.values()];

let program: TestProgram;
beforeAll(async () => {
  program = await testProgram();
});
afterAll(() => program.close());

const rows = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> =>
  (await query.execute(program.app.db.read)).rows;

describe('what goes over the wire', () => {
  it.each(Object.entries(kept))('table %s is still there as it was, or has grown', (number, was) => {
    const table = tables.find((one) => one.number === Number(number));
    expect(table?.name).toBe(was.name);
    const now = Object.fromEntries(
      Object.entries(table?.columns ?? {}).map(([name, { n, type, sealed }]) => [
        n,
        `${name} ${type}${sealed ? ' sealed' : ''}`,
      ]),
    );
    expect(now).toMatchObject(was.columns);
  });

  it('is written down in wire.json, every table and column', () => {
    const now = Object.fromEntries(
      tables.map((table) => [
        table.number,
        {
          name: table.name,
          columns: Object.fromEntries(
            Object.entries(table.columns).map(([name, { n, type, sealed }]) => [
              n,
              `${name} ${type}${sealed ? ' sealed' : ''}`,
            ]),
          ),
        },
      ]),
    );
    expect(kept).toEqual(now);
  });
});

describe.each(tables.map((table) => [table.name, table] as const))('%s', (name, table) => {
  it('has no constraint but its key, which begins with the partition', async () => {
    if (engine === 'sqlite') {
      const columns = await rows(
        sql<{ name: string; pk: number; notnull: number }>`SELECT name, pk, "notnull" FROM pragma_table_info(${name})`,
      );
      const keys = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
      expect(keys.map((column) => column.name)).toEqual(['partition', 'id']);
      expect(await rows(sql`SELECT * FROM pragma_foreign_key_list(${name})`)).toEqual([]);
      const unique = await rows(
        sql<{ origin: string }>`SELECT origin FROM pragma_index_list(${name}) WHERE "unique" = 1`,
      );
      expect(unique.every(({ origin }) => origin === 'pk')).toBe(true);
      const declared = Object.keys(table.columns);
      expect(columns.filter((column) => declared.includes(column.name) && column.notnull === 1)).toEqual([]);
    } else {
      const found = await rows(
        sql<{
          type: string;
          definition: string;
        }>`SELECT contype AS type, pg_get_constraintdef(oid) AS definition FROM pg_constraint
          WHERE conrelid = ${name}::regclass AND contype <> 'n'`,
      );
      expect(found.map(({ type }) => type)).toEqual(['p']);
      expect(found[0]?.definition).toBe('PRIMARY KEY (partition, id)');
    }
  });
});

it('has no trigger, no stored procedure and no view', async () => {
  if (engine === 'sqlite')
    expect(await rows(sql`SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')`)).toEqual([]);
  else {
    expect(await rows(sql`SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`)).toEqual([]);
    expect(await rows(sql`SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace`)).toEqual([]);
    expect(await rows(sql`SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'`)).toEqual([]);
  }
});
