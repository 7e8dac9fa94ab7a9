// The database as the program sees it: reads anywhere, writes only through what a transaction hands out.
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type RootOperationNode,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import { connectionLost, mayRepeat, type Engine } from './dialect.ts';
import { openSqlite, sqliteDialect, type SqliteFile } from './sqlite-driver.ts';

/** Row types by table name; each module adds its own by declaration merging. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- filled by the modules through declaration merging
export interface Tables {}

type All = Kysely<Tables>;
/** What a query function is handed: it can read and nothing else. */
export type Reader = Pick<All, 'selectFrom' | 'with' | 'fn' | 'dynamic' | 'getExecutor'>;
/** Writes to tables of class local; a replicated table throws. */
export type LocalWriter = Pick<All, 'insertInto' | 'updateTable' | 'deleteFrom'>;

const engineKey = Symbol('the engine behind a transaction');
const endKey = Symbol('what waits for the end of a transaction');

/** A transaction without a log: sessions, caches, receipts. */
export interface LocalTx extends Reader {
  readonly local: LocalWriter;
  readonly engine: Engine;
  readonly [engineKey]: Transaction<Tables>;
  readonly [endKey]: ((committed: boolean) => void)[];
}

export type RowValues = Record<string, unknown>;

export interface Claimed {
  id: string;
  /** `provisional`: the authority has not decided yet and may refuse it. */
  state: 'accepted' | 'provisional';
}

/** Names one value of a field, as a page showed it. */
export interface ShownValue {
  site: number;
  device: number;
  run: number;
  n: number;
}

export interface SettledField {
  column: string;
  value: unknown;
  instead: readonly ShownValue[];
}

/** What the command runner hands to a command: every write to a replicated table is logged in the same transaction. */
export interface Tx extends LocalTx {
  /** Creates a row; makes the id when none is given. Returns the id. */
  append(table: string, row: RowValues & { partition: string; id?: string }): Promise<string>;
  /** Makes a row of class ruled, as far as its rule allows; an authority's answer is final. Refuses what is known here to be taken. */
  claim(table: string, row: RowValues & { partition: string; id?: string }): Promise<Claimed>;
  /** Changes fields of a row of class owned or shared. */
  update(table: string, key: { partition: string; id: string }, fields: RowValues): Promise<void>;
  /** Class shared: one value for a field instead of those that were shown; what came meanwhile stays beside it. */
  settle(table: string, key: { partition: string; id: string }, fields: SettledField[]): Promise<void>;
  /** Asks the home of another partition to do something: a request fact it will answer. Returns the request's id. */
  request(partition: string, command: string, payload: RowValues): Promise<string>;
}

export interface TransactionOptions {
  /**
   * PostgreSQL only; SQLite has one writer. Default serializable with repeats, one at a time in this process (as on SQLite),
   * so that numbers given to operations have no gaps. `read committed` runs beside others and locks what it changes.
   */
  isolation?: 'serializable' | 'read committed';
}

export interface Db {
  readonly engine: Engine;
  /** Reads outside a transaction. Throws when used inside one: use what the transaction handed you. */
  readonly read: Reader;
  transaction<T>(work: (tx: LocalTx) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Grows by one with every committed write of this process. */
  version(): number;
  /** The path of the SQLite file; undefined on PostgreSQL. */
  readonly file: string | undefined;
  close(): Promise<void>;
}

/** The whole query builder behind a transaction: for migrations, the log and receiving, never for a module. */
export function engineOf(tx: LocalTx): Transaction<Tables> {
  return tx[engineKey];
}

/** Calls `end` once the transaction is over: true when it is durable, false when it was rolled back or its fate is unknown. */
export function onEnd(tx: LocalTx, end: (committed: boolean) => void): void {
  tx[endKey].push(end);
}

/** The same without row types, for migrations and the catalogue. */
export function schemaOf(tx: LocalTx): Kysely<unknown> {
  return tx[engineKey] as unknown as Kysely<unknown>; // reason: a migration knows its own moment's schema, not today's row types
}

class LocalOnly implements KyselyPlugin {
  readonly #replicated: () => ReadonlySet<string>;
  constructor(replicated: () => ReadonlySet<string>) {
    this.#replicated = replicated;
  }
  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    const { node } = args;
    const name =
      node.kind === 'InsertQueryNode'
        ? node.into?.table.identifier.name
        : node.kind === 'UpdateQueryNode' && node.table?.kind === 'TableNode'
          ? tableName(node.table)
          : node.kind === 'DeleteQueryNode'
            ? node.from.froms.map(tableName).find(Boolean)
            : undefined;
    if (name && this.#replicated().has(name)) throw new Error(`${name} is replicated: write it with append or update`);
    return node;
  }
  transformResult<R>(args: { result: R }): Promise<R> {
    return Promise.resolve(args.result);
  }
}

function tableName(node: { kind: string; table?: unknown }): string | undefined {
  if (node.kind !== 'TableNode') return undefined;
  const table = node.table as { identifier?: { name?: string } } | undefined;
  return table?.identifier?.name;
}

export interface DbOptions {
  databaseUrl?: string | undefined;
  sqlite?: SqliteFile | undefined;
  /** Names of replicated tables, known once the manifests are read. */
  replicated?: () => ReadonlySet<string>;
  /** Most connections to PostgreSQL of this process. */
  connections?: number;
}

const REPEATS = 10;
const LONGEST_PAUSE = 500;

/**
 * What PostgreSQL does for the other processes when one stands still: after three seconds inside a transaction in which nothing is asked
 * (stopped, or its machine is gone) that is undone and its locks are free; who waits for a lock asks again after four.
 */
const SESSION_LIMITS = ['idle_in_transaction_session_timeout=3000', 'lock_timeout=4000', 'tcp_user_timeout=4000'];

export function openDb(options: DbOptions): Db {
  const replicated = options.replicated ?? (() => new Set<string>());
  const inside = new AsyncLocalStorage<true>();
  let version = 0;

  const engine: Engine = options.databaseUrl ? 'postgres' : 'sqlite';
  let writer: All;
  let reader: All;
  if (options.databaseUrl) {
    writer = new Kysely<Tables>({ dialect: postgresDialect(options.databaseUrl, options.connections ?? 8) });
    reader = writer;
  } else {
    const file = options.sqlite;
    if (!file) throw new Error('no database: give databaseUrl or sqlite');
    writer = new Kysely<Tables>({ dialect: sqliteDialect(() => openSqlite(file)) });
    reader = new Kysely<Tables>({ dialect: sqliteDialect(() => openSqlite({ ...file, readOnly: true })) });
  }
  const guard = new LocalOnly(replicated);

  let queue: Promise<unknown> = Promise.resolve();
  async function once<T>(
    work: (tx: LocalTx) => Promise<T>,
    isolation: TransactionOptions['isolation'],
    doing: { commits: boolean },
  ): Promise<T> {
    const builder = writer.transaction();
    const started = engine === 'postgres' ? builder.setIsolationLevel(isolation ?? 'serializable') : builder;
    const ends: ((committed: boolean) => void)[] = [];
    let committed = false;
    try {
      const result = await started.execute((trx) =>
        inside.run(true, async () => {
          const worked = await work(localTx(trx, engine, guard, ends));
          doing.commits = true;
          return worked;
        }),
      );
      committed = true;
      return result;
    } finally {
      for (const end of ends) end(committed);
    }
  }

  async function repeated<T>(
    work: (tx: LocalTx) => Promise<T>,
    isolation: TransactionOptions['isolation'],
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const doing = { commits: false };
      try {
        const result = await once(work, isolation, doing);
        version++;
        return result;
      } catch (error) {
        const undone = mayRepeat(error) || (!doing.commits && connectionLost(error));
        if (attempt >= REPEATS || !undone) throw error;
        await pause(Math.random() * Math.min(LONGEST_PAUSE, 20 * 2 ** attempt));
      }
    }
  }

  return {
    engine,
    file: options.sqlite?.path,
    get read() {
      if (inside.getStore()) throw new Error('db.read inside a transaction: use the transaction you were handed');
      return reader;
    },
    async transaction(work, settings = {}) {
      if (inside.getStore()) throw new Error('a transaction inside a transaction: use the one you were handed');
      if (engine === 'sqlite' || settings.isolation === 'read committed') return repeated(work, settings.isolation);
      const mine = queue.then(() => repeated(work, settings.isolation));
      queue = mine.catch(() => undefined);
      return mine;
    },
    version: () => version,
    async close() {
      await reader.destroy();
      if (writer !== reader) await writer.destroy();
    },
  };
}

function localTx(
  trx: Transaction<Tables>,
  engine: Engine,
  guard: KyselyPlugin,
  ends: ((committed: boolean) => void)[],
): LocalTx {
  const local = trx.withPlugin(guard);
  return {
    selectFrom: trx.selectFrom.bind(trx),
    with: trx.with.bind(trx),
    fn: trx.fn,
    dynamic: trx.dynamic,
    getExecutor: trx.getExecutor.bind(trx),
    engine,
    local,
    [engineKey]: trx,
    [endKey]: ends,
  };
}

/** int8 and numeric as numbers (all ours stay below 2^53, and a larger one is an error), everything else as text as pg gives it. */
function postgresDialect(connectionString: string, max: number): PostgresDialect {
  const number = (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw new RangeError(`integer out of range: ${text}`);
    return value;
  };
  const pool = new pg.Pool({
    connectionString,
    max,
    keepAlive: true,
    options: SESSION_LIMITS.map((limit) => `-c ${limit}`).join(' '),
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        // 20 int8 · 1700 numeric
        format !== 'binary' && (oid === 20 || oid === 1700)
          ? number
          : (pg.types.getTypeParser(oid, format ?? 'text') as never),
    } as pg.CustomTypesConfig,
  });
  // one that the server closed in the middle of a transaction: the next statement says so, and the transaction is run again
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', () => undefined); // an idle connection that the server closed; the next query opens another
  return new (class extends PostgresDialect {
    override createDriver(): PostgresDriver {
      return new UndoneAnyway({ pool });
    }
  })({ pool });
}

/** Where the connection is gone its transaction is undone: what is told is why, not that it could not be undone once more. */
class UndoneAnyway extends PostgresDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection as never); // reason: the connection is one that this driver made
    } catch (error) {
      if (!connectionLost(error) && !mayRepeat(error)) throw error;
    }
  }
}
