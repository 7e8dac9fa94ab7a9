// Turning an account off and on, and giving a new password or taking the second factor away when somebody lost theirs.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import type { Scope } from '#platform/permissions';
import { changeCredential, giveCredential } from '../credentials.ts';
import { findAccount, listGrants, scopeOf } from '../queries.ts';
import { sitesFrom } from '../scopes.ts';
import { endSessionsOf } from '../sessions.ts';
import { secretHash } from './fields.ts';
import { administrators } from './grant-role.ts';

/** Who manages accounts of one place may change those who are granted there and nowhere else. */
async function scopeOfAccount(ctx: CommandContext, account: string): Promise<Scope> {
  const open = (await listGrants(ctx.tx, account)).filter((grant) => !grant.ended);
  const [first] = open;
  const everywhere: Scope = { programme: true };
  if (!first || open.some((one) => one.scope_kind !== first.scope_kind || one.scope_id !== first.scope_id))
    return everywhere;
  return (await scopeOf(first, sitesFrom(ctx.tx))) ?? everywhere;
}

/** Disabled accounts cannot sign in and their sessions end; it travels in the control logs, before anything else. */
export const setAccountState = defineCommand({
  name: 'accounts.set-state',
  permission: 'accounts.manage',
  input: v.object({ account: recordId(), state: v.picklist(['active', 'disabled'], 'field.choose') }),
  scope: (input, ctx) => scopeOfAccount(ctx, input.account),
  async run(ctx: CommandContext, given) {
    const { account, state } = given;
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (account === ctx.actor.account && state === 'disabled') return ctx.refuse('accounts.not-yourself');
    const rows = await ctx.tx.selectFrom('account').select(['partition', 'state']).where('id', '=', account).execute();
    if (rows.length === 0) return ctx.refuse('accounts.unknown');
    const governing = await administrators(ctx);
    if (state === 'disabled' && governing.length > 0 && governing.every((one) => one.account === account))
      return ctx.refuse('accounts.last-administrator');
    for (const row of rows.filter((one) => one.state !== state))
      await ctx.tx.update('account', { partition: row.partition, id: account }, { state });
    if (state === 'disabled') await endSessionsOf(ctx.tx, account, ctx.wall);
    return null;
  },
});

/** A forgotten password: somebody who manages accounts gives a new one; it is shown once. */
export const resetPassword = defineCommand({
  name: 'accounts.reset-password',
  permission: 'accounts.manage',
  input: v.object({ account: recordId(), passwordHash: secretHash() }),
  scope: (input, ctx) => scopeOfAccount(ctx, input.account),
  async run(ctx: CommandContext, given) {
    if (!(await findAccount(ctx.tx, given.account))) return ctx.refuse('accounts.unknown');
    // at a telecentre without a link it is a change like the person's own; only the hub's word voids what it has not seen
    const write = ctx.site.role === 'hub' ? giveCredential : changeCredential;
    await write(ctx, given.account, 'password', given.passwordHash);
    await endSessionsOf(ctx.tx, given.account, ctx.wall);
    await ctx.audit({ event: 'accounts.password-reset', subject: given.account });
    return null;
  },
});

/** A lost telephone: the second factor ends, and the person turns it on again with the new one. */
export const resetTotp = defineCommand({
  name: 'accounts.reset-totp',
  permission: 'accounts.manage',
  input: v.object({ account: recordId() }),
  scope: (input, ctx) => scopeOfAccount(ctx, input.account),
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (!(await findAccount(ctx.tx, given.account))) return ctx.refuse('accounts.unknown');
    if (given.account === ctx.actor.account) return ctx.refuse('accounts.not-yourself');
    await giveCredential(ctx, given.account, 'totp', '');
    await endSessionsOf(ctx.tx, given.account, ctx.wall);
    await ctx.audit({ event: 'accounts.totp-reset', subject: given.account });
    return null;
  },
});
