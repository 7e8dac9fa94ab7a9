// The key store: one key per person and partition, outside log, snapshots and main backup, so that destroying it erases what was sealed.
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

export interface SubjectKey {
  partition: string;
  subject: string;
  /** 32 bytes. */
  key: Uint8Array;
}

/** A line of the store; the key is null where it was destroyed, so that a copy of the store remembers that too. */
export interface StoredKey extends Omit<SubjectKey, 'key'> {
  key: Uint8Array | null;
}

export interface KeyStore {
  /** Of these subjects, those that have a key here; the one to seal under comes first. More than one: two holders each made one. */
  getMany(partition: string, subjects: readonly string[]): Promise<Map<string, Uint8Array[]>>;
  /** The key, made and durable before it is returned. Null when it was destroyed: nothing more is sealed for an erased person. */
  getOrMake(partition: string, subject: string): Promise<Uint8Array | null>;
  /** Keeps received keys beside those that are here, durable before it returns; a destroyed key stays destroyed. */
  put(keys: readonly SubjectKey[]): Promise<void>;
  /** Erases all keys of the subject for good, here and for late arrivals. */
  destroy(partition: string, subject: string): Promise<void>;
  /** Whether a key is here, was destroyed, or never was here. */
  state(partition: string, subject: string): Promise<'here' | 'destroyed' | 'absent'>;
  /** For backups of the keys, which are a file of their own; destroyed ones too. At most `limit`, after the given one in order. */
  list(after: StoredKey | undefined, limit: number): Promise<StoredKey[]>;
  /** Who this installation is, with its private keys: kept here because it too must stay out of the main backup. Null before the first start. */
  identity(): Promise<string | null>;
  saveIdentity(json: string): Promise<void>;
  /** Keeps this one unless there is one already; returns the one that is kept. */
  firstIdentity(json: string): Promise<string>;
  close(): Promise<void>;
}

const KEY_BYTES = 32;

function prepareKeyFile(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = DELETE'); // no write-ahead file in which an erased key would linger
  db.exec('PRAGMA synchronous = FULL');
  db.exec('PRAGMA secure_delete = ON');
  db.exec(`CREATE TABLE IF NOT EXISTS subject_key (
    partition TEXT NOT NULL, subject TEXT NOT NULL, key BLOB, PRIMARY KEY (partition, subject)) WITHOUT ROWID`);
  db.exec(`CREATE TABLE IF NOT EXISTS subject_key_other (
    partition TEXT NOT NULL, subject TEXT NOT NULL, key BLOB NOT NULL, PRIMARY KEY (partition, subject, key)) WITHOUT ROWID`);
  db.exec('CREATE TABLE IF NOT EXISTS identity (one INTEGER PRIMARY KEY CHECK (one = 1), json TEXT NOT NULL)');
}

export interface KeyStoreOptions {
  /** Only looked at: nothing is made when it is missing. */
  readOnly?: boolean;
}

/** Both tables in one order; a destroyed key is empty there. `from`: how the statement names partition, subject, key and limit. */
function pageOf(first: string, other: string, from: [string, string, string, string], empty: string): string {
  const [partition, subject, key, limit] = from;
  const half = (table: string) =>
    `SELECT partition, subject, key FROM ${table} WHERE (partition, subject) >= (${partition}, ${subject})`;
  return `SELECT partition, subject, key FROM (${half(first)} UNION ALL ${half(other)}) AS both_tables
    WHERE (partition, subject) > (${partition}, ${subject})
      OR (partition = ${partition} AND subject = ${subject} AND coalesce(key, ${empty}) > ${key})
    ORDER BY partition, subject, coalesce(key, ${empty}) LIMIT ${limit}`;
}

/** A store in one SQLite file, beside the main database and never inside it. */
export function openKeyFile(path: string, { readOnly = false }: KeyStoreOptions = {}): KeyStore {
  if (!readOnly) closeSync(openSync(path, 'a', 0o600)); // made by SQLite it would open for others
  const db = new DatabaseSync(path, { timeout: 2_000, readOnly });
  if (!readOnly) prepareKeyFile(db);
  const select = db.prepare('SELECT key FROM subject_key WHERE partition = ? AND subject = ?');
  const others = db.prepare('SELECT key FROM subject_key_other WHERE partition = ? AND subject = ? ORDER BY key');
  const insert = db.prepare(
    'INSERT INTO subject_key (partition, subject, key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const insertOther = db.prepare(
    `INSERT INTO subject_key_other (partition, subject, key)
     SELECT partition, subject, ?3 FROM subject_key WHERE partition = ?1 AND subject = ?2 AND key <> ?3
     ON CONFLICT DO NOTHING`,
  );
  const erase = db.prepare(
    'INSERT INTO subject_key (partition, subject, key) VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET key = NULL',
  );
  const eraseOthers = db.prepare('DELETE FROM subject_key_other WHERE partition = ? AND subject = ?');
  const page = db.prepare(pageOf('subject_key', 'subject_key_other', ['?1', '?2', '?3', '?4'], "x''"));
  const find = (partition: string, subject: string): Uint8Array | null | undefined => {
    const row = select.get(partition, subject) as { key: Uint8Array | null } | undefined;
    return row ? row.key : undefined;
  };
  const all = (partition: string, subject: string): Uint8Array[] => {
    const first = find(partition, subject);
    if (!first) return [];
    return [first, ...(others.all(partition, subject) as unknown as { key: Uint8Array }[]).map(({ key }) => key)]; // reason: node:sqlite rows are untyped
  };
  const together = (go: () => void): void => {
    db.exec('BEGIN IMMEDIATE');
    try {
      go();
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
  };
  return {
    getMany(partition, subjects) {
      const found = subjects.map((subject) => [subject, all(partition, subject)] as const);
      return Promise.resolve(new Map(found.filter(([, keys]) => keys.length > 0)));
    },
    state: (partition, subject) => Promise.resolve(stateOf(find(partition, subject))),
    getOrMake(partition, subject) {
      const known = find(partition, subject);
      if (known !== undefined) return Promise.resolve(known);
      const key = randomBytes(KEY_BYTES);
      insert.run(partition, subject, key);
      return Promise.resolve(find(partition, subject) ?? null);
    },
    put(keys) {
      together(() => {
        for (const { partition, subject, key } of keys) {
          insert.run(partition, subject, key);
          insertOther.run(partition, subject, key);
        }
      });
      return Promise.resolve();
    },
    destroy(partition, subject) {
      together(() => {
        erase.run(partition, subject);
        eraseOthers.run(partition, subject);
      });
      return Promise.resolve();
    },
    list(after, limit) {
      const at = [after?.partition ?? '', after?.subject ?? '', after?.key ?? new Uint8Array()];
      return Promise.resolve(page.all(...at, limit) as unknown as StoredKey[]); // reason: node:sqlite rows are untyped
    },
    identity() {
      const row = db.prepare('SELECT json FROM identity').get() as { json: string } | undefined;
      return Promise.resolve(row?.json ?? null);
    },
    firstIdentity(json) {
      db.prepare('INSERT INTO identity (one, json) VALUES (1, ?) ON CONFLICT DO NOTHING').run(json);
      return this.identity().then((kept) => kept ?? json);
    },
    saveIdentity(json) {
      db.prepare('INSERT INTO identity (one, json) VALUES (1, ?) ON CONFLICT DO UPDATE SET json = excluded.json').run(
        json,
      );
      return Promise.resolve();
    },
    close() {
      db.close();
      return Promise.resolve();
    },
  };
}

const stateOf = (found: Uint8Array | null | undefined) =>
  found === undefined ? 'absent' : found === null ? 'destroyed' : 'here';

async function prepareKeySchema(pool: pg.Pool): Promise<void> {
  await pool.query('CREATE SCHEMA IF NOT EXISTS ciudadania_keys').catch(ignoreRace);
  await pool
    .query(
      `CREATE TABLE IF NOT EXISTS ciudadania_keys.subject_key (
        partition text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL, key bytea, PRIMARY KEY (partition, subject))`,
    )
    .catch(ignoreRace);
  await pool
    .query(
      `CREATE TABLE IF NOT EXISTS ciudadania_keys.subject_key_other (
        partition text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL, key bytea NOT NULL, PRIMARY KEY (partition, subject, key))`,
    )
    .catch(ignoreRace);
  await pool
    .query(
      'CREATE TABLE IF NOT EXISTS ciudadania_keys.identity (one integer PRIMARY KEY CHECK (one = 1), json text NOT NULL)',
    )
    .catch(ignoreRace);
}

/** The same in a schema of its own on PostgreSQL, for several hub processes; leave the schema out of the main dump. */
export async function openKeySchema(
  databaseUrl: string,
  { readOnly = false }: KeyStoreOptions = {},
): Promise<KeyStore> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  pool.on('connect', (client) => client.on('error', () => undefined)); // the statement under way says so
  pool.on('error', () => undefined);
  if (!readOnly) await prepareKeySchema(pool);
  const find = async (partition: string, subject: string): Promise<Uint8Array | null | undefined> => {
    const result = await pool.query<{ key: Uint8Array | null }>(
      'SELECT key FROM ciudadania_keys.subject_key WHERE partition = $1 AND subject = $2',
      [partition, subject],
    );
    return result.rows[0]?.key;
  };
  const readIdentity = async (): Promise<string | null> => {
    const result = await pool.query<{ json: string }>('SELECT json FROM ciudadania_keys.identity');
    return result.rows[0]?.json ?? null;
  };
  const insert =
    'INSERT INTO ciudadania_keys.subject_key (partition, subject, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
  return {
    async getMany(partition, subjects) {
      if (subjects.length === 0) return new Map();
      const result = await pool.query<{ subject: string; key: Uint8Array }>(
        `SELECT subject, key, 0 AS place FROM ciudadania_keys.subject_key
          WHERE partition = $1 AND subject = ANY($2) AND key IS NOT NULL
         UNION ALL
         SELECT subject, key, 1 FROM ciudadania_keys.subject_key_other WHERE partition = $1 AND subject = ANY($2)
         ORDER BY place, key`,
        [partition, subjects],
      );
      const groups = Map.groupBy(result.rows, ({ subject }) => subject);
      return new Map([...groups].map(([subject, rows]) => [subject, rows.map(({ key }) => key)]));
    },
    state: async (partition, subject) => stateOf(await find(partition, subject)),
    async getOrMake(partition, subject) {
      const known = await find(partition, subject);
      if (known !== undefined) return known;
      await pool.query(insert, [partition, subject, randomBytes(KEY_BYTES)]);
      return (await find(partition, subject)) ?? null;
    },
    async put(keys) {
      for (const { partition, subject, key } of keys) {
        const values = [partition, subject, Buffer.from(key)];
        await pool.query(insert, values);
        await pool.query(
          `INSERT INTO ciudadania_keys.subject_key_other (partition, subject, key)
           SELECT partition, subject, $3 FROM ciudadania_keys.subject_key
            WHERE partition = $1 AND subject = $2 AND key <> $3 FOR SHARE
           ON CONFLICT DO NOTHING`,
          values,
        );
      }
    },
    async destroy(partition, subject) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        // the row is locked first: whoever adds another key has committed, or will find this one destroyed
        await client.query(
          `INSERT INTO ciudadania_keys.subject_key (partition, subject, key) VALUES ($1, $2, NULL)
           ON CONFLICT (partition, subject) DO UPDATE SET key = NULL`,
          [partition, subject],
        );
        await client.query('DELETE FROM ciudadania_keys.subject_key_other WHERE partition = $1 AND subject = $2', [
          partition,
          subject,
        ]);
        await client.query('COMMIT');
        client.release();
      } catch (error) {
        client.release(true); // the connection is closed, and with it the transaction
        throw error;
      }
    },
    async list(after, limit) {
      const result = await pool.query<StoredKey>(
        pageOf(
          'ciudadania_keys.subject_key',
          'ciudadania_keys.subject_key_other',
          ['$1', '$2', '$3', '$4'],
          "''::bytea",
        ),
        [after?.partition ?? '', after?.subject ?? '', Buffer.from(after?.key ?? []), limit],
      );
      return result.rows;
    },
    identity: readIdentity,
    async firstIdentity(json) {
      await pool.query('INSERT INTO ciudadania_keys.identity (one, json) VALUES (1, $1) ON CONFLICT DO NOTHING', [
        json,
      ]);
      return (await readIdentity()) ?? json;
    },
    async saveIdentity(json) {
      await pool.query(
        'INSERT INTO ciudadania_keys.identity (one, json) VALUES (1, $1) ON CONFLICT (one) DO UPDATE SET json = excluded.json',
        [json],
      );
    },
    close: () => pool.end(),
  };
}

/** Two processes that create the schema at the same moment: one of them loses with a unique violation, and the schema is there. */
function ignoreRace(error: unknown): void {
  const code = (error as { code?: string }).code;
  if (code !== '23505' && code !== '42P07' && code !== '42P06') throw error;
}
