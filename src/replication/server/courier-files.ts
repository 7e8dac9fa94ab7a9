// Bundles as files: their names, a stick's folder with files of many, and writing that is whole under its name or not there at all.
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { Refusal } from '#platform/errors';
import { BUNDLE_HEAD_BYTES, MAX_BUNDLE_BYTES } from './core/index.ts';

const ENDING = '.cdig';
/** Whole bundles that stay in the data folder, so that a browser may fetch one again. */
const KEPT = 5;

const sayName = (number: number) => (number === 0 ? 'central' : String(number));

/** `para-central-de-7-000012.cdig`: whom it is for, who made it, which one it is. */
export function bundleName(to: number, from: number, number: number): string {
  return `para-${sayName(to)}-de-${sayName(from)}-${String(number).padStart(6, '0')}${ENDING}`;
}

/** Whether a name may be asked for: nothing of a path, nothing but what `bundleName` makes. */
export const isBundleName = (name: string): boolean =>
  /^para-(central|\d{1,5})-de-(central|\d{1,5})-\d{6,16}\.cdig$/.test(name);

/** A file that may be a bundle, wherever it lies: on a stick, or in a form that was sent. */
export interface BundleSource {
  name: string;
  /** The first bytes; enough to know whose it is. */
  start(): Promise<Uint8Array>;
  read(): Promise<Uint8Array>;
}

/** What lies in a folder under our ending, whatever a browser or a person added to the name. Errors: Refusal when there is no folder. */
export function listBundleFiles(folder: string): BundleSource[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw stickRefusal(error, folder);
  }
  return names
    .filter((name) => name.toLowerCase().endsWith(ENDING) && !name.startsWith('.'))
    .sort()
    .map((name) => fileSource(path.join(folder, name)))
    .filter((source) => source !== undefined);
}

function fileSource(file: string): BundleSource | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return undefined;
  return {
    name: path.basename(file),
    start: () => readFirst(file, BUNDLE_HEAD_BYTES),
    // one byte more than any bundle has is enough to see that it is none
    read: () => readFirst(file, MAX_BUNDLE_BYTES + 1_000),
  };
}

async function readFirst(file: string, most: number): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(most, (await handle.stat()).size));
    let at = 0;
    for (let got = 1; got > 0 && at < bytes.length; at += got)
      got = (await handle.read(bytes, at, bytes.length - at, at)).bytesRead;
    return bytes.subarray(0, at);
  } finally {
    await handle.close();
  }
}

/**
 * Writes beside its final place, makes it durable, and only then gives it its name: a stick that is full or pulled out leaves no half bundle
 * that looks like one. Errors: Refusal with a sentence; nothing stays.
 */
export async function writeWhole(folder: string, name: string, content: AsyncIterable<Uint8Array>): Promise<string> {
  const file = path.join(folder, name);
  const part = path.join(folder, `.${name}.part`);
  try {
    const handle = await open(part, 'w', 0o600);
    try {
      for await (const piece of content) await writeAll(handle, piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    renameSync(part, file);
    syncEntry(folder);
    return file;
  } catch (error) {
    try {
      rmSync(part, { force: true });
    } catch {
      // the stick is gone, and what was written on it has not the name of a bundle
    }
    throw stickRefusal(error, folder);
  }
}

/** A system may take less than it was given. */
async function writeAll(handle: Awaited<ReturnType<typeof open>>, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
}

function syncEntry(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } catch (error) {
    // some sticks' file systems cannot sync a folder; the file itself is durable
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  } finally {
    closeSync(handle);
  }
}

const STICK: Record<string, string> = {
  ENOSPC: 'courier.stick-full',
  EFBIG: 'courier.stick-full',
  EDQUOT: 'courier.stick-full',
  ENOENT: 'courier.no-folder',
  ENOTDIR: 'courier.no-folder',
  EIO: 'courier.stick-gone',
  ENODEV: 'courier.stick-gone',
  ENXIO: 'courier.stick-gone',
  EROFS: 'courier.stick-read-only',
  EACCES: 'courier.stick-read-only',
  EPERM: 'courier.stick-read-only',
};

/** What a system's error means to who holds the stick; anything else stays what it is. */
export function stickRefusal(error: unknown, folder: string): unknown {
  const code = error instanceof Error ? STICK[(error as NodeJS.ErrnoException).code ?? ''] : undefined;
  return code ? new Refusal(code, { params: { folder } }) : error;
}

/** Where the screens and the command line fetch what the program made. */
export const bundleFolder = (dataDir: string): string => path.join(dataDir, 'courier');

/** Keeps a fresh bundle in the data folder; only the last few stay. */
export async function keepBundle(dataDir: string, name: string, bytes: Uint8Array): Promise<string> {
  const folder = bundleFolder(dataDir);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = await writeWhole(folder, name, once(bytes));
  const age = (one: string) => statSync(path.join(folder, one), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const old = readdirSync(folder)
    .filter((one) => one !== name && (isBundleName(one) || one.endsWith('.part')))
    .sort((a, b) => age(b) - age(a))
    .slice(KEPT - 1);
  for (const one of old) rmSync(path.join(folder, one), { force: true });
  return file;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}
