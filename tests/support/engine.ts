// Which database engine a test run uses: SQLite by default, PostgreSQL when ENGINE=postgres; each test gets a database of its own.
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    chromium: string;
  }
}

export const engine: 'sqlite' | 'postgres' = process.env.ENGINE === 'postgres' ? 'postgres' : 'sqlite';

let made = 0;

/** A fresh PostgreSQL database's address, or undefined on SQLite. */
export async function testDatabase(): Promise<string | undefined> {
  if (engine === 'sqlite') return undefined;
  const url = new URL(inject('postgresUrl'));
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++made}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  url.pathname = `/${name}`;
  return url.href;
}
