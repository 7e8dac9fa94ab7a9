// Trying to sign in, opening and ending sessions. Who calls `openSessionFor` has verified who it is.
import * as v from 'valibot';
import { defaultScope, defineCommand, type CommandContext } from '#platform/command';
import { text } from '#platform/input';
import { can } from '#platform/permissions';
import { forgetOld, settle, take, type Guard } from '../guard.ts';
import { endSessionsOf, openSession, type NewSession } from '../sessions.ts';
import { takeStep } from '../totp-steps.ts';

const DAY = 86_400_000;

/** What a try is counted under. */
export const guards = v.array(
  v.object({ kind: v.picklist(['account', 'code', 'card', 'device', 'site']), of: v.string() }),
) satisfies v.GenericSchema<unknown, Guard[]>;

/** Counts a try before it is verified. Only the program itself asks. */
export const takeAttempt = defineCommand({
  name: 'accounts.take-attempt',
  permission: 'accounts.open-session',
  input: v.object({ guards }),
  run: (ctx: CommandContext, given) => take(ctx.tx, given.guards, ctx.wall),
});

/** A first step that was right: its tries are taken back; the second step counts its own. */
export const settleAttempt = defineCommand({
  name: 'accounts.settle-attempt',
  permission: 'accounts.open-session',
  input: v.object({ guards }),
  async run(ctx: CommandContext, given) {
    await settle(ctx.tx, given.guards, ctx.wall);
    return null;
  },
});

export const noteSignInFailure = defineCommand({
  name: 'accounts.note-failure',
  permission: 'accounts.open-session',
  input: v.object({ subject: v.string(), code: v.string() }),
  async run(ctx: CommandContext, given) {
    await ctx.audit({ event: 'accounts.sign-in-failed', subject: given.subject, detail: { code: given.code } });
    return null;
  },
});

export const openSessionFor = defineCommand({
  name: 'accounts.open-session',
  permission: 'accounts.open-session',
  input: v.object({
    kind: v.picklist(['account', 'resident']),
    who: text(40),
    device: v.string(),
    assistedBy: v.nullable(v.string()),
    plain: v.boolean(),
    /** Key under which this device is known to this account from now on. */
    knownAs: v.nullable(v.string()),
    guards,
    /** Step of the one-time code. */
    step: v.nullable(v.number()),
    /** Hash of the session that this browser had before. */
    replaces: v.nullable(v.string()),
  }),
  async run(ctx: CommandContext, given) {
    const { kind, who, device, assistedBy, plain, knownAs, replaces } = given;
    if (given.step !== null && !(await takeStep(ctx.tx, who, given.step))) return ctx.refuse('accounts.code-used');
    if (knownAs)
      await ctx.tx.local
        .insertInto('known_device')
        .values({ key: knownAs, seen_at: ctx.wall })
        .onConflict((conflict) => conflict.column('key').doUpdateSet({ seen_at: ctx.wall }))
        .execute();
    return beginSession(ctx, { kind, who, device, assistedBy, plain }, given.guards, replaces);
  },
});

/** A new session for every sign-in: the one that this browser had before ends. */
export async function beginSession(
  ctx: CommandContext,
  session: NewSession,
  tried: readonly Guard[],
  replaces: string | null,
): Promise<{ token: string }> {
  if (tried.length > 0) await settle(ctx.tx, tried, ctx.wall);
  if (replaces)
    await ctx.tx.local
      .updateTable('session')
      .set({ ended_at: ctx.wall })
      .where('hash', '=', replaces)
      .where('ended_at', 'is', null)
      .execute();
  const token = await openSession(ctx.tx, session, ctx.wall);
  const detail = session.assistedBy ? { assistedBy: session.assistedBy } : undefined;
  await ctx.audit({ event: 'accounts.signed-in', subject: session.who, detail });
  return { token };
}

/** Ends one's own session, or anybody's here for those who manage accounts here. */
export const endSession = defineCommand({
  name: 'accounts.end-session',
  permission: null,
  input: v.object({ hash: text(64) }),
  async run(ctx: CommandContext, given) {
    const { actor, tx } = ctx;
    if (actor.kind === 'anonymous') return ctx.refuse('permissions.sign-in');
    const session = await tx
      .selectFrom('session')
      .select(['who', 'assisted_by', 'ended_at'])
      .where('hash', '=', given.hash)
      .executeTakeFirst();
    const own = session !== undefined && session.who === (actor.account ?? actor.person);
    // somebody else's session and one that does not exist are answered alike
    if (!own && !can(actor, 'accounts.manage', defaultScope(ctx.site))) return ctx.refuse('permissions.denied');
    if (!session) return ctx.refuse('accounts.session-unknown');
    if (session.ended_at !== null) return null;
    await tx.local.updateTable('session').set({ ended_at: ctx.wall }).where('hash', '=', given.hash).execute();
    const detail = session.assisted_by ? { assistedBy: session.assisted_by } : undefined;
    await ctx.audit({ event: 'accounts.session-ended', subject: session.who, detail });
    return null;
  },
});

/** Ends all of one's own sessions but this one. */
export const endOtherSessions = defineCommand({
  name: 'accounts.end-other-sessions',
  permission: null,
  input: v.object({}),
  async run(ctx: CommandContext) {
    const { account, person, sessionId } = ctx.actor;
    const who = account ?? person;
    if (!who) return ctx.refuse('permissions.sign-in');
    await endSessionsOf(ctx.tx, who, ctx.wall, sessionId);
    await ctx.audit({ event: 'accounts.other-sessions-ended', subject: who });
    return null;
  },
});

/** Marks what ran out, with the end of help in the audit, and forgets what nobody needs. */
export const tidySessions = defineCommand({
  name: 'accounts.tidy',
  permission: 'accounts.open-session',
  input: v.object({}),
  async run(ctx: CommandContext) {
    const { tx, wall: now } = ctx;
    const over = await tx
      .selectFrom('session')
      .select(['hash', 'who', 'assisted_by', 'ends_at'])
      .where('ended_at', 'is', null)
      .where('ends_at', '<=', now)
      .limit(1_000)
      .execute();
    for (const { hash, who, assisted_by, ends_at } of over) {
      await tx.local.updateTable('session').set({ ended_at: ends_at }).where('hash', '=', hash).execute();
      if (assisted_by)
        await ctx.audit({ event: 'accounts.session-ended', subject: who, detail: { assistedBy: assisted_by } });
    }
    await tx.local
      .deleteFrom('session')
      .where('ended_at', '<', now - 90 * DAY)
      .execute();
    await tx.local.deleteFrom('help_code').where('ends_at', '<', now).execute();
    await tx.local
      .deleteFrom('known_device')
      .where('seen_at', '<', now - 400 * DAY)
      .execute();
    await forgetOld(tx, now - 30 * DAY);
    return { ended: over.length };
  },
});
