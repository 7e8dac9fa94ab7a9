// Words that this installation keeps for itself, by name.
import type { Db, LocalTx, Reader } from '#platform/db';

export async function readState(read: Reader, key: string): Promise<string | undefined> {
  return (await read.selectFrom('replica_state').select('value').where('key', '=', key).executeTakeFirst())?.value;
}

export async function writeState(db: Db, key: string, value: string): Promise<void> {
  await db.transaction((tx) => putState(tx, key, value));
}

export async function putState(tx: LocalTx, key: string, value: string): Promise<void> {
  await tx.local
    .insertInto('replica_state')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
