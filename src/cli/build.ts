// The screens are built once, and again only when their sources are newer.
import type { RequestListener } from 'node:http';
import { PROTOCOL_HEADER } from '#platform/http';
import { loadSheets } from '#platform/sheets';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const programRoot = fileURLToPath(new URL('../..', import.meta.url));
const built = path.join(programRoot, 'build', 'handler.js');
const sources = ['src', 'static', 'vite.config.ts', 'package-lock.json', 'svelte.config.js'];

function newest(entry: string): number {
  if (!existsSync(entry)) return 0;
  const stat = statSync(entry);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(entry).reduce((most, name) => Math.max(most, newest(path.join(entry, name))), 0);
}

/** Whether `build/` is there and not older than what it is made of. A release ships no vite and is always current. */
export function buildIsCurrent(): boolean {
  if (!existsSync(built)) return false;
  if (!existsSync(path.join(programRoot, 'node_modules', 'vite'))) return true;
  const made = statSync(built).mtimeMs;
  return sources.every((entry) => newest(path.join(programRoot, entry)) <= made);
}

/** Builds when needed. Errors: an Error with the builder's output. */
export async function buildIfNeeded(say: (line: string) => void): Promise<void> {
  if (buildIsCurrent()) return;
  say('Building the screens (once, about half a minute) …');
  const vite = path.join(programRoot, 'node_modules', 'vite', 'bin', 'vite.js');
  const output: Buffer[] = [];
  const status = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
      cwd: programRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('exit', resolve);
  });
  if (status !== 0) throw new Error(`The screens could not be built:\n${Buffer.concat(output).toString()}`);
}

/** The request handler of the built screens. */
export async function loadHandler(): Promise<RequestListener> {
  // read by adapter-node when its module loads; our server sets the header and bounds every body itself
  process.env.PROTOCOL_HEADER = PROTOCOL_HEADER;
  process.env.BODY_SIZE_LIMIT = 'Infinity';
  loadSheets(path.join(path.dirname(built), 'client'));
  const { handler } = (await import(built)) as { handler: RequestListener };
  return handler;
}
