// What small public reads gave, given again until somebody writes: districts, telecentres and headlines stand on every page.
import type { Db } from './db.ts';

interface Kept {
  version: number;
  until: number;
  value: Promise<unknown>;
}

const MOST = 500;
/** With PostgreSQL another process may have written: it is seen after this long. On SQLite there is none. */
const SHARED_LIFE = 3_000;
const kept = new WeakMap<Db, Map<string, Kept>>();

/**
 * The value of a read that depends on the data alone: neither on who asks nor on the time. Whoever gets it must not change it. A read that
 * failed is done again.
 */
export function remembered<T>(db: Db, key: string, read: () => Promise<T>): Promise<T> {
  const own = kept.get(db) ?? new Map<string, Kept>();
  kept.set(db, own);
  const now = performance.now();
  const version = db.version();
  const known = own.get(key);
  if (known && known.version === version && known.until > now) return known.value as Promise<T>;
  own.delete(key);
  const value = read();
  own.set(key, { version, until: db.engine === 'postgres' ? now + SHARED_LIFE : Infinity, value });
  value.catch(() => own.delete(key));
  const [oldest] = own.keys();
  if (own.size > MOST && oldest !== undefined) own.delete(oldest);
  return value;
}
