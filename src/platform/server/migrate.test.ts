// A module that grew a column: the same schema on a machine that was there before and on a fresh one.
import { sql } from 'kysely';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { testDatabase } from '../../../tests/support/engine.ts';
import { testProgram } from '../../../tests/support/program.ts';
import { defineModule, replicated, type ModuleManifest } from './manifest.ts';

const before = replicated({
  number: 245,
  name: 'test_growing',
  class: 'fact',
  partitions: ['site'],
  columns: { first: { n: 1, type: 'text' } },
});
const after = replicated({ ...before, columns: { ...before.columns, second: { n: 2, type: 'integer' } } });

const grown = (table: typeof before, columns: string[]): ModuleManifest =>
  defineModule({
    name: 'test-growing',
    tables: [table],
    migrations: [
      { id: '20261101-create-growing', up: ({ createReplicated }) => createReplicated(table) },
      ...columns.map((column) => ({
        id: `20261102-add-${column}`,
        up: ({ addReplicatedColumn }: { addReplicatedColumn(of: typeof table, name: string): Promise<void> }) =>
          addReplicatedColumn(table, column),
      })),
    ],
  });

it('a later column is there once, whether the machine is old or fresh', async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'growing-'));
  const databaseUrl = await testDatabase();
  const open = (module: ModuleManifest, fresh = false) =>
    testProgram({ ...(fresh ? {} : { dataDir, databaseUrl }), program: { modules: [module] } });
  const old = await open(grown(before, []));
  await old.app.close();
  for (const program of [await open(grown(after, ['second'])), await open(grown(after, ['second']), true)]) {
    const { rows } = await sql`SELECT first, second FROM test_growing`.execute(program.app.db.read);
    expect(rows).toEqual([]);
    await program.close();
  }
  rmSync(dataDir, { recursive: true, force: true });
});
