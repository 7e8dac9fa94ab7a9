// A copy of the data folder for the time of an upgrade, and the way back to it. Nobody may have the data open meanwhile.
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { fsyncFolder, writeDurably } from './upgrade-journal.ts';

/** Not data: our own copy, the log (it should tell what happened), the lock and the socket of a running program. */
const NOT_COPIED = new Set(['upgrade', 'log', 'lock.db', 'lock.db-journal', 'control.sock']);
/** SQLite makes it anew. */
const SHARED_MEMORY = /\.db-shm$/;
/** Keys of erased persons must not lie in the free space of the disk longer than they must. */
const WIPED = /(^|\/)keys\.db/;
const LIST = 'files.json';
const SPARE_BYTES = 20_000_000;

const copyFolder = (dataDir: string) => path.join(dataDir, 'upgrade', 'copy');

function filesOf(folder: string, within = ''): string[] {
  return readdirSync(path.join(folder, within), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(within, entry.name);
    if (NOT_COPIED.has(name) || SHARED_MEMORY.test(name)) return [];
    if (entry.isDirectory()) return filesOf(folder, name);
    return entry.isFile() ? [name] : [];
  });
}

function copyDurably(from: string, to: string): void {
  mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 });
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  const open = openSync(to, 'r');
  try {
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}

function fsyncFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) fsyncFolders(path.join(folder, entry.name));
  fsyncFolder(folder);
}

/** Errors: Error in words when there is no room. A copy that is already there is replaced. */
export function takeCopy(dataDir: string): void {
  const copy = copyFolder(dataDir);
  const making = `${copy}.part`;
  dropCopy(dataDir);
  mkdirSync(making, { recursive: true, mode: 0o700 });
  const files = filesOf(dataDir);
  const bytes = files.reduce((sum, name) => sum + statSync(path.join(dataDir, name)).size, 0);
  const { bavail, bsize } = statfsSync(dataDir);
  // once for the copy and once for the way back
  if (bavail * bsize < bytes * 2 + SPARE_BYTES)
    throw new Error(
      `There is no room for a copy of the data in ${dataDir}: ${Math.ceil((bytes * 2 + SPARE_BYTES) / 1_000_000)} MB are needed.`,
    );
  for (const name of files) copyDurably(path.join(dataDir, name), path.join(making, 'files', name));
  writeDurably(path.join(making, LIST), JSON.stringify(files), 0o600);
  fsyncFolders(making);
  renameSync(making, copy);
  fsyncFolder(path.dirname(copy));
}

/** Puts everything back as it was and removes what came since. May be repeated; the copy stays. Errors: Error when there is no copy. */
export function restoreCopy(dataDir: string): void {
  const copy = copyFolder(dataDir);
  if (!existsSync(copy)) throw new Error(`There is no copy of the data in ${copy}.`);
  const files = new Set(JSON.parse(readFileSync(path.join(copy, LIST), 'utf8')) as string[]);
  // first what came since: a write-ahead file of the new version must never meet the old database
  for (const name of filesOf(dataDir)) if (!files.has(name)) rmSync(path.join(dataDir, name));
  for (const entry of readdirSync(dataDir)) if (SHARED_MEMORY.test(entry)) rmSync(path.join(dataDir, entry));
  fsyncFolder(dataDir);
  for (const name of files) {
    const target = path.join(dataDir, name);
    const making = path.join(dataDir, 'upgrade', 'restoring');
    copyDurably(path.join(copy, 'files', name), making);
    mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    renameSync(making, target);
    fsyncFolder(path.dirname(target));
  }
}

export function dropCopy(dataDir: string): void {
  for (const folder of [`${copyFolder(dataDir)}.part`, copyFolder(dataDir)]) {
    if (!existsSync(folder)) continue;
    const files = path.join(folder, 'files');
    if (existsSync(files)) for (const name of filesOf(files)) if (WIPED.test(name)) overwrite(path.join(files, name));
    rmSync(folder, { recursive: true, force: true });
  }
  const parent = path.join(dataDir, 'upgrade');
  if (existsSync(parent)) fsyncFolder(parent);
}

function overwrite(file: string): void {
  const { size } = statSync(file);
  const open = openSync(file, 'r+');
  try {
    const zeros = Buffer.alloc(65_536);
    for (let at = 0; at < size; at += zeros.length) writeSync(open, zeros, 0, Math.min(zeros.length, size - at), at);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}
