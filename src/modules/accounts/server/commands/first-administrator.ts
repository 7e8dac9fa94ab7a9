// An empty programme's first administrator: a one-time link, printed where the program was started.
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { text } from '#platform/input';
import { HUB_CONTROL } from '../queries.ts';

const LIFE = 24 * 3_600_000;
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Makes the link's token; earlier links end. */
export const makeStartLink = defineCommand({
  name: 'accounts.make-start-link',
  permission: 'accounts.open-session',
  input: v.object({}),
  async run(ctx: CommandContext) {
    const token = randomBytes(18).toString('base64url');
    await ctx.tx.local.deleteFrom('start_link').execute();
    await ctx.tx.local
      .insertInto('start_link')
      .values({ hash: hashOf(token), ends_at: ctx.now + LIFE })
      .execute();
    return { token };
  },
});

export const claimStartLink = defineCommand({
  name: 'accounts.claim-start-link',
  permission: null,
  input: v.object({
    token: v.string(),
    username: v.pipe(
      text(40),
      v.transform((value) => value.toLowerCase()),
      v.regex(/^[a-z0-9][a-z0-9._-]{2,39}$/, 'accounts.username-form'),
    ),
    name: text(120),
    passwordHash: v.string(),
  }),
  async run(ctx: CommandContext, given) {
    const link = await ctx.tx
      .selectFrom('start_link')
      .select('ends_at')
      .where('hash', '=', hashOf(given.token))
      .executeTakeFirst();
    if (!link || link.ends_at < ctx.now) return ctx.refuse('accounts.link-ended');
    const id = await ctx.tx.append('account', {
      partition: HUB_CONTROL,
      username: given.username,
      name: given.name,
      language: ctx.actor.language,
      state: 'active',
    });
    await ctx.tx.append('credential', {
      partition: HUB_CONTROL,
      account: id,
      kind: 'password',
      secret: given.passwordHash,
    });
    await ctx.tx.append('account_grant', {
      partition: HUB_CONTROL,
      account: id,
      role: 'administrator',
      scope_kind: 'programme',
      scope_id: null,
    });
    await ctx.tx.local.deleteFrom('start_link').execute();
    return { id };
  },
});
