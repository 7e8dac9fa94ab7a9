// What people change of their own: password and second factor; and a resident's PIN or pictures. Hashes are made before the transaction.
import * as v from 'valibot';
import { findPerson } from '#modules/people';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId, text } from '#platform/input';
import { partition } from '#platform/partitions';
import { changeCredential, latestCredential } from '../credentials.ts';
import { forget } from '../guard.ts';
import { latestResidentCredential } from '../queries.ts';
import { totpStep } from '../secrets.ts';
import { endSessionsOf } from '../sessions.ts';
import { takeStep } from '../totp-steps.ts';
import { secretHash } from './fields.ts';

/** The signed-in person's own password; who calls has verified the present one. */
export const changePassword = defineCommand({
  name: 'accounts.change-password',
  permission: null,
  input: v.object({ passwordHash: secretHash() }),
  async run(ctx: CommandContext, given) {
    const { account, sessionId } = ctx.actor;
    if (!account) return ctx.refuse('permissions.sign-in');
    await changeCredential(ctx, account, 'password', given.passwordHash);
    // other devices must prove themselves again
    await endSessionsOf(ctx.tx, account, ctx.wall, sessionId);
    await ctx.audit({ event: 'accounts.password-changed', subject: account });
    return null;
  },
});

/**
 * Turns the second factor on with a new secret, or off with an empty one. A code proves it: of the new secret that the telephone
 * took it over, of the old one that whoever turns it off still holds the telephone.
 */
export const setTotp = defineCommand({
  name: 'accounts.set-totp',
  permission: null,
  input: v.object({
    secret: v.pipe(v.string('field.invalid'), v.regex(/^([A-Z2-7]{32})?$/, 'field.invalid')),
    code: text(12),
  }),
  async run(ctx: CommandContext, given) {
    const { account, sessionId } = ctx.actor;
    if (!account) return ctx.refuse('permissions.sign-in');
    const kept = await latestCredential(ctx.tx, account, 'totp');
    if (given.secret ? kept !== null : kept === null) return ctx.refuse('accounts.totp-already');
    const step = totpStep(given.secret || (kept ?? ''), given.code, ctx.wall);
    if (step === null)
      return ctx.refuse(ctx.clockState === 'unknown' ? 'accounts.clock-unknown' : 'accounts.code-wrong', {
        field: 'code',
      });
    if (!(await takeStep(ctx.tx, account, step))) return ctx.refuse('accounts.code-used', { field: 'code' });
    await changeCredential(ctx, account, 'totp', given.secret);
    await endSessionsOf(ctx.tx, account, ctx.wall, sessionId);
    await ctx.audit({ event: given.secret ? 'accounts.totp-on' : 'accounts.totp-off', subject: account });
    return null;
  },
});

/** A resident's PIN or three pictures, set at the desk with the person present; a card that was stopped is taken again. */
export const setResidentCredential = defineCommand({
  name: 'accounts.set-resident-credential',
  permission: 'accounts.assist',
  input: v.object({
    person: recordId(),
    kind: v.picklist(['pin', 'pictures'], 'field.choose'),
    secretHash: secretHash(),
  }),
  async run(ctx: CommandContext, given) {
    const { id, district } = ctx.site;
    if (ctx.site.role !== 'telecentre' || !id) return ctx.refuse('replication.telecentre-only');
    const person = await findPerson(ctx.tx, given.person);
    if (!person || person.gone || person.district !== district) return ctx.refuse('people.not-found');
    const earlier = await latestResidentCredential(ctx.tx, person.id, given.kind);
    await ctx.tx.append('resident_credential', {
      partition: partition.sitePrivate(id),
      person: person.id,
      kind: given.kind,
      secret: given.secretHash,
      set_at: Math.max(ctx.now, (earlier?.set_at ?? 0) + 1),
    });
    await forget(ctx.tx, { kind: 'card', of: person.id });
    await endSessionsOf(ctx.tx, person.id, ctx.wall);
    await ctx.audit({ event: 'accounts.resident-credential-set', subject: person.id, detail: { kind: given.kind } });
    return null;
  },
});
