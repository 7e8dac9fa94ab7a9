// Brings a database to this program's schema: forward only, each step in its own transaction, never a newer database.
import { sql, type CreateTableBuilder, type Kysely } from 'kysely';
import { bytesType, tableNames, textType, type Engine } from './dialect.ts';
import { engineOf, schemaOf, type Db, type LocalTx } from './db.ts';
import type { Column, Migration, ModuleManifest, ReplicatedTable, SchemaTools } from './manifest.ts';

declare module './db.ts' {
  interface Tables {
    schema_migration: { id: string; applied_at: number };
  }
}

/** The database was written by a newer program: nothing is touched. */
export class NewerDatabase extends Error {
  readonly unknown: string[];
  constructor(unknown: string[]) {
    super(
      `This database was written by a newer version of the program (it has: ${unknown.join(', ')}). Install that version or newer; nothing was changed.`,
    );
    this.name = 'NewerDatabase';
    this.unknown = unknown;
  }
}

export function migrationsOf(modules: readonly ModuleManifest[]): Migration[] {
  const all = modules.flatMap((module) => module.migrations);
  const ids = new Set<string>();
  for (const { id } of all) {
    if (!/^\d{8}-[a-z0-9-]+$/.test(id))
      throw new Error(`migration ${id}: a name is a date and a purpose, 20261124-create-visits`);
    if (ids.has(id)) throw new Error(`migration ${id} stands twice`);
    ids.add(id);
  }
  return all.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The number of migrations this program knows: its schema version, announced in the header of every act. */
export function schemaVersion(modules: readonly ModuleManifest[]): number {
  return migrationsOf(modules).length;
}

/** Any number; the same in every process. */
const SCHEMA_LOCK = 4_160_125;

/** Of several processes of one hub that start at the same moment, one after the other changes the schema. */
function alone<T>(db: Db, work: (tx: LocalTx) => Promise<T>): Promise<T> {
  return db.transaction(
    async (tx) => {
      if (db.engine === 'postgres') await sql`select pg_advisory_xact_lock(${SCHEMA_LOCK})`.execute(engineOf(tx));
      return work(tx);
    },
    { isolation: 'read committed' }, // a snapshot from before the lock would not show what the others made
  );
}

/** What is missing in this database. Errors: NewerDatabase. */
export async function pendingMigrations(db: Db, modules: readonly ModuleManifest[]): Promise<Migration[]> {
  const known = migrationsOf(modules);
  const applied = await alone(db, async (tx) => {
    const engine = engineOf(tx);
    await engine.schema
      .createTable('schema_migration')
      .ifNotExists()
      .addColumn('id', textType(db.engine) as never, (column) => column.primaryKey())
      .addColumn('applied_at', 'bigint', (column) => column.notNull())
      .execute();
    return (await tx.selectFrom('schema_migration').select('id').execute()).map((row) => row.id);
  });
  const unknown = applied.filter((id) => !known.some((migration) => migration.id === id));
  if (unknown.length > 0) throw new NewerDatabase(unknown);
  return known.filter((migration) => !applied.includes(migration.id));
}

/** Returns the ids applied now. `before` runs once if anything is to do on a database that already has tables: the backup. */
export async function migrate(
  db: Db,
  modules: readonly ModuleManifest[],
  before?: () => Promise<void>,
): Promise<string[]> {
  const pending = await pendingMigrations(db, modules);
  if (pending.length === 0) return [];
  const tables = await db.transaction((tx) => tableNames(db.engine, schemaOf(tx)));
  if (before && tables.length > 1) await before();
  for (const migration of pending) {
    await alone(db, async (tx) => {
      const made = await tx
        .selectFrom('schema_migration')
        .select('id')
        .where('id', '=', migration.id)
        .executeTakeFirst();
      if (made) return;
      await migration.up(schemaTools(schemaOf(tx), db.engine));
      await tx.local.insertInto('schema_migration').values({ id: migration.id, applied_at: Date.now() }).execute();
    });
  }
  return pending.map((migration) => migration.id);
}

function columnType(engine: Engine, column: Column): never {
  const types: Record<Column['type'], unknown> = {
    id: textType(engine),
    text: textType(engine),
    date: textType(engine),
    json: textType(engine),
    integer: 'bigint',
    instant: 'bigint',
    number: 'double precision',
    boolean: 'boolean',
    bytes: bytesType(engine),
  };
  return types[column.type] as never;
}

function schemaTools(db: Kysely<unknown>, engine: Engine): SchemaTools {
  return {
    db,
    engine,
    async createReplicated(table: ReplicatedTable, ...indexes: (readonly string[])[]) {
      // the engine's own columns: who made the row (origin, run, n) and when (hybrid stamp, clock state 0 unknown, 1 estimated, 2 synced)
      let create: CreateTableBuilder<string, string> = db.schema
        .createTable(table.name)
        .addColumn('partition', textType(engine) as never, (column) => column.notNull())
        .addColumn('id', textType(engine) as never, (column) => column.notNull());
      for (const [name, column] of Object.entries(table.columns))
        create = create.addColumn(name, columnType(engine, column));
      create = create
        .addColumn('made_site', 'integer', (column) => column.notNull())
        .addColumn('made_device', 'integer', (column) => column.notNull())
        .addColumn('made_run', 'integer', (column) => column.notNull())
        .addColumn('made_n', 'bigint', (column) => column.notNull())
        .addColumn('made_at', 'bigint', (column) => column.notNull())
        .addColumn('made_clock', 'integer', (column) => column.notNull());
      if (table.class !== 'fact') create = create.addColumn('meta', textType(engine) as never);
      const keyed = create.addPrimaryKeyConstraint(`${table.name}_primary`, ['partition', 'id'] as never);
      // small rows need no second tree beside the one of their key
      const alone = engine === 'sqlite' && !table.wide;
      await (alone ? keyed.modifyEnd(sql`without rowid`) : keyed).execute();
      for (const columns of indexes)
        await db.schema
          .createIndex(`${table.name}_${columns.at(-1) ?? ''}`)
          .on(table.name)
          .columns([...columns] as never)
          .execute();
    },
    async addReplicatedColumn(table: ReplicatedTable, name: string) {
      const column = table.columns[name];
      if (!column) throw new Error(`table ${table.name} declares no column ${name}`);
      // on a fresh machine the table was made a moment ago, with all that is declared today
      const known = (await db.introspection.getTables()).find((one) => one.name === table.name);
      if (known?.columns.some((one) => one.name === name)) return;
      await db.schema.alterTable(table.name).addColumn(name, columnType(engine, column)).execute();
    },
  };
}
