// An empty programme's first administrator: a one-time link, printed where the program was started.
import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { text } from '#platform/input';
import { secretHash, username } from './fields.ts';
import { writeAccount } from './add-account.ts';
import { administrators, grantTo } from './grant-role.ts';

const LIFE = 24 * 3_600_000;
const hashOf = (token: string) => createHash('sha256').update(token).digest('base64url');

/** Makes the link's token; earlier links end. Only the program itself asks, at its start. */
export const makeStartLink = defineCommand({
  name: 'accounts.make-start-link',
  permission: 'accounts.open-session',
  input: v.object({}),
  async run(ctx: CommandContext) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const token = randomBytes(18).toString('base64url');
    await ctx.tx.local.deleteFrom('start_link').execute();
    await ctx.tx.local
      .insertInto('start_link')
      .values({ hash: hashOf(token), ends_at: ctx.wall + LIFE })
      .execute();
    return { token };
  },
});

/** Works once, within a day, while nobody governs the programme. */
export const claimStartLink = defineCommand({
  name: 'accounts.claim-start-link',
  permission: null,
  input: v.object({
    token: v.string('field.invalid'),
    username: username(),
    name: text(120),
    passwordHash: secretHash(),
    /** Not over plain HTTP from another machine, as for every sign-in of an administrator. */
    secureTransport: v.boolean('field.invalid'),
  }),
  async run(ctx: CommandContext, given) {
    const link = await ctx.tx
      .selectFrom('start_link')
      .select('ends_at')
      .where('hash', '=', hashOf(given.token))
      .executeTakeFirst();
    const ended = !link || link.ends_at < ctx.wall || (await administrators(ctx)).length > 0;
    if (ended) return ctx.refuse('accounts.link-ended');
    if (!given.secureTransport) return ctx.refuse('accounts.needs-https');
    const { username: name, passwordHash } = given;
    const id = await writeAccount(ctx, {
      username: name,
      name: given.name,
      language: ctx.actor.language,
      passwordHash,
    });
    const everywhere = { kind: 'programme', id: null, scope: { programme: true } } as const;
    await grantTo(ctx, { account: id, role: 'administrator', from: null, to: null, ...everywhere });
    await ctx.tx.local.deleteFrom('start_link').execute();
    await ctx.audit({ event: 'accounts.first-administrator', subject: id });
    return { id };
  },
});
