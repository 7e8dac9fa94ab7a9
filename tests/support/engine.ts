// Which database engine a test run uses: SQLite by default, PostgreSQL when ENGINE=postgres; each test gets a database of its own.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { openDb } from '#platform/db';
import type { ModuleManifest } from '#platform/manifest';
import { migrate, migrationsOf } from '#platform/migrate';
import { createDatabase, databaseOn } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    chromium: string;
  }
}

export const engine: 'sqlite' | 'postgres' = process.env.ENGINE === 'postgres' ? 'postgres' : 'sqlite';

/** Any number; the same in every worker. */
const TEMPLATE_LOCK = 7_301_944;

/**
 * A fresh PostgreSQL database's address, or undefined on SQLite. With modules it is a copy of one that has their tables:
 * migrating once per run is most of what a test on PostgreSQL would otherwise wait for.
 */
export async function testDatabase(modules?: readonly ModuleManifest[]): Promise<string | undefined> {
  if (engine === 'sqlite') return undefined;
  const url = inject('postgresUrl');
  return createDatabase(url, modules && (await migratedTemplate(url, modules)));
}

const templates = new Map<string, Promise<string>>();

function migratedTemplate(url: string, modules: readonly ModuleManifest[]): Promise<string> {
  const ids = migrationsOf(modules).map((migration) => migration.id);
  const name = `template_${createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 16)}`;
  const known = templates.get(name);
  if (known) return known;
  const making = makeTemplate(url, name, modules);
  templates.set(name, making);
  return making;
}

/** Made by whichever worker comes first; the others wait at the lock. It gets its name when it is finished. */
async function makeTemplate(url: string, name: string, modules: readonly ModuleManifest[]): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    const there = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (there.rowCount === 0) {
      await client.query(`DROP DATABASE IF EXISTS ${name}_making`);
      await client.query(`CREATE DATABASE ${name}_making`);
      const db = openDb({ databaseUrl: databaseOn(url, `${name}_making`) });
      await migrate(db, modules);
      await db.close();
      await client.query(`ALTER DATABASE ${name}_making RENAME TO ${name}`);
    }
    return name;
  } finally {
    await client.end(); // gives the lock back
  }
}
