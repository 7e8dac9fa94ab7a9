// Every difference between SQLite and PostgreSQL that our SQL meets, one function each.
import { sql, type ColumnDataType, type Kysely, type RawBuilder } from 'kysely';

export type Engine = 'sqlite' | 'postgres';

/** Column type for bytes. */
export function bytesType(engine: Engine): ColumnDataType | RawBuilder<unknown> {
  return engine === 'postgres' ? 'bytea' : 'blob';
}

/** Text that compares byte by byte on both engines, whatever locale the PostgreSQL database was made with. */
export function textType(engine: Engine): RawBuilder<unknown> {
  return engine === 'postgres' ? sql`text collate "C"` : sql`text`;
}

/** Locks the rows a select reads until the transaction ends; SQLite has one writer, so nothing is to lock. */
export function lockRows<Q extends { forUpdate(): Q }>(engine: Engine, query: Q): Q {
  return engine === 'postgres' ? query.forUpdate() : query;
}

/** Names of all tables of the program's schema. */
export async function tableNames(engine: Engine, db: Kysely<unknown>): Promise<string[]> {
  const result =
    engine === 'postgres'
      ? await sql<{
          name: string;
        }>`select tablename as name from pg_tables where schemaname = current_schema()`.execute(db)
      : await sql<{
          name: string;
        }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`.execute(db);
  return result.rows.map((row) => row.name).sort();
}

/** Serialization failure, deadlock, lock not available, and a transaction that the server ended because this process stood still in it. */
const CODES_TO_REPEAT = new Set(['40001', '40P01', '55P03', '25P03']);

const codeOf = (error: unknown): string =>
  error instanceof Error ? String((error as Error & { code?: unknown }).code) : '';

/** Whether a transaction that failed this way was surely undone and may be run again. */
export function mayRepeat(error: unknown): boolean {
  // the connection was gone before the statement was sent, were it the commit
  return CODES_TO_REPEAT.has(codeOf(error)) || (error instanceof Error && /not queryable$/.test(error.message));
}

/** Whether the connection to PostgreSQL is gone: before the commit was asked for, all of it is undone; after that nobody knows. */
export function connectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /^(08\d{3}|57P0[12]|ECONNRESET|EPIPE)$/.test(codeOf(error)) || /^Connection terminated/.test(error.message);
}

/** A failure after which the transaction is run again: what it was built on is out of date. */
export class StaleTransaction extends Error {
  readonly code = '40001';
}
