// One process owns a data folder on SQLite: a lock that the operating system releases when the process dies, however it dies.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another process holds the data folder. */
export class DataFolderInUse extends Error {
  constructor(folder: string) {
    super(
      `Another process of this program is using ${folder}. Stop it first, or run the command while it serves (it will be asked).`,
    );
    this.name = 'DataFolderInUse';
  }
}

/** Takes the lock or throws DataFolderInUse. Returns the release. */
export function lockDataFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, 'lock.db');
  closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    const code = (error as { errcode?: number }).errcode ?? 0;
    if ((code & 0xff) === 5 || (code & 0xff) === 6) throw new DataFolderInUse(folder); // SQLITE_BUSY, SQLITE_LOCKED
    throw error;
  }
  return () => {
    db.exec('ROLLBACK');
    db.close();
  };
}
