// What a restored image still owes before it may serve: a new epoch, and the erasures that it does not know of.
import type { LocalTx } from '#platform/db';
import { beginAgain } from './epoch.ts';
import { eraseSubject } from './erasing.ts';
import type { StoredKey } from './keys.ts';
import type { Replica } from './replica.ts';

const MARK = 'restored';

/** As a line of a backup's tables: where data arrive that way, the mark arrives in the same transaction. */
export const RESTORED_LINE = `replica_state\t${JSON.stringify({ key: MARK, value: 'yes' })}\n`;

/** Before the image can be seen under its name, so that no crash lets it serve as if nothing had happened. */
export async function markRestored(tx: LocalTx): Promise<void> {
  await tx.local
    .insertInto('replica_state')
    .values({ key: MARK, value: 'yes' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** At every opening; does nothing without the mark. Each step may be repeated after a crash. */
export async function finishRestore(replica: Replica): Promise<void> {
  const { db } = replica;
  const marked = await db.read.selectFrom('replica_state').select('key').where('key', '=', MARK).executeTakeFirst();
  if (!marked) return;
  await beginAgain(replica);
  await eraseAgain(replica);
  await db.transaction((tx) => tx.local.deleteFrom('replica_state').where('key', '=', MARK).execute());
}

const AT_ONCE = 500;

/** Who was erased after the image was made has no key any more, but the image's tables hold the fields opened. */
async function eraseAgain(replica: Replica): Promise<void> {
  let after: StoredKey | undefined;
  for (;;) {
    const keys = await replica.keys.list(after, AT_ONCE);
    for (const { partition, subject, key } of keys)
      if (!key) await replica.db.transaction((tx) => eraseSubject(replica, tx, partition, subject));
    after = keys.at(-1);
    if (keys.length < AT_ONCE) return;
  }
}
