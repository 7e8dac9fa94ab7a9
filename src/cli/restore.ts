// `ciudadania restore FILE`: a backup into an empty place, looked at from end to end before anything of it can be seen.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { beginAgain } from '#replication';
import { readBackup, recipientOfSecret, syncFolder, writeFileFrom, type OpenBackup } from '#platform/backup';
import { linesOf, loadTables } from '#platform/backup-tables';
import { readConfig, type Config } from '#platform/config';
import { openDb } from '#platform/db';
import { migrate, schemaVersion } from '#platform/migrate';
import { keysFile, openKeys, recipientFile } from './backup.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { lockDataFolder } from './lock.ts';
import { print, withProgram } from './operate.ts';
import { allModules, databaseFile } from './program.ts';

export interface RestoreFlags extends CommonFlags {
  keyFile?: string;
}

export async function restore(file: string, flags: RestoreFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  const secret = flags.keyFile ? readFileSync(flags.keyFile, 'utf8') : (process.env.RECOVERY_KEY ?? '');
  if (!secret.trim())
    throw new Error('The recovery key is needed: --key-file FILE, or RECOVERY_KEY in the environment.');
  const source = path.resolve(file);
  const data = await opened(source, secret, 'data', config);
  const keys = await opened(keysFile(source), secret, 'keys', config);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const release = lockDataFolder(config.dataDir);
  try {
    if (config.databaseUrl) await intoDatabase(config, data);
    else await intoFolder(config, data);
    await putKeys(config, keys);
    writeFileSync(recipientFile(config), `${await recipientOfSecret(secret)}\n`, { mode: 0o600 });
  } finally {
    release();
  }
  // this image lies behind what others have of us
  await withProgram(config, (program) => beginAgain(program.replica));
  print({ restored: source, made: new Date(data.head.made).toISOString() });
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
  if (head.schema > schemaVersion(allModules()))
    throw new Error(
      `${file} was made by version ${head.version}, which is newer. Install that version or newer first.`,
    );
  return backup;
}

async function intoFolder(config: Config, data: OpenBackup): Promise<void> {
  const target = databaseFile(config);
  if (existsSync(target))
    throw new Error(`${config.dataDir} is not empty. Restore into an empty folder, or move the old one away first.`);
  const making = `${target}.restoring`;
  rmSync(making, { force: true });
  try {
    await writeFileFrom(data.content, making);
    const db = new DatabaseSync(making, { readOnly: true });
    const [row] = db.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
    db.close();
    if (row?.integrity_check !== 'ok') throw new Error('The backup’s database is not whole. Use another copy.');
    renameSync(making, target);
    syncFolder(config.dataDir);
  } finally {
    rmSync(making, { force: true });
  }
}

async function intoDatabase(config: Config, data: OpenBackup): Promise<void> {
  const client = new pg.Client({ connectionString: config.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ some: string | null }>(
      "SELECT to_regclass('public.schema_migration') AS some",
    );
    if (rows[0]?.some) throw new Error('The database is not empty. Restore into an empty one.');
  } finally {
    await client.end();
  }
  const db = openDb({ databaseUrl: config.databaseUrl });
  try {
    await migrate(db, allModules());
  } finally {
    await db.close();
  }
  await loadTables(config.databaseUrl ?? '', data.content);
}

async function putKeys(config: Config, keys: OpenBackup): Promise<void> {
  const store = await openKeys(config);
  try {
    let first = true;
    let batch: { partition: string; subject: string; key: Uint8Array }[] = [];
    for await (const line of linesOf(keys.content)) {
      if (first) {
        first = false;
        if (line) await store.saveIdentity(line);
        continue;
      }
      const [partition, subject, key] = JSON.parse(line) as [string, string, string];
      // a key that was destroyed here since stays destroyed
      batch.push({ partition, subject, key: Buffer.from(key, 'base64url') });
      if (batch.length >= 500) await store.put(batch.splice(0));
    }
    if (batch.length > 0) await store.put(batch);
    batch = [];
  } finally {
    await store.close();
  }
}
