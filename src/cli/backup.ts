// `ciudadania backup FILE`: everything of this installation, encrypted, while it serves or not; the keys of persons in a file of their own.
import { createReadStream, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openKeyFile, openKeySchema, type KeyStore } from '#replication';
import { makeRecoveryKey, syncFolder, writeBackup, type BackupHead } from '#platform/backup';
import { dumpTables } from '#platform/backup-tables';
import { readConfig, type Config } from '#platform/config';
import { schemaVersion } from '#platform/migrate';
import { configInput, type CommonFlags } from './flags.ts';
import { print } from './operate.ts';
import { allModules, databaseFile } from './program.ts';
import { programVersion } from './version.ts';

export async function backup(file: string, flags: CommonFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  const target = path.resolve(file);
  for (const one of [target, keysFile(target)])
    if (existsSync(one)) throw new Error(`${one} is there already; a backup never replaces another file.`);
  if (!config.databaseUrl && !existsSync(databaseFile(config)))
    throw new Error(`There is nothing to back up in ${config.dataDir}.`);
  const recipient = await recipientOf(config);
  const head: Omit<BackupHead, 'content'> = {
    format: 1,
    engine: config.databaseUrl ? 'postgres' : 'sqlite',
    role: config.role,
    version: programVersion,
    schema: schemaVersion(allModules()),
    made: Date.now(),
  };
  // the keys first: a segment in the data whose key came later would be unreadable, a key without its segment harms nobody
  const store = await openKeys(config);
  try {
    await writeBackup(keysFile(target), recipient, { ...head, content: 'keys' }, keyLines(store));
  } finally {
    await store.close();
  }
  try {
    await writeBackup(target, recipient, { ...head, content: 'data' }, dataOf(config, target));
    const late = await openKeys(config);
    rmSync(keysFile(target));
    try {
      // again, for the keys that were made meanwhile
      await writeBackup(keysFile(target), recipient, { ...head, content: 'keys' }, keyLines(late));
    } finally {
      await late.close();
    }
  } catch (error) {
    rmSync(keysFile(target), { force: true });
    throw error;
  }
  print({ file: target, keys: keysFile(target), made: new Date(head.made).toISOString() });
}

export const recipientFile = (config: Config): string => path.join(config.dataDir, 'recovery-recipient');
export const keysFile = (file: string): string => `${file}.keys`;

export function openKeys(config: Config): Promise<KeyStore> {
  return config.databaseUrl
    ? openKeySchema(config.databaseUrl)
    : Promise.resolve(openKeyFile(path.join(config.dataDir, 'keys.db')));
}

/** What backups are encrypted to. The secret is made with the first backup, shown once and kept nowhere. */
async function recipientOf(config: Config): Promise<string> {
  const file = recipientFile(config);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const { secret, recipient } = await makeRecoveryKey();
  writeFileSync(file, `${recipient}\n`, { mode: 0o600, flag: 'wx' });
  syncFolder(config.dataDir);
  process.stderr.write(
    `\nThis is the recovery key of this installation. Write it on paper and keep it elsewhere: it is shown once,\nand no backup can be opened without it.\n\n  ${secret}\n\n`,
  );
  return recipient;
}

async function* dataOf(config: Config, target: string): AsyncIterable<Uint8Array> {
  if (config.databaseUrl) {
    yield* dumpTables(config.databaseUrl);
    return;
  }
  const copy = `${target}.copy`;
  rmSync(copy, { force: true });
  try {
    const db = new DatabaseSync(databaseFile(config), { readOnly: true, timeout: 10_000 });
    try {
      db.prepare('VACUUM INTO ?').run(copy);
    } finally {
      db.close();
    }
    for await (const piece of createReadStream(copy)) yield piece as Uint8Array;
  } finally {
    rmSync(copy, { force: true });
  }
}

async function* keyLines(store: KeyStore): AsyncIterable<Uint8Array> {
  yield Buffer.from(`${(await store.identity()) ?? ''}\n`);
  let after: { partition: string; subject: string } | undefined;
  for (;;) {
    const keys = await store.list(after, 500);
    for (const { partition, subject, key } of keys)
      yield Buffer.from(`${JSON.stringify([partition, subject, Buffer.from(key).toString('base64url')])}\n`);
    after = keys.at(-1);
    if (keys.length < 500) return;
  }
}
