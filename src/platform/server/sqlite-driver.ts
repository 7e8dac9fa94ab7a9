// Kysely over node:sqlite: one connection per driver, statements kept, booleans and integers as PostgreSQL's client gives them.
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';

export interface SqliteFile {
  path: string;
  readOnly: boolean;
  /** Most pages the file may have; a test of a full disk sets it. */
  maxPages?: number | undefined;
}

export function openSqlite(file: SqliteFile): DatabaseSync {
  // made by SQLite it would open for others; its companions take its mode
  if (!file.readOnly && file.path !== ':memory:') closeSync(openSync(file.path, 'a', 0o600));
  const db = new DatabaseSync(file.path, {
    readOnly: file.readOnly,
    timeout: 2_000,
    enableForeignKeyConstraints: true,
  });
  if (!file.readOnly) {
    db.exec('PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = FULL'); // "saved" means on this disk, also when power fails
    db.exec('PRAGMA secure_delete = FAST');
    if (file.maxPages) db.exec(`PRAGMA max_page_count = ${Math.trunc(file.maxPages)}`);
  }
  db.exec('PRAGMA cache_size = -16000');
  db.exec('PRAGMA temp_store = MEMORY');
  return db;
}

interface Prepared {
  statement: StatementSync;
  returnsRows: boolean;
  booleans: string[];
}

const KEPT_STATEMENTS = 400;
type Parameter = null | number | bigint | string | Uint8Array;

function parameter(value: unknown): Parameter {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    typeof value === 'string' ||
    value instanceof Uint8Array
  )
    return value;
  throw new TypeError(`a ${typeof value} cannot be a query parameter`);
}

class SqliteConnection implements DatabaseConnection {
  readonly #db: DatabaseSync;
  readonly #kept = new Map<string, Prepared>();
  constructor(db: DatabaseSync) {
    this.#db = db;
  }
  #prepare(query: string): Prepared {
    const kept = this.#kept.get(query);
    if (kept) return kept;
    const statement = this.#db.prepare(query);
    const columns = statement.columns();
    const booleans = columns.filter((column) => column.type?.toLowerCase() === 'boolean').map((column) => column.name);
    const prepared = { statement, returnsRows: columns.length > 0, booleans };
    if (this.#kept.size >= KEPT_STATEMENTS) {
      const oldest = this.#kept.keys().next().value;
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#kept.set(query, prepared);
    return prepared;
  }
  executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const { statement, returnsRows, booleans } = this.#prepare(compiled.sql);
      const parameters = compiled.parameters.map(parameter);
      if (!returnsRows) {
        const { changes, lastInsertRowid } = statement.run(...parameters);
        return Promise.resolve({ numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] });
      }
      const rows = statement.all(...parameters) as Record<string, unknown>[];
      for (const name of booleans) for (const row of rows) if (row[name] !== null) row[name] = row[name] !== 0;
      return Promise.resolve({ rows: rows as R[], numAffectedRows: BigInt(rows.length) });
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }
  async *streamQuery<R>(compiled: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield await this.executeQuery<R>(compiled); // lists are bounded, so one page is the stream
  }
}

/** Milliseconds after which whoever asks next waits for the event loop's next turn. */
const LONGEST_TURN = 8;
let turnBegan = -1;

/**
 * Statements run in this thread, and what follows each of them runs at once: twenty pages that are asked for in one turn of the event loop would
 * be made in it, and nobody else be heard meanwhile. Undefined while the turn is young.
 */
function breath(): Promise<void> | undefined {
  const now = performance.now();
  if (turnBegan < 0) {
    turnBegan = now;
    setImmediate(() => (turnBegan = -1));
    return undefined;
  }
  return now - turnBegan < LONGEST_TURN ? undefined : new Promise((resolve) => setImmediate(resolve));
}

class SqliteDriver implements Driver {
  readonly #open: () => DatabaseSync;
  #db: DatabaseSync | undefined;
  #connection: SqliteConnection | undefined;
  #queue: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;
  constructor(open: () => DatabaseSync) {
    this.#open = open;
  }
  init(): Promise<void> {
    this.#db = this.#open();
    this.#connection = new SqliteConnection(this.#db);
    return Promise.resolve();
  }
  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#queue;
    let done: () => void = () => undefined;
    this.#queue = new Promise((resolve) => (done = resolve));
    await before;
    const wait = breath();
    if (wait) await wait;
    this.#release = done;
    if (!this.#connection) throw new Error('the database is closed');
    return this.#connection;
  }
  releaseConnection(): Promise<void> {
    this.#release?.();
    return Promise.resolve();
  }
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // a full disk or a failed write may already have ended it
    if (this.#db?.isTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
  destroy(): Promise<void> {
    this.#db?.close();
    this.#db = undefined;
    this.#connection = undefined;
    return Promise.resolve();
  }
}

/** A dialect over one connection; `open` is called at the first query. */
export function sqliteDialect(open: () => DatabaseSync): Dialect {
  return {
    createDriver: () => new SqliteDriver(open),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
}
