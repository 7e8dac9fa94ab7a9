// Grants a role for the programme, a territory, a telecentre or an organisation; copies travel to the telecentres it covers.
import * as v from 'valibot';
import { findSite, listSites } from '#replication';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalChoice, optionalRecordId, recordId, text } from '#platform/input';
import { partition } from '#platform/partitions';
import { contains, type Scope } from '#platform/permissions';
import { findAccount, HUB_CONTROL, latestCredential, listGrants, rolesNow } from '../queries.ts';

const KINDS = ['programme', 'province', 'district', 'site', 'organisation'] as const;
type Kind = (typeof KINDS)[number];

/** Typed text of one shape; empty and absent are null. */
const optionalShape = (shape: RegExp, code: string) =>
  v.pipe(
    v.optional(v.nullable(v.string('field.invalid')), null),
    v.transform((value) => value?.trim() || null),
    v.nullable(v.pipe(v.string(), v.regex(shape, code))),
  );
const optionalDay = () => optionalShape(/^\d{4}-\d{2}-\d{2}$/, 'field.not-a-date');

export const scopeInput = {
  scopeKind: optionalChoice(KINDS),
  site: optionalRecordId(),
  district: optionalShape(/^\d{6}$/, 'field.not-a-ubigeo'),
  province: optionalShape(/^\d{4}$/, 'field.not-a-ubigeo'),
  organisation: optionalRecordId(),
};

export interface ScopeFields {
  scopeKind: Kind | null;
  site: string | null;
  district: string | null;
  province: string | null;
  organisation: string | null;
}

export interface GivenScope {
  kind: Kind;
  id: string | null;
  scope: Scope;
}

/** What was chosen; without a kind the narrowest given place, else the programme. */
export async function readScope(ctx: CommandContext, given: ScopeFields): Promise<GivenScope> {
  const kind: Kind =
    given.scopeKind ??
    (given.site
      ? 'site'
      : given.district
        ? 'district'
        : given.province
          ? 'province'
          : given.organisation
            ? 'organisation'
            : 'programme');
  switch (kind) {
    case 'programme':
      return { kind, id: null, scope: { programme: true } };
    case 'province':
      return given.province
        ? { kind, id: given.province, scope: { province: given.province } }
        : ctx.refuse('field.required', { field: 'province' });
    case 'district':
      return given.district
        ? { kind, id: given.district, scope: { district: given.district } }
        : ctx.refuse('field.required', { field: 'district' });
    case 'organisation':
      return given.organisation
        ? { kind, id: given.organisation, scope: { organisation: given.organisation } }
        : ctx.refuse('field.required', { field: 'organisation' });
    case 'site': {
      const site = given.site ? await findSite(ctx.tx, given.site) : undefined;
      return site
        ? { kind, id: site.id, scope: { site: site.id, district: site.district } }
        : ctx.refuse('sites.unknown', { field: 'site' });
    }
  }
}

interface GrantInput extends GivenScope {
  account: string;
  role: string;
  from: string | null;
  to: string | null;
}

/** Writes the grant at the hub and the copies that the covered telecentres need to let the person in offline. */
export async function grantTo(ctx: CommandContext, grant: GrantInput): Promise<string> {
  const roles = await rolesNow(ctx.tx, ctx.roles);
  if (!roles.has(grant.role)) return ctx.refuse('accounts.role-unknown', { field: 'grant' });
  const fields = {
    account: grant.account,
    role: grant.role,
    scope_kind: grant.kind,
    scope_id: grant.id,
    from_day: grant.from,
    to_day: grant.to,
  };
  const id = await ctx.tx.append('account_grant', { partition: HUB_CONTROL, ...fields });
  for (const site of await listSites(ctx.tx)) {
    if (contains(grant.scope, { site: site.id, district: site.district })) await spreadTo(ctx, grant.account, site.id);
  }
  return id;
}

/** Gives one telecentre what it needs of an account: account, grants and credentials that it does not hold yet. */
export async function spreadTo(ctx: CommandContext, accountId: string, siteId: string): Promise<number> {
  const where = partition.control(partition.sitePrivate(siteId));
  const account = await findAccount(ctx.tx, accountId);
  if (!account) return 0;
  let written = 0;
  const here = async (table: 'account' | 'account_grant' | 'credential', id: string) =>
    (await ctx.tx
      .selectFrom(table)
      .select('id')
      .where('partition', '=', where)
      .where('id', '=', id)
      .executeTakeFirst()) !== undefined;
  if (!(await here('account', account.id))) {
    const { id, username, name, language, state } = account;
    await ctx.tx.append('account', { partition: where, id, username, name, language, state });
    written += 1;
  }
  for (const grant of await listGrants(ctx.tx, accountId)) {
    if (await here('account_grant', grant.id)) continue;
    await ctx.tx.append('account_grant', { partition: where, ...grant });
    written += 1;
  }
  for (const kind of ['password', 'totp'] as const) {
    const secret = await latestCredential(ctx.tx, accountId, kind);
    const copy = secret
      ? await ctx.tx
          .selectFrom('credential')
          .select('secret')
          .where('partition', '=', where)
          .where('account', '=', accountId)
          .where('kind', '=', kind)
          .orderBy('made_at', 'desc')
          .orderBy('made_n', 'desc')
          .limit(1)
          .executeTakeFirst()
      : undefined;
    if (!secret || copy?.secret === secret) continue;
    await ctx.tx.append('credential', { partition: where, account: accountId, kind, secret });
    written += 1;
  }
  return written;
}

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
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (!(await findAccount(ctx.tx, given.account))) return ctx.refuse('accounts.unknown');
    if (given.from && given.to && given.to < given.from) return ctx.refuse('accounts.dates-crossed', { field: 'to' });
    return {
      id: await grantTo(ctx, {
        account: given.account,
        role: given.grant,
        from: given.from,
        to: given.to,
        ...(await readScope(ctx, given)),
      }),
    };
  },
});

/** Every partition in which a copy of a row lies. */
async function copies(ctx: CommandContext, table: 'account' | 'account_grant', id: string): Promise<string[]> {
  const rows = await ctx.tx.selectFrom(table).select('partition').where('id', '=', id).execute();
  return rows.map((row) => row.partition);
}

export const endGrant = defineCommand({
  name: 'accounts.end-grant',
  permission: 'accounts.manage',
  input: v.object({ grant: recordId() }),
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const where = await copies(ctx, 'account_grant', given.grant);
    if (where.length === 0) return ctx.refuse('accounts.unknown');
    for (const name of where)
      await ctx.tx.update('account_grant', { partition: name, id: given.grant }, { ended: true });
    return null;
  },
});

/** Disabled accounts cannot sign in and their sessions end; it travels in the control logs, before anything else. */
export const setAccountState = defineCommand({
  name: 'accounts.set-state',
  permission: 'accounts.manage',
  input: v.object({ account: recordId(), state: v.picklist(['active', 'disabled'], 'field.choose') }),
  async run(ctx: CommandContext, given) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (given.account === ctx.actor.account && given.state === 'disabled') return ctx.refuse('accounts.not-yourself');
    const where = await copies(ctx, 'account', given.account);
    if (where.length === 0) return ctx.refuse('accounts.unknown');
    for (const name of where)
      await ctx.tx.update('account', { partition: name, id: given.account }, { state: given.state });
    if (given.state === 'disabled')
      await ctx.tx.local
        .updateTable('session')
        .set({ ended_at: ctx.now })
        .where('who', '=', given.account)
        .where('ended_at', 'is', null)
        .execute();
    return null;
  },
});

/** Copies for telecentres that came later or credentials that changed: run by a job at the hub, and harmless to repeat. */
export const spreadAccounts = defineCommand({
  name: 'accounts.spread',
  permission: 'accounts.manage',
  input: v.object({}),
  async run(ctx: CommandContext) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const sites = await listSites(ctx.tx);
    const grants = await ctx.tx
      .selectFrom('account_grant')
      .select(['account', 'scope_kind', 'scope_id'])
      .where('partition', '=', HUB_CONTROL)
      .limit(20_000)
      .execute();
    let written = 0;
    for (const site of sites) {
      const covered = grants.filter(
        ({ scope_kind, scope_id }) =>
          scope_kind === 'programme' ||
          scope_id === site.id ||
          scope_id === site.district ||
          (scope_kind === 'province' && site.district.startsWith(scope_id ?? '-')),
      );
      for (const account of new Set(covered.map((grant) => grant.account)))
        written += await spreadTo(ctx, account, site.id);
    }
    return { written };
  },
});
