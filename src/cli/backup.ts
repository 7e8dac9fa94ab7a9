// `ciudadania backup FILE`: everything of this installation, encrypted, while it serves or not; the keys of persons in a file of their own.
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openKeyFile, openKeySchema, type KeyStore, type StoredKey } from '#replication';
import { makeRecoveryKey, syncFolder, writeBackup, type BackupHead } from '#platform/backup';
import { dumpTables } from '#platform/backup-tables';
import { readConfig, type Config } from '#platform/config';
import { schemaVersion } from '#platform/migrate';
import { keysFile, recipientFile } from './backup-files.ts';
import { configInput, type CommonFlags } from './flags.ts';
import { print } from './operate.ts';
import { allModules, databaseFile } from './program.ts';
import { programVersion } from './version.ts';

export async function backup(file: string, flags: CommonFlags): Promise<void> {
  const config = readConfig(configInput(flags));
  const target = path.resolve(file);
  if (!existsSync(path.dirname(target))) throw new Error(`There is no folder ${path.dirname(target)}.`);
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
    await writeBackup(target, recipient, { ...head, content: 'data' }, dataOf(config));
    const late = await openKeys(config);
    try {
      // again and in place of the first, for the keys that were made meanwhile
      await writeBackup(keysFile(target), recipient, { ...head, content: 'keys' }, keyLines(late));
    } finally {
      await late.close();
    }
  } catch (error) {
    for (const one of [target, keysFile(target)]) rmSync(one, { force: true });
    throw error;
  }
  print({ file: target, keys: keysFile(target), made: new Date(head.made).toISOString() });
}

export async function openKeys(config: Config, options: { readOnly?: boolean } = {}): Promise<KeyStore> {
  return config.databaseUrl
    ? openKeySchema(config.databaseUrl, options)
    : openKeyFile(path.join(config.dataDir, 'keys.db'), options);
}

/** What backups are encrypted to. The secret is made with the first backup, shown once and kept nowhere. */
async function recipientOf(config: Config): Promise<string> {
  const file = recipientFile(config);
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const { secret, recipient } = await makeRecoveryKey();
  writeFileSync(file, `${recipient}\n`, { mode: 0o600, flag: 'wx' });
  syncFolder(config.dataDir);
  process.stderr.write(
    [
      '',
      'This is the recovery key of this installation. Write it on paper and keep it elsewhere: it is shown once,',
      'and no backup can be opened without it.',
      '',
      `  ${secret}`,
      '',
      'The same in groups, to be read aloud:',
      '',
      ...groupsOf(secret),
      '',
      '',
    ].join('\n'),
  );
  return recipient;
}

/** Four letters a group, six groups a line. */
function groupsOf(secret: string): string[] {
  const groups = secret.slice('AGE-SECRET-KEY-1'.length).match(/.{1,4}/g) ?? [];
  const lines = Array.from({ length: Math.ceil(groups.length / 6) }, (_, line) => groups.slice(line * 6, line * 6 + 6));
  return ['  AGE-SECRET-KEY-1', ...lines.map((line) => `  ${line.join(' ')}`)];
}

const COPY = /^backup-(\d+)\.copy/;

/** Copies in clear that a backup left when its power was cut. */
function removeOldCopies(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const maker = COPY.exec(name)?.[1];
    if (maker && !runs(Number(maker))) rmSync(path.join(dataDir, name), { force: true });
  }
}

function runs(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

async function* dataOf(config: Config): AsyncIterable<Uint8Array> {
  if (config.databaseUrl) {
    yield* dumpTables(config.databaseUrl);
    return;
  }
  // beside the database, where it is no less protected: what goes to the stick is sealed first
  removeOldCopies(config.dataDir);
  const copy = path.join(config.dataDir, `backup-${process.pid}.copy`);
  closeSync(openSync(copy, 'wx', 0o600));
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
  let after: StoredKey | undefined;
  for (;;) {
    const keys = await store.list(after, 500);
    for (const { partition, subject, key } of keys)
      yield Buffer.from(
        `${JSON.stringify([partition, subject, key ? Buffer.from(key).toString('base64url') : null])}\n`,
      );
    after = keys.at(-1);
    if (keys.length < 500) return;
  }
}
