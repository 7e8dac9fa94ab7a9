// The running program's own door for the command line: a socket in the data folder that only its owner can open.
import { chmodSync, existsSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';

export interface SocketRequest {
  operation: string;
  args: Record<string, unknown>;
  /** In which to say what was refused. */
  language?: string;
}
export type SocketAnswer = { ok: true; value: unknown } | { ok: false; message: string };

const MOST_BYTES = 1_000_000;

export function socketPath(dataDir: string): string {
  // a path of a Unix socket holds about a hundred bytes; a longer one is made relative
  const full = path.join(dataDir, 'control.sock');
  return full.length < 100 ? full : path.relative(process.cwd(), full);
}

/** Answers operations while the program serves. */
export async function serveSocket(
  dataDir: string,
  answer: (request: SocketRequest) => Promise<SocketAnswer>,
): Promise<Server> {
  const where = socketPath(dataDir);
  if (existsSync(where)) rmSync(where); // left by a process that was killed; the lock says that nobody serves
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    connection.on('error', () => connection.destroy());
    void handle(connection, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
  chmodSync(where, 0o600);
  server.unref();
  return server;
}

async function handle(connection: Socket, answer: (request: SocketRequest) => Promise<SocketAnswer>): Promise<void> {
  let reply: SocketAnswer;
  try {
    const asked = await readAll(connection);
    reply = await answer(JSON.parse(asked) as SocketRequest);
  } catch (error) {
    reply = { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  connection.end(JSON.stringify(reply));
}

/** Reads to the other side's end and leaves our own side open: reading by iteration would close both. */
function readAll(connection: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    connection.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) {
        connection.pause();
        reject(new Error('the request is too long'));
      } else chunks.push(chunk);
    });
    connection.once('end', () => resolve(Buffer.concat(chunks).toString()));
    connection.once('error', reject);
  });
}

/** Asks the running program; undefined when none runs. */
export async function askSocket(dataDir: string, request: SocketRequest): Promise<SocketAnswer | undefined> {
  const where = socketPath(dataDir);
  if (!existsSync(where)) return undefined;
  return new Promise((resolve) => {
    const connection = createConnection({ path: where, allowHalfOpen: true });
    connection.once('error', () => resolve(undefined));
    connection.once('connect', () => {
      connection.end(JSON.stringify(request));
      text(connection).then(
        (reply) => resolve(reply ? (JSON.parse(reply) as SocketAnswer) : undefined),
        () => resolve(undefined),
      );
    });
  });
}
