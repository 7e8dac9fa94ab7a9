// Helping somebody who is present to sign in: a one-time number that the person types on another computer of the telecentre.
import { createHash, randomInt } from 'node:crypto';
import * as v from 'valibot';
import { findPerson } from '#modules/people';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId } from '#platform/input';
import { beginSession, guards } from './sessions.ts';

const LIFE = 10 * 60_000;
export const PRESENCES = ['mark', 'witness'] as const;

const hashOf = (code: string) => createHash('sha256').update(`help\n${code}`).digest('base64url');

/** The operator says how it can be shown that the person is there; both stand in the audit, with the beginning and the end. */
export const startHelp = defineCommand({
  name: 'accounts.start-help',
  permission: 'accounts.assist',
  input: v.object({ person: recordId(), presence: choice(PRESENCES) }),
  async run(ctx: CommandContext, given) {
    const { id, district } = ctx.site;
    const operator = ctx.actor.account;
    if (ctx.site.role !== 'telecentre' || !id) return ctx.refuse('replication.telecentre-only');
    if (!operator) return ctx.refuse('permissions.denied');
    const person = await findPerson(ctx.tx, given.person);
    if (!person || person.gone || person.district !== district) return ctx.refuse('people.not-found');
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    // one number at a time for a person and for an operator
    await ctx.tx.local
      .deleteFrom('help_code')
      .where((eb) => eb.or([eb('person', '=', person.id), eb('operator', '=', operator)]))
      .execute();
    const values = { person: person.id, operator, presence: given.presence, ends_at: ctx.wall + LIFE };
    await ctx.tx.local
      .insertInto('help_code')
      .values({ hash: hashOf(code), ...values })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet(values))
      .execute();
    await ctx.audit({ event: 'accounts.help-started', subject: person.id, detail: { presence: given.presence } });
    return { code };
  },
});

/** Opens the session of whoever the number was made for; it works once. Only the program itself asks, after the guards. */
export const openWithHelp = defineCommand({
  name: 'accounts.open-with-help',
  permission: 'accounts.open-session',
  input: v.object({
    code: v.string(),
    device: v.string(),
    plain: v.boolean(),
    guards,
    replaces: v.nullable(v.string()),
  }),
  async run(ctx: CommandContext, given) {
    const { tx, wall: now } = ctx;
    const hash = hashOf(given.code.replace(/[\s-]/g, ''));
    const row = await tx.selectFrom('help_code').selectAll().where('hash', '=', hash).executeTakeFirst();
    // a number made under a clock that was ahead does not live longer than it should
    if (!row || row.ends_at <= now || row.ends_at - now > LIFE) return ctx.refuse('accounts.help-wrong');
    await tx.local.deleteFrom('help_code').where('hash', '=', hash).execute();
    const { person: who, operator: assistedBy } = row;
    const { device, plain, replaces } = given;
    return beginSession(ctx, { kind: 'resident', who, device, assistedBy, plain }, given.guards, replaces);
  },
});
