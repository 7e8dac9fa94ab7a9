// Full disks without filling one. Which of the three to take depends on what is asked.
//
// 1. `fullDatabase`: SQLite's own limit of pages (`maxPages` of the configuration). The error is the one of a real full disk,
//    SQLITE_FULL, and room can be given back while the program runs. For commands and for what the screen says.
// 2. `withFileLimit`: no file of a real process may grow beyond a size (ulimit -f), so the log, uploads and backups are
//    met too. The system says EFBIG where a full disk says ENOSPC; SQLite then reports an input/output error, so a test
//    asserts what stays true in both cases: refused, said, nothing half written.
// 3. `smallDisk`: a file system of its own in memory with a size. The real thing, but only root can mount it: undefined
//    elsewhere, so it may deepen a test and never carry it alone.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

const BLOCK = 512;

/** The command under a limit for the size of each file it writes; POSIX counts in blocks of 512 bytes. */
export function withFileLimit(bytes: number | undefined, command: [string, ...string[]]): [string, ...string[]] {
  if (bytes === undefined) return command;
  return ['/bin/sh', '-c', `ulimit -f ${Math.max(1, Math.floor(bytes / BLOCK))}; exec "$0" "$@"`, ...command];
}

/** Lets a database grow by so many pages and no further; the answer gives the room back. Per connection: use the one that writes. */
export function fullDatabase(db: DatabaseSync, spare = 0): () => void {
  const pages = (name: string) => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const before = pages('max_page_count');
  db.exec(`PRAGMA max_page_count = ${pages('page_count') + spare}`);
  return () => db.exec(`PRAGMA max_page_count = ${before}`);
}

/** A disk of its own of this size, or undefined where that needs a right we do not have. */
export function smallDisk(bytes: number): { folder: string; remove(): void } | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), 'ciudadania-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  return {
    folder,
    remove() {
      spawnSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
