// Makes an account with its first password and, if given, its first role.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalText, text } from '#platform/input';
import { findAccountByName, HUB_CONTROL } from '../queries.ts';
import { hashSecret, speakablePassword } from '../secrets.ts';
import { grantTo, readScope, scopeInput } from './grant-role.ts';

const USERNAME = /^[a-z0-9][a-z0-9._-]{2,39}$/;

const input = v.object({
  username: v.pipe(
    text(40),
    v.transform((value) => value.toLowerCase()),
    v.regex(USERNAME, 'accounts.username-form'),
  ),
  name: text(120),
  language: v.optional(choice(['es', 'en']), 'es'),
  /** Hash of the first password, made before the transaction; see `addAccountWithPassword`. */
  passwordHash: v.string(),
  grant: optionalText(60),
  ...scopeInput,
});

export const addAccount = defineCommand({
  name: 'accounts.add',
  permission: 'accounts.manage',
  input,
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (await findAccountByName(ctx.tx, given.username))
      return ctx.refuse('accounts.username-taken', { field: 'username' });
    const { username, name, language } = given;
    const id = await ctx.tx.append('account', { partition: HUB_CONTROL, username, name, language, state: 'active' });
    await ctx.tx.append('credential', {
      partition: HUB_CONTROL,
      account: id,
      kind: 'password',
      secret: given.passwordHash,
    });
    if (given.grant)
      await grantTo(ctx, { account: id, role: given.grant, from: null, to: null, ...(await readScope(ctx, given)) });
    return { id };
  },
});

/** The input of `addAccount` with a fresh speakable password; hashing takes a tenth of a second and must not hold the database. */
export async function withFreshPassword<T extends Record<string, unknown>>(
  fields: T,
): Promise<{ input: T & { passwordHash: string }; password: string }> {
  const password = speakablePassword();
  return { input: { ...fields, passwordHash: await hashSecret(password) }, password };
}
