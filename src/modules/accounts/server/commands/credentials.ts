// Changing what proves a person: password, second factor, a resident's PIN or pictures. Hashes are made before the transaction.
import * as v from 'valibot';
import { findPerson } from '#modules/people';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { partition } from '#platform/partitions';
import { findAccount } from '../queries.ts';

async function writeCredential(
  ctx: CommandContext,
  account: string,
  kind: 'password' | 'totp',
  secret: string,
): Promise<void> {
  if (ctx.site.role === 'hub') {
    const rows = await ctx.tx.selectFrom('account').select('partition').where('id', '=', account).execute();
    for (const row of rows) await ctx.tx.append('credential', { partition: row.partition, account, kind, secret });
    return;
  }
  await ctx.tx.append('credential_change', {
    partition: partition.sitePrivate(ctx.site.id ?? ''),
    account,
    kind,
    secret,
  });
}

/** The signed-in person's own password; who calls has verified the present one. */
export const changePassword = defineCommand({
  name: 'accounts.change-password',
  permission: null,
  input: v.object({ passwordHash: v.string() }),
  async run(ctx: CommandContext, given) {
    const account = ctx.actor.account;
    if (!account) return ctx.refuse('permissions.sign-in');
    await writeCredential(ctx, account, 'password', given.passwordHash);
    // other devices must prove themselves again
    await ctx.tx.local
      .updateTable('session')
      .set({ ended_at: ctx.now })
      .where('who', '=', account)
      .where('hash', '!=', ctx.actor.sessionId ?? '')
      .where('ended_at', 'is', null)
      .execute();
    await ctx.audit({ event: 'accounts.password-changed', subject: account });
    return null;
  },
});

/** A forgotten password: somebody who manages accounts gives a new one; it is shown once. */
export const resetPassword = defineCommand({
  name: 'accounts.reset-password',
  permission: 'accounts.manage',
  input: v.object({ account: recordId(), passwordHash: v.string() }),
  async run(ctx: CommandContext, given) {
    if (!(await findAccount(ctx.tx, given.account))) return ctx.refuse('accounts.unknown');
    await writeCredential(ctx, given.account, 'password', given.passwordHash);
    await ctx.tx.local
      .updateTable('session')
      .set({ ended_at: ctx.now })
      .where('who', '=', given.account)
      .where('ended_at', 'is', null)
      .execute();
    await ctx.audit({ event: 'accounts.password-reset', subject: given.account });
    return null;
  },
});

/** Turns the second factor on with a secret whose first code was right, or off with an empty one. */
export const setTotp = defineCommand({
  name: 'accounts.set-totp',
  permission: null,
  input: v.object({ secret: v.pipe(v.string(), v.regex(/^([A-Z2-7]{32})?$/, 'field.invalid')) }),
  async run(ctx: CommandContext, given) {
    const account = ctx.actor.account;
    if (!account) return ctx.refuse('permissions.sign-in');
    await writeCredential(ctx, account, 'totp', given.secret);
    await ctx.audit({ event: given.secret ? 'accounts.totp-on' : 'accounts.totp-off', subject: account });
    return null;
  },
});

/** A resident's PIN or three pictures, set at the desk with the person present. */
export const setResidentCredential = defineCommand({
  name: 'accounts.set-resident-credential',
  permission: 'accounts.assist',
  input: v.object({
    person: recordId(),
    kind: v.picklist(['pin', 'pictures'], 'field.choose'),
    secretHash: v.string(),
  }),
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'telecentre' || !ctx.site.id) return ctx.refuse('replication.telecentre-only');
    if (!(await findPerson(ctx.tx, given.person))) return ctx.refuse('people.not-found');
    await ctx.tx.append('resident_credential', {
      partition: partition.sitePrivate(ctx.site.id),
      person: given.person,
      kind: given.kind,
      secret: given.secretHash,
    });
    return null;
  },
});
