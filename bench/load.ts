// What comparisons of pages share: a bare server that runs the same statements, and how many answers a second one gives.
import { spawn } from 'node:child_process';
import path from 'node:path';
import autocannon from 'autocannon';
import { guard } from '../tests/support/processes.ts';

/** The statements of a file on a database, and an answer of that many bytes, without the program around them. */
export async function startBare(
  database: string,
  statements: string,
  bytes: number,
): Promise<{ url: string; stop(): void }> {
  const script = path.join(import.meta.dirname, 'bare.ts');
  const child = spawn(process.execPath, [script, database, statements, String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  guard(child);
  const line = await new Promise<Buffer>((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', () => reject(new Error('the bare server ended')));
  });
  return { url: (JSON.parse(line.toString()) as { url: string }).url, stop: () => void child.kill() };
}

/** Answers a second. Errors: Error if one answer was not a good one. */
export async function rate(
  url: string,
  load: { connections: number; duration: number; headers?: Record<string, string> },
): Promise<number> {
  const result = await autocannon({ url, ...load });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} bad answers, ${result.errors} errors`);
  return result.requests.average;
}
