// Slows down whoever guesses: failures in a row per account, card and device; kept in the database, so that a restart forgives nothing.
import type { LocalTx, Reader } from '#platform/db';

/** Failures that cost nothing; after them the wait doubles from one second to a quarter of an hour. */
const FREE = 3;
const LONGEST = 15 * 60_000;

export function waitAfter(failures: number): number {
  return failures < FREE ? 0 : Math.min(LONGEST, 1_000 * 2 ** (failures - FREE));
}

/** Milliseconds to wait before another try with any of these keys. A clock that went back does not lock anybody for longer than the longest wait. */
export async function waitFor(reader: Reader, keys: readonly string[], now: number): Promise<number> {
  const rows = await reader.selectFrom('sign_in_guard').select('until').where('key', 'in', keys).execute();
  return rows.reduce((most, row) => Math.max(most, Math.min(row.until - now, LONGEST)), 0);
}

export async function noteFailure(tx: LocalTx, keys: readonly string[], now: number): Promise<void> {
  for (const key of keys) {
    const row = await tx.selectFrom('sign_in_guard').select('failures').where('key', '=', key).executeTakeFirst();
    const failures = (row?.failures ?? 0) + 1;
    const values = { failures, until: now + waitAfter(failures) };
    await tx.local
      .insertInto('sign_in_guard')
      .values({ key, ...values })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
      .execute();
  }
}

export async function noteSuccess(tx: LocalTx, keys: readonly string[]): Promise<void> {
  await tx.local.deleteFrom('sign_in_guard').where('key', 'in', keys).execute();
}
