// Opening and ending sessions; who calls `openSessionFor` has verified who it is.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalText, text } from '#platform/input';
import { noteFailure, noteSuccess } from '../guard.ts';
import { openSession } from '../sessions.ts';

/** Only the program itself opens sessions: the sign-in verified the secret before the transaction. */
export const openSessionFor = defineCommand({
  name: 'accounts.open-session',
  permission: 'accounts.open-session',
  input: v.object({
    kind: v.picklist(['account', 'resident']),
    who: text(40),
    device: v.string(),
    assistedBy: optionalText(40),
    guards: v.array(v.string()),
    step: v.nullable(v.number()),
  }),
  async run(ctx: CommandContext, given) {
    if (given.step !== null) {
      // a one-time code is taken once
      const used = await ctx.tx
        .selectFrom('totp_step')
        .select('step')
        .where('account', '=', given.who)
        .executeTakeFirst();
      if (used && used.step >= given.step) return ctx.refuse('accounts.code-used');
      const step = given.step;
      await ctx.tx.local
        .insertInto('totp_step')
        .values({ account: given.who, step })
        .onConflict((conflict) => conflict.column('account').doUpdateSet({ step }))
        .execute();
    }
    if (given.guards.length > 0) await noteSuccess(ctx.tx, given.guards);
    const token = await openSession(
      ctx.tx,
      { kind: given.kind, who: given.who, device: given.device, assistedBy: given.assistedBy ?? undefined },
      ctx.now,
    );
    const detail = given.assistedBy ? { assistedBy: given.assistedBy } : undefined;
    await ctx.audit({ event: 'accounts.signed-in', subject: given.who, detail });
    return { token };
  },
});

export const noteSignInFailure = defineCommand({
  name: 'accounts.note-failure',
  permission: 'accounts.open-session',
  input: v.object({ guards: v.array(v.string()), subject: v.string() }),
  async run(ctx: CommandContext, given) {
    await noteFailure(ctx.tx, given.guards, ctx.now);
    await ctx.audit({ event: 'accounts.sign-in-failed', subject: given.subject });
    return null;
  },
});

/** Ends one's own session, or anybody's for those who manage accounts. */
export const endSession = defineCommand({
  name: 'accounts.end-session',
  permission: null,
  input: v.object({ hash: text(64) }),
  async run(ctx: CommandContext, given) {
    const session = await ctx.tx
      .selectFrom('session')
      .select(['who', 'ended_at'])
      .where('hash', '=', given.hash)
      .executeTakeFirst();
    if (!session) return ctx.refuse('accounts.session-unknown');
    const own = session.who === (ctx.actor.account ?? ctx.actor.person);
    const manages = ctx.actor.grants.some((grant) => grant.permissions.has('accounts.manage'));
    if (!own && !manages)
      return ctx.refuse(ctx.actor.kind === 'anonymous' ? 'permissions.sign-in' : 'permissions.denied');
    if (session.ended_at === null)
      await ctx.tx.local.updateTable('session').set({ ended_at: ctx.now }).where('hash', '=', given.hash).execute();
    await ctx.audit({ event: 'accounts.session-ended', subject: session.who });
    return null;
  },
});
