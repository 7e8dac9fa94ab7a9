// A backup file: one stream, compressed, encrypted to the installation's recovery key (age format) and whole or not there at all.
import {
  createReadStream,
  createWriteStream,
  existsSync,
  openSync,
  closeSync,
  fsyncSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, createZstdDecompress } from 'node:zlib';
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption';

/** What a backup says of itself, in its first line. */
export interface BackupHead {
  format: 1;
  content: 'data' | 'keys';
  engine: 'sqlite' | 'postgres';
  role: 'hub' | 'telecentre';
  /** Version of the program and number of migrations it knew. */
  version: string;
  schema: number;
  /** Milliseconds UTC. */
  made: number;
}

/** A file that is no backup, is damaged, or is for another key. Nothing was changed. */
export class BadBackup extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BadBackup';
  }
}

export interface RecoveryKey {
  /** Begins with AGE-SECRET-KEY-1; opens every backup of this installation. */
  secret: string;
  /** Begins with age1; all that making a backup needs. */
  recipient: string;
}

export async function makeRecoveryKey(): Promise<RecoveryKey> {
  const secret = await generateIdentity();
  return { secret, recipient: await identityToRecipient(secret) };
}

/** What goes with a secret: after a restore the same paper opens the backups to come. */
export const recipientOfSecret = (secret: string): Promise<string> => identityToRecipient(secret);

/**
 * The recovery key from a file as `age` writes it, with comments, or as a person copied it from paper, in groups.
 * What is wrong with it shows when it is used: it has a checksum.
 */
export function readSecret(typed: string): string {
  const lines = typed.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  return lines.join('').replace(/\s/g, '').toUpperCase();
}

const LINE = 10;

/** Writes FILE.part, makes it durable, and only then gives it its name. Errors: Error of the file system; no half file stays. */
export async function writeBackup(
  file: string,
  recipient: string,
  head: BackupHead,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const part = `${file}.part`;
  rmSync(part, { force: true });
  try {
    const plain = Readable.from(
      (async function* () {
        yield Buffer.from(`${JSON.stringify(head)}\n`);
        yield* content;
      })(),
      { objectMode: false },
    ).pipe(createZstdCompress());
    const encrypter = new Encrypter();
    encrypter.addRecipient(recipient);
    const sealed = await encrypter.encrypt(Readable.toWeb(plain) as ReadableStream<Uint8Array>); // reason: the same class under two names
    await pipeline(Readable.fromWeb(sealed as never), createWriteStream(part, { mode: 0o600, flags: 'wx' }));
    const handle = await open(part, 'r+');
    await handle.sync();
    await handle.close();
    renameSync(part, file);
    syncFolder(path.dirname(file));
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export interface OpenBackup {
  head: BackupHead;
  /** The rest, checked piece by piece; throws BadBackup at the first piece that was changed or when the end is missing. */
  content: AsyncIterable<Uint8Array>;
}

/** Errors: BadBackup with a sentence. */
export async function readBackup(file: string, secret: string): Promise<OpenBackup> {
  if (!existsSync(file)) throw new BadBackup(`${file} is not there.`);
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(secret);
  } catch (error) {
    throw new BadBackup('That is not a recovery key. It begins with AGE-SECRET-KEY-1; check every letter.', {
      cause: error,
    });
  }
  let plain: ReadableStream<Uint8Array>;
  try {
    plain = await decrypter.decrypt(Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>); // reason: as above
  } catch (error) {
    throw new BadBackup(`${file} cannot be opened with this recovery key: it is for another one, or no backup.`, {
      cause: error,
    });
  }
  const pieces = unpacked(plain, file)[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (!start.includes(LINE)) {
    const next = await pieces.next();
    if (next.done || start.length > 10_000) throw new BadBackup(`${file} is not a backup of this program.`);
    start = Buffer.concat([start, next.value]);
  }
  const end = start.indexOf(LINE);
  const head = readHead(start.subarray(0, end).toString(), file);
  async function* content() {
    if (end + 1 < start.length) yield new Uint8Array(start.subarray(end + 1));
    for (let next = await pieces.next(); !next.done; next = await pieces.next()) yield next.value;
  }
  return { head, content: content() };
}

function readHead(line: string, file: string): BackupHead {
  try {
    const head = JSON.parse(line) as BackupHead;
    if (head.format === 1) return head;
  } catch {
    // said below
  }
  throw new BadBackup(`${file} is a backup in a format that this version does not know.`);
}

async function* unpacked(plain: ReadableStream<Uint8Array>, file: string): AsyncIterable<Uint8Array> {
  try {
    const source = Readable.fromWeb(plain as never);
    const unzip = createZstdDecompress();
    source.on('error', (error) => unzip.destroy(error));
    for await (const piece of source.pipe(unzip)) yield piece as Uint8Array;
  } catch (error) {
    throw new BadBackup(`${file} is damaged: it is not what was written. Use another copy.`, { cause: error });
  }
}

/** Collects into a file that is durable before this returns. */
export async function writeFileFrom(content: AsyncIterable<Uint8Array>, file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await pipeline(
      Readable.from(content, { objectMode: false }),
      new Writable({
        write(piece: Buffer, _encoding, done) {
          handle.write(piece).then(() => done(), done);
        },
      }),
    );
    await handle.sync();
  } finally {
    await handle.close();
  }
}
