// `ciudadania restore FILE`: a backup into an empty place, looked at from end to end before anything of it can be seen.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { markRestored, RESTORED_LINE, type KeyStore } from '#replication';
import {
  readBackup,
  readSecret,
  recipientOfSecret,
  syncFolder,
  writeFileFrom,
  type OpenBackup,
} from '#platform/backup';
import { linesOf, loadTables } from '#platform/backup-tables';
import { readConfig, type Config } from '#platform/config';
import { openDb } from '#platform/db';
import { migrate, schemaVersion } from '#platform/migrate';
import { keysFile, recipientFile } from './backup-files.ts';
import { openKeys } from './backup.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { lockDataFolder } from './lock.ts';
import { print, withProgram } from './operate.ts';
import { allModules, databaseFile } from './program.ts';

export interface RestoreFlags extends CommonFlags {
  keyFile?: string;
}

export async function restore(file: string, flags: RestoreFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  const secret = readSecret(typedSecret(flags.keyFile));
  if (!secret) throw new Error('The recovery key is needed: --key-file FILE, or RECOVERY_KEY in the environment.');
  const source = path.resolve(file);
  const open = (content: 'data' | 'keys') =>
    opened(content === 'data' ? source : keysFile(source), secret, content, config);
  // to the end of both before anything is made
  for (const content of ['keys', 'data'] as const) await drain((await open(content)).content);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const release = lockDataFolder(config.dataDir);
  const data = await open('data');
  try {
    await refuseUsed(config);
    await putKeys(config, await open('keys'));
    writeFileSync(recipientFile(config), `${await recipientOfSecret(secret)}\n`, { mode: 0o600 });
    if (config.databaseUrl) await intoDatabase(config.databaseUrl, data);
    else await intoFolder(config, data);
  } finally {
    release();
  }
  // opening does what a restored image owes; after a crash the next opening does
  await withProgram(config, () => Promise.resolve());
  print({ restored: source, made: new Date(data.head.made).toISOString() });
}

function typedSecret(keyFile: string | undefined): string {
  if (!keyFile) return process.env.RECOVERY_KEY ?? '';
  if (!existsSync(keyFile)) throw new Error(`There is no file ${keyFile} with the recovery key.`);
  return readFileSync(keyFile, 'utf8');
}

async function opened(file: string, secret: string, content: 'data' | 'keys', config: Config): Promise<OpenBackup> {
  const backup = await readBackup(file, secret);
  const { head } = backup;
  if (head.content !== content) throw new Error(`${file} holds ${head.content}, not ${content}.`);
  const engine = config.databaseUrl ? 'postgres' : 'sqlite';
  if (head.engine !== engine)
    throw new Error(`${file} was made with ${head.engine}; this installation uses ${engine}.`);
  if (head.role !== config.role)
    throw new Error(`${file} is of a ${head.role}; start restore with --role ${head.role}.`);
  const schema = schemaVersion(allModules());
  if (head.schema > schema)
    throw new Error(
      `${file} was made by version ${head.version}, which is newer. Install that version or newer first.`,
    );
  // lines of tables go into the tables of their own time
  if (config.databaseUrl && head.schema < schema)
    throw new Error(`${file} was made by version ${head.version}. Restore with that version, then upgrade.`);
  return backup;
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  const pieces = content[Symbol.asyncIterator]();
  while (!(await pieces.next()).done);
}

/** Errors: an Error when somebody's data are in the place. What a restore that was cut short left there is not. */
async function refuseUsed(config: Config): Promise<void> {
  if (config.databaseUrl) {
    if (await hasRows(config.databaseUrl)) throw new Error('The database is not empty. Restore into an empty one.');
    return;
  }
  const database = databaseFile(config);
  // a write-ahead file that lost its database would be read into the restored one
  if (['', '-wal', '-journal'].some((end) => existsSync(database + end)))
    throw new Error(`${config.dataDir} is not empty. Restore into an empty folder, or move the old one away first.`);
}

async function hasRows(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ some: string | null }>("SELECT to_regclass('public.replica_state') AS some");
    if (!rows[0]?.some) return false;
    return (await client.query('SELECT 1 FROM replica_state LIMIT 1')).rowCount === 1;
  } finally {
    await client.end();
  }
}

async function intoFolder(config: Config, data: OpenBackup): Promise<void> {
  const target = databaseFile(config);
  const making = `${target}.restoring`;
  const clear = () => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(making + end, { force: true });
  };
  clear();
  try {
    await writeFileFrom(data.content, making);
    const image = new DatabaseSync(making, { readOnly: true });
    const [row] = image.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    image.close();
    if (row?.integrity_check !== 'ok') throw new Error('The backup’s database is not whole. Use another copy.');
    const db = openDb({ sqlite: { path: making, readOnly: false } });
    await db.transaction(markRestored).finally(() => db.close());
    renameSync(making, target);
    syncFolder(config.dataDir);
  } finally {
    clear();
  }
}

async function intoDatabase(databaseUrl: string, data: OpenBackup): Promise<void> {
  const db = openDb({ databaseUrl });
  await migrate(db, allModules()).finally(() => db.close());
  await loadTables(databaseUrl, marked(data.content));
}

async function* marked(content: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  yield* content;
  yield Buffer.from(RESTORED_LINE);
}

type KeyLine = [partition: string, subject: string, key: string | null];

/** Keys that are here stay; a key that was destroyed here or in the backup is destroyed. Errors: an Error when the keys here are another's. */
async function putKeys(config: Config, keys: OpenBackup): Promise<void> {
  const store = await openKeys(config);
  try {
    let first = true;
    const batch: { partition: string; subject: string; key: Uint8Array }[] = [];
    for await (const line of linesOf(keys.content)) {
      if (first) {
        first = false;
        await putIdentity(config, store, line);
        continue;
      }
      const [partition, subject, key] = JSON.parse(line) as KeyLine;
      if (key === null) await store.destroy(partition, subject);
      else batch.push({ partition, subject, key: Buffer.from(key, 'base64url') });
      if (batch.length >= 500) await store.put(batch.splice(0));
    }
    await store.put(batch);
  } finally {
    await store.close();
  }
}

async function putIdentity(config: Config, store: KeyStore, line: string): Promise<void> {
  const keyOf = (json: string) => (JSON.parse(json) as { publicKey: string }).publicKey;
  const here = await store.identity();
  if (here && line && keyOf(here) !== keyOf(line))
    throw new Error(
      `The keys in ${config.dataDir} are of another installation. Restore into an empty place; nothing was changed.`,
    );
  // one that survived is at least as new
  if (!here && line) await store.saveIdentity(line);
}
