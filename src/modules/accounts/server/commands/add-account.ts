// Makes an account with its first password and, if given, its first role.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalText, text } from '#platform/input';
import { giveCredential } from '../credentials.ts';
import { findAccountByName, HUB_CONTROL } from '../queries.ts';
import { hashSecret, speakablePassword } from '../secrets.ts';
import { secretHash, username } from './fields.ts';
import { grantTo } from './grant-role.ts';
import { readScope, scopeInput } from './scope-fields.ts';

export interface NewAccount {
  username: string;
  name: string;
  language: string;
  passwordHash: string;
}

/** The account's row and first password; who may do this has been asked. */
export async function writeAccount(ctx: CommandContext, given: NewAccount): Promise<string> {
  if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
  if (await findAccountByName(ctx.tx, given.username))
    return ctx.refuse('accounts.username-taken', { field: 'username' });
  const { username: name, name: person, language } = given;
  const id = await ctx.tx.append('account', {
    partition: HUB_CONTROL,
    username: name,
    name: person,
    language,
    state: 'active',
  });
  await giveCredential(ctx, id, 'password', given.passwordHash);
  return id;
}

export const addAccount = defineCommand({
  name: 'accounts.add',
  permission: 'accounts.manage',
  input: v.object({
    username: username(),
    name: text(120),
    language: v.optional(
      v.pipe(v.string('field.invalid'), v.regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'field.choose')),
      'es',
    ),
    passwordHash: secretHash(),
    grant: optionalText(60),
    ...scopeInput,
  }),
  // with a first role its place counts, without one only who manages the whole programme adds accounts
  scope: async (input, ctx) => (input.grant ? (await readScope(ctx, input)).scope : { programme: true }),
  async run(ctx: CommandContext, given) {
    const id = await writeAccount(ctx, given);
    if (given.grant)
      await grantTo(ctx, { account: id, role: given.grant, from: null, to: null, ...(await readScope(ctx, given)) });
    return { id };
  },
});

/** The input of `addAccount` with a fresh speakable password, which is shown once and kept only as a hash. */
export async function withFreshPassword<T extends Record<string, unknown>>(
  fields: T,
): Promise<{ input: T & { passwordHash: string }; password: string }> {
  const password = speakablePassword();
  return { input: { ...fields, passwordHash: await hashSecret(password) }, password };
}
