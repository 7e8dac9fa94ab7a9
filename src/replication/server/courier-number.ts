// The numbers of a site's bundles: they only grow, so that the latest word of a sender is told by its number.
import type { LocalTx } from '#platform/db';
import type { Replica } from './replica.ts';

const COUNTER = 'courier_number';
/** Far ahead of any number that was given after the image was made. */
const AFTER_RESTORE = 1_000;

export async function nextBundleNumber(replica: Replica): Promise<number> {
  return replica.db.transaction((tx) => countOn(tx, 1));
}

/** After a restore the count goes on where nobody has been; repeated after a crash it only goes further. */
export async function skipBundleNumbers(replica: Replica): Promise<void> {
  await replica.db.transaction((tx) => countOn(tx, AFTER_RESTORE));
}

async function countOn(tx: LocalTx, by: number): Promise<number> {
  const row = await tx.selectFrom('replica_state').select('value').where('key', '=', COUNTER).executeTakeFirst();
  const number = Number(row?.value ?? 0) + by;
  await tx.local
    .insertInto('replica_state')
    .values({ key: COUNTER, value: String(number) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(number) }))
    .execute();
  return number;
}
