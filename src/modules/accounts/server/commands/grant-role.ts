// Grants a role for the programme, a territory, a telecentre or an organisation, and ends it.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalDay, recordId, text } from '#platform/input';
import type { Scope } from '#platform/permissions';
import { findAccount, HUB_CONTROL, listGrants, rolesNow, scopeOf } from '../queries.ts';
import { sitesFrom } from '../scopes.ts';
import { spread } from '../spread.ts';
import { readScope, scopeInput, type GivenScope } from './scope-fields.ts';

interface NewGrant extends GivenScope {
  account: string;
  role: string;
  from: string | null;
  to: string | null;
}

/** Writes the grant at the hub and the copies that the covered telecentres need to let the person in offline. */
export async function grantTo(ctx: CommandContext, grant: NewGrant): Promise<string> {
  const roles = await rolesNow(ctx.tx, ctx.roles);
  if (!roles.has(grant.role)) return ctx.refuse('accounts.role-unknown', { field: 'grant' });
  const id = await ctx.tx.append('account_grant', {
    partition: HUB_CONTROL,
    account: grant.account,
    role: grant.role,
    scope_kind: grant.kind,
    scope_id: grant.id,
    from_day: grant.from,
    to_day: grant.to,
    ended: false,
  });
  await spread(ctx, grant.account);
  return id;
}

/** Whoever manages accounts of a district grants there and nowhere else. */
export const grantRole = defineCommand({
  name: 'accounts.grant',
  permission: 'accounts.manage',
  input: v.object({
    account: recordId(),
    grant: text(60),
    from: optionalDay(),
    to: optionalDay(),
    ...scopeInput,
  }),
  scope: async (input, ctx) => (await readScope(ctx, input)).scope,
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const { account, grant: role, from, to } = given;
    if (!(await findAccount(ctx.tx, account))) return ctx.refuse('accounts.unknown', { field: 'account' });
    if (from && to && to < from) return ctx.refuse('accounts.dates-crossed', { field: 'to' });
    const where = await readScope(ctx, given);
    const same = (await listGrants(ctx.tx, account)).find(
      (one) =>
        !one.ended &&
        one.role === role &&
        one.scope_kind === where.kind &&
        one.scope_id === where.id &&
        one.from_day === from &&
        one.to_day === to,
    );
    return { id: same?.id ?? (await grantTo(ctx, { account, role, from, to, ...where })) };
  },
});

/** Ended, not deleted: what was done under it stands. It travels in the control logs, before anything else. */
export const endGrant = defineCommand({
  name: 'accounts.end-grant',
  permission: 'accounts.manage',
  input: v.object({ grant: recordId() }),
  scope: async (input, ctx) => scopeOfGrant(ctx, input.grant),
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const rows = await ctx.tx
      .selectFrom('account_grant')
      .select(['partition', 'account', 'role', 'scope_kind', 'ended'])
      .where('id', '=', given.grant)
      .execute();
    const central = rows.find((row) => row.partition === HUB_CONTROL);
    if (!central) return ctx.refuse('accounts.grant-unknown');
    if (
      central.role === 'administrator' &&
      central.scope_kind === 'programme' &&
      (await isLastAdministrator(ctx, given.grant))
    )
      return ctx.refuse('accounts.last-administrator');
    for (const row of rows.filter((one) => !one.ended))
      await ctx.tx.update('account_grant', { partition: row.partition, id: given.grant }, { ended: true });
    return null;
  },
});

async function scopeOfGrant(ctx: CommandContext, id: string): Promise<Scope> {
  const row = await ctx.tx
    .selectFrom('account_grant')
    .select(['scope_kind', 'scope_id'])
    .where('id', '=', id)
    .limit(1)
    .executeTakeFirst();
  return (row && (await scopeOf(row, sitesFrom(ctx.tx)))) ?? { programme: true };
}

/** Whether without this grant nobody who can sign in would govern the programme. */
async function isLastAdministrator(ctx: CommandContext, grant: string): Promise<boolean> {
  const others = await administrators(ctx);
  return !others.some((one) => one.grant !== grant);
}

/** Open grants as administrator of the programme whose accounts are active. */
export async function administrators(ctx: CommandContext): Promise<{ grant: string; account: string }[]> {
  const rows = await ctx.tx
    .selectFrom('account_grant as g')
    .innerJoin('account as a', (join) => join.onRef('a.id', '=', 'g.account').onRef('a.partition', '=', 'g.partition'))
    .select(['g.id', 'g.account', 'g.ended', 'g.to_day'])
    .where('g.partition', '=', HUB_CONTROL)
    .where('g.role', '=', 'administrator')
    .where('g.scope_kind', '=', 'programme')
    .where('a.state', '=', 'active')
    .limit(1_000)
    .execute();
  return rows
    .filter((row) => !row.ended && (!row.to_day || row.to_day >= ctx.today()))
    .map((row) => ({ grant: row.id, account: row.account }));
}

/** Copies for telecentres that came later and for secrets that were changed: run by a job at the hub, and harmless to repeat. */
export const spreadAccounts = defineCommand({
  name: 'accounts.spread',
  permission: 'accounts.manage',
  input: v.object({}),
  async run(ctx: CommandContext) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    return { written: await spread(ctx) };
  },
});
