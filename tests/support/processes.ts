// The program's real processes for journeys: started on free ports, killed when asked, and never left behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { withFileLimit } from './full-disk.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export { freePort } from './ports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Running {
  url: string;
  port: number;
  pid: number;
  dataDir: string;
  /** Everything said so far, both streams. */
  output(): string;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Ends it politely. */
  stop(): Promise<void>;
}

export interface StartOptions {
  role: 'hub' | 'telecentre';
  dataDir?: string;
  port?: number;
  args?: string[];
  env?: Record<string, string>;
  /** No file of the process may grow beyond this many bytes: a disk that is full for it. */
  fileLimit?: number;
}

/** Building the screens may come before the first answer. */
const PATIENCE = 180_000;

/** Kills the process when this one dies, however it dies: a pipe closes then, and a shell at its end knows what to do. */
export function guard(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const watching = spawn('/bin/sh', ['-c', `read -r _ || kill -9 ${child.pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watching.stdin?.on('error', () => undefined);
  watching.unref();
  child.once('exit', () => watching.stdin?.end('ended\n'));
}

export function temporaryFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'ciudadania-journey-'));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Starts one process and waits until it serves. Errors: Error with what it said. */
export async function startProcess(options: StartOptions): Promise<Running> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const args = [
    'src/cli/ciudadania.js',
    'start',
    '--json-ready',
    '--role',
    options.role,
    '--data',
    dataDir,
    '--port',
    String(options.port ?? 0),
    '--host',
    '127.0.0.1',
    ...(options.args ?? []),
  ];
  const [program, ...rest] = withFileLimit(options.fileLimit, [process.execPath, ...args]);
  const child = spawn(program, rest, {
    cwd: root,
    env: { ...process.env, HOST: '', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  guard(child);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const line = said.split('\n').find((one) => one.startsWith('{"ready":true'));
      if (line) resolve((JSON.parse(line) as { url: string }).url);
    });
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the process ended with ${code ?? signal ?? 'nothing'}:\n${said}`)),
    );
    setTimeout(() => {
      reject(new Error(`the process did not serve within ${PATIENCE / 1_000} s:\n${said}`));
      child.kill('SIGKILL');
    }, PATIENCE).unref();
  });
  const url = await ready;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
  };
  return {
    url: url.replace('localhost', '127.0.0.1'),
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    dataDir,
    output: () => said,
    kill: (signal = 'SIGKILL') => end(signal),
    stop: () => (child.exitCode === null && child.signalCode === null ? end('SIGTERM') : Promise.resolve()),
  };
}

/** Runs one command of the command line to its end. */
export async function runCli(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, ['src/cli/ciudadania.js', ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, out, err };
}

/** Password of a demo sign-in, as printed at the first start. */
export function demoPassword(hub: Running, username: string): string {
  const line = hub
    .output()
    .split('\n')
    .find((one) => one.trim().startsWith(`${username} `));
  const password = line?.trim().split(/\s+/)[1];
  if (!password) throw new Error(`no demo sign-in ${username} was printed`);
  return password;
}
