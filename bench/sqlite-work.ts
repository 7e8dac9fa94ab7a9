// What SQLite does for a piece of work: statements, rows that come back, steps of its machine, steps of scans; and bytes this process writes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';

export interface Work {
  statements: number;
  rows: number;
  /** Steps of SQLite's machine: a row that is looked at takes a few. */
  steps: number;
  /** Rows passed over by scans of whole tables. */
  scanned: number;
  /** Bytes that this process gave to the system to write; 0 where the system does not tell. */
  written: number;
  seconds: number;
}

/** Node has these and its types do not. */
type Counting = StatementSync & { stat(name: string): number; resetStats(): void };
type Method = (...parameters: never[]) => unknown;

const folders = new WeakMap<StatementSync, string>();
let counting: { folder: string; work: Work; scans: Map<string, number> } | undefined;

// reason: the program's own statements are counted, without a word of this in the program
const plainPrepare = Reflect.get(DatabaseSync.prototype, 'prepare') as Method;
DatabaseSync.prototype.prepare = function prepare(this: DatabaseSync, ...parameters: never[]) {
  const statement = Reflect.apply(plainPrepare, this, parameters) as StatementSync;
  folders.set(statement, path.basename(path.dirname(this.location() ?? '')));
  return statement;
};
for (const name of ['all', 'get', 'run'] as const) {
  const plain = Reflect.get(StatementSync.prototype, name) as Method;
  Object.defineProperty(StatementSync.prototype, name, {
    value: function counted(this: Counting, ...parameters: never[]) {
      const now = counting;
      if (!now || now.folder !== folders.get(this)) return Reflect.apply(plain, this, parameters);
      this.resetStats();
      const result: unknown = Reflect.apply(plain, this, parameters);
      const { work, scans } = now;
      const scanned = this.stat('fullscanStep');
      work.statements += 1;
      work.rows += Array.isArray(result) ? result.length : 0;
      work.steps += this.stat('vmStep');
      work.scanned += scanned;
      if (scanned > 0) scans.set(this.sourceSQL, (scans.get(this.sourceSQL) ?? 0) + scanned);
      return result;
    },
  });
}

function bytesWritten(): number {
  try {
    return Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Counts what is done in the database of one data folder; the folder is named by its last part. */
export async function workOf(folder: string, task: () => Promise<unknown>): Promise<Work> {
  const work: Work = { statements: 0, rows: 0, steps: 0, scanned: 0, written: 0, seconds: 0 };
  const scans = new Map<string, number>();
  const before = bytesWritten();
  const began = performance.now();
  counting = { folder, work, scans };
  try {
    await task();
  } finally {
    counting = undefined;
  }
  work.seconds = (performance.now() - began) / 1_000;
  work.written = bytesWritten() - before;
  if (process.env.SCANS) for (const [query, rows] of scans) if (rows > 20) console.error(rows, query);
  return work;
}
