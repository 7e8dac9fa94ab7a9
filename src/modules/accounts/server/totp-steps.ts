// One-time codes are taken once: the step of the last one is kept, and no earlier one is taken after it.
import type { LocalTx } from '#platform/db';

const A_DAY = 86_400 / 30;

/** False when this step, or a later one, was taken already. */
export async function takeStep(tx: LocalTx, account: string, step: number): Promise<boolean> {
  const used = await tx.selectFrom('totp_step').select('step').where('account', '=', account).executeTakeFirst();
  // one more than a day ahead was taken under a clock that has been set right since; a smaller step back may be a replay
  if (used && used.step >= step && used.step - step <= A_DAY) return false;
  await tx.local
    .insertInto('totp_step')
    .values({ account, step })
    .onConflict((conflict) => conflict.column('account').doUpdateSet({ step }))
    .execute();
  return true;
}
