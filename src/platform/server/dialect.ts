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

const CODES_TO_REPEAT = new Set(['40001', '40P01', '55P03', '25P03']);

/** Whether a transaction that failed this way may be run again: serialization failure, deadlock, lock not available, ended because it did nothing for too long. */
export function mayRepeat(error: unknown): boolean {
  return error instanceof Error && CODES_TO_REPEAT.has(String((error as Error & { code?: unknown }).code));
}
