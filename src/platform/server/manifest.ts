// What a module declares of itself; the core asks the manifests and never reaches into a module.
import type { Kysely } from 'kysely';
import type { Engine } from './dialect.ts';
import type { AnnouncementSource } from './announcement.ts';
import type { Dataset } from './dataset.ts';
import type { FeedSource } from './feed-source.ts';
import type { Indicator } from './indicators.ts';
import type { Job } from './jobs.ts';
import type { LocalTx, Reader } from './db.ts';
import type { OwnSource } from './own-source.ts';
import type { SearchSource } from './search-source.ts';
import type { TaskSource } from './task-source.ts';

/** See the design of replication, section 1: how a row may change and who decides. */
export type MergeClass = 'fact' | 'owned' | 'shared' | 'ruled';
export type PartitionKind = 'public' | 'district' | 'site' | 'site-private' | 'organisation' | 'hub';
export type ColumnType = 'id' | 'text' | 'integer' | 'number' | 'boolean' | 'instant' | 'date' | 'bytes' | 'json';

export interface Column {
  /** The column's number on the wire, for ever: never reused, never renamed. 1-250. */
  n: number;
  type: ColumnType;
  /** A personal field: sealed in the log under the key of the row's subject, opened in the table. */
  sealed?: boolean;
}

/** Columns that the engine keeps in every replicated table: which operation made the row, when, under which clock. */
export interface EngineColumns {
  made_site: number;
  made_device: number;
  made_run: number;
  made_n: number;
  /** Hybrid stamp, milliseconds UTC. */
  made_at: number;
  /** 0 unknown, 1 estimated, 2 synced. */
  made_clock: number;
}

/** Class ruled: of what there is only so much, and by which columns. */
export interface Rule {
  /** Columns that together name the thing. */
  key: string[];
  /** `one`: a thing goes to one claim. `quota`: as many units as the authority said. */
  limit: 'one' | 'quota';
  /** Of a quota: column with the units that a claim wants. Without it one. */
  units?: string;
  /** Of a quota: column that names the loan within which a site decided alone. */
  share?: string;
}

export interface ReplicatedTable {
  kind: 'replicated';
  /** The table's number on the wire, for ever. */
  number: number;
  name: string;
  class: MergeClass;
  partitions: PartitionKind[];
  /** Written by the hub only, into the control companion of the partition, which travels first. */
  control: boolean;
  /** Column that names the person (or account) under whose key sealed columns are sealed; `id` = the row itself. */
  subject: string | undefined;
  /** Its rows are often longer than a kilobyte: then SQLite keeps them apart from their key. */
  wide: boolean;
  columns: Record<string, Column>;
  /** Class ruled only. */
  rule: Rule | undefined;
  /** Keeps local tables in step (search keys, registries), inside the transaction, for own and for received writes. */
  onApplied: ((tx: LocalTx, rows: AppliedRow[]) => Promise<void>) | undefined;
}

/** A row that was written, or is no longer shown because the hub set the operations behind it aside. */
export interface AppliedRow {
  partition: string;
  id: string;
  /** What stood in it, by column, where it was taken away or made anew. */
  was?: Record<string, unknown>;
}

export interface Listener {
  table: string;
  applied(tx: LocalTx, rows: AppliedRow[]): Promise<void>;
}

export interface LocalTable {
  kind: 'local';
  name: string;
}

export interface SchemaTools {
  db: Kysely<unknown>;
  engine: Engine;
  /** Creates a replicated table with the engine's own columns; all declared columns may be empty, since an older site may not send them. Each index is named after its last column. */
  createReplicated(table: ReplicatedTable, ...indexes: (readonly string[])[]): Promise<void>;
  /** Adds a later column of a replicated table. */
  addReplicatedColumn(table: ReplicatedTable, column: string): Promise<void>;
}

export interface Migration {
  /** `20261124-create-visits`: date and purpose; applied in this order, once, forward only. */
  id: string;
  up(tools: SchemaTools): Promise<void>;
}

/** A shipped role: a bundle of permissions that modules declare. */
export interface RoleShare {
  role: string;
  permissions: string[];
}

export interface ModuleManifest {
  name: string;
  permissions: string[];
  /** Which shipped roles get this module's permissions. */
  roles: RoleShare[];
  tables: (ReplicatedTable | LocalTable)[];
  migrations: Migration[];
  jobs: Job[];
  indicators: Indicator[];
  /** What is found by searching. */
  search: SearchSource[];
  /** What people can follow, in feeds and digests. */
  feeds: FeedSource[];
  /** What can be told on paper, by radio and by message. */
  announcements: AnnouncementSource[];
  /** What is open to everybody as data. */
  datasets: Dataset[];
  /** What waits for somebody. */
  tasks: TaskSource[];
  /** What it knows of a person, for the person. */
  own: OwnSource[];
  /** Refusal codes of this module, each with a text `refusal.<code>`. */
  refusals: string[];
  /** Tables of other modules whose changes this one must hear of, inside the transaction: what it keeps beside them stays in step. */
  listens: Listener[];
  /** Run once when the app opens, after migration: fill registries. */
  onOpen: ((reader: Reader) => Promise<void>) | undefined;
}

export function replicated(
  table: Omit<ReplicatedTable, 'kind' | 'control' | 'subject' | 'wide' | 'rule' | 'onApplied'> &
    Partial<Pick<ReplicatedTable, 'control' | 'subject' | 'wide' | 'rule' | 'onApplied'>>,
): ReplicatedTable {
  const numbers = Object.values(table.columns).map((column) => column.n);
  if (new Set(numbers).size !== numbers.length) throw new Error(`table ${table.name}: a column number stands twice`);
  if (numbers.some((n) => !Number.isInteger(n) || n < 1 || n > 250))
    throw new Error(`table ${table.name}: column numbers run from 1 to 250`);
  const sealed = Object.values(table.columns).some((column) => column.sealed);
  if (sealed && !table.subject) throw new Error(`table ${table.name}: sealed columns need a subject`);
  if (table.subject && table.subject !== 'id' && !table.columns[table.subject])
    throw new Error(`table ${table.name}: no column ${table.subject}`);
  checkRule(table);
  return {
    kind: 'replicated',
    control: false,
    subject: undefined,
    wide: false,
    rule: undefined,
    onApplied: undefined,
    ...table,
  };
}

/** What one site alone writes needs no ruling: its own command looks before it writes. */
function checkRule({ name, class: mergeClass, rule, columns, partitions }: Parameters<typeof replicated>[0]): void {
  if ((mergeClass === 'ruled') !== Boolean(rule)) throw new Error(`table ${name}: class ruled and a rule go together`);
  if (!rule) return;
  const named = [...rule.key, ...[rule.units, rule.share].flatMap((column) => column ?? [])];
  for (const column of named) if (!columns[column]) throw new Error(`table ${name}: no column ${column}`);
  if (partitions.some((kind) => kind === 'site' || kind === 'site-private'))
    throw new Error(`table ${name}: a ruled table lies where several write`);
}

export function local(name: string): LocalTable {
  return { kind: 'local', name };
}

export function defineModule(
  manifest: Pick<ModuleManifest, 'name'> & Partial<Omit<ModuleManifest, 'name'>>,
): ModuleManifest {
  return {
    permissions: [],
    roles: [],
    tables: [],
    migrations: [],
    jobs: [],
    indicators: [],
    search: [],
    feeds: [],
    announcements: [],
    datasets: [],
    tasks: [],
    own: [],
    refusals: [],
    listens: [],
    onOpen: undefined,
    ...manifest,
  };
}

/** All tables of all modules, by name and by wire number; throws when two claim the same. */
export interface TableIndex {
  byName: ReadonlyMap<string, ReplicatedTable>;
  byNumber: ReadonlyMap<number, ReplicatedTable>;
  local: ReadonlySet<string>;
}

export function indexTables(modules: readonly ModuleManifest[]): TableIndex {
  const byName = new Map<string, ReplicatedTable>();
  const byNumber = new Map<number, ReplicatedTable>();
  const localNames = new Set<string>();
  for (const module of modules) {
    for (const table of module.tables) {
      if (byName.has(table.name) || localNames.has(table.name))
        throw new Error(`two modules declare the table ${table.name}`);
      if (table.kind === 'local') localNames.add(table.name);
      else {
        if (byNumber.has(table.number)) throw new Error(`two tables claim the wire number ${table.number}`);
        byName.set(table.name, table);
        byNumber.set(table.number, table);
      }
    }
  }
  for (const { listens } of modules)
    for (const { table: name, applied } of listens) {
      const table = byName.get(name);
      if (!table) throw new Error(`somebody listens to ${name}, which is no replicated table`);
      const before = table.onApplied;
      const heard: ReplicatedTable = {
        ...table,
        async onApplied(tx, rows) {
          await before?.(tx, rows);
          await applied(tx, rows);
        },
      };
      byName.set(name, heard);
      byNumber.set(heard.number, heard);
    }
  return { byName, byNumber, local: localNames };
}
