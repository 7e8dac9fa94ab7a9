// Copies of accounts for the telecentres where people may sign in: what is missing there is written into that telecentre's control log.
import { listSites, type SiteSummary } from '#replication';
import type { CommandContext } from '#platform/command';
import { transportAllows } from '#platform/http';
import { partition } from '#platform/partitions';
import { contains, type Scope } from '#platform/permissions';
import { currentCredential, type Credential, type CredentialKind } from './credentials.ts';
import { findAccount, HUB_CONTROL, isInTime, scopeOf, type GrantEntry } from './queries.ts';

/** Accounts given to one telecentre in one act: an act in a partition stays below 16 kB. */
const AT_ONCE = 6;
const NETWORK = { secure: false, local: false };

/**
 * Whether a grant takes somebody's secrets to a telecentre: it names that telecentre, or covers it with a role that signs in on its
 * network. The password of who governs the whole programme does not lie in hundreds of small machines that can be carried away.
 */
export function travelsTo(grant: { role: string; scope: Scope }, site: { id: string; district: string }): boolean {
  const there = { site: site.id, district: site.district };
  return contains(grant.scope, there) && ('site' in grant.scope || transportAllows(NETWORK, grant.role));
}

interface Granted {
  row: GrantEntry;
  scope: Scope;
}

/** Writes what is missing, for all accounts or one. Returns how many rows; harmless to repeat, and repeated by a job until nothing is left. */
export async function spread(ctx: CommandContext, only?: string): Promise<number> {
  const sites = (await listSites(ctx.tx)).filter((site) => site.state === 'planned' || site.state === 'enrolled');
  const byAccount = await grantsByAccount(ctx, new Map(sites.map((site) => [site.id, site])), only);
  const here = await copiesNow(ctx, only);
  let written = 0;
  for (const site of sites) {
    const control = partition.control(partition.sitePrivate(site.id));
    let given = 0;
    for (const [account, grants] of byAccount) {
      if (given >= AT_ONCE) break;
      if (!grants.some(({ row, scope }) => travelsTo({ role: row.role, scope }, site))) continue;
      const rows = await give(ctx, control, account, covering(grants, site), here);
      written += rows;
      if (rows > 0) given += 1;
    }
  }
  return written;
}

function covering(grants: readonly Granted[], site: SiteSummary): GrantEntry[] {
  const there = { site: site.id, district: site.district };
  return grants.filter(({ scope }) => contains(scope, there)).map(({ row }) => row);
}

async function grantsByAccount(
  ctx: CommandContext,
  sites: ReadonlyMap<string, SiteSummary>,
  only: string | undefined,
): Promise<Map<string, Granted[]>> {
  let query = ctx.tx
    .selectFrom('account_grant')
    .select(['id', 'account', 'role', 'scope_kind', 'scope_id', 'from_day', 'to_day', 'ended'])
    .where('partition', '=', HUB_CONTROL);
  if (only) query = query.where('account', '=', only);
  const grants = new Map<string, Granted[]>();
  const siteOf = (id: string) => Promise.resolve(sites.get(id));
  for (const row of await query.orderBy('id').limit(50_000).execute()) {
    // one that has not begun travels ahead: the telecentre may be out of reach on its first day
    if (row.ended || !isInTime({ from_day: null, to_day: row.to_day }, ctx.today())) continue;
    const scope = await scopeOf(row, siteOf);
    if (scope) grants.set(row.account, [...(grants.get(row.account) ?? []), { row, scope }]);
  }
  return grants;
}

interface Copies {
  accounts: ReadonlySet<string>;
  grants: ReadonlySet<string>;
  credentials: ReadonlySet<string>;
  /** What counts now, by account and kind, read once. */
  current: Map<string, Credential | undefined>;
}

const at = (...parts: (string | number | null)[]) => parts.join('\n');

/** What telecentres were given already, read at once: a programme has thousands of copies and the job runs every minute. */
async function copiesNow(ctx: CommandContext, only: string | undefined): Promise<Copies> {
  const accounts = ctx.tx.selectFrom('account').select(['partition', 'id']).where('partition', '!=', HUB_CONTROL);
  const grants = ctx.tx.selectFrom('account_grant').select(['partition', 'id']).where('partition', '!=', HUB_CONTROL);
  const credentials = ctx.tx
    .selectFrom('credential')
    .select(['partition', 'account', 'kind', 'epoch', 'set_at'])
    .where('partition', '!=', HUB_CONTROL);
  const [a, g, c] = [
    await (only ? accounts.where('id', '=', only) : accounts).execute(),
    await (only ? grants.where('account', '=', only) : grants).execute(),
    await (only ? credentials.where('account', '=', only) : credentials).execute(),
  ];
  return {
    accounts: new Set(a.map((row) => at(row.partition, row.id))),
    grants: new Set(g.map((row) => at(row.partition, row.id))),
    credentials: new Set(c.map((row) => at(row.partition, row.account, row.kind, row.epoch, row.set_at))),
    current: new Map(),
  };
}

async function give(
  ctx: CommandContext,
  control: string,
  id: string,
  grants: readonly GrantEntry[],
  here: Copies,
): Promise<number> {
  let written = 0;
  if (!here.accounts.has(at(control, id))) {
    const account = await findAccount(ctx.tx, id);
    if (!account) return 0;
    const { username, name, language, state } = account;
    await ctx.tx.append('account', { partition: control, id, username, name, language, state });
    written += 1;
  }
  for (const grant of grants) {
    if (here.grants.has(at(control, grant.id))) continue;
    await ctx.tx.append('account_grant', { partition: control, ...grant });
    written += 1;
  }
  for (const kind of ['password', 'totp'] as const) written += await giveSecret(ctx, control, id, kind, here);
  return written;
}

async function giveSecret(
  ctx: CommandContext,
  control: string,
  account: string,
  kind: CredentialKind,
  here: Copies,
): Promise<number> {
  const key = at(account, kind);
  if (!here.current.has(key)) here.current.set(key, await currentCredential(ctx.tx, account, kind));
  const current = here.current.get(key);
  if (!current) return 0;
  const { secret, epoch, set_at } = current;
  if (here.credentials.has(at(control, account, kind, epoch, set_at))) return 0;
  const word = await ctx.tx
    .selectFrom('credential')
    .select('id')
    .where('partition', '=', control)
    .where('id', '=', epoch)
    .executeTakeFirst();
  // the first copy of an epoch carries the word's own id: that is how a telecentre knows that the hub began it
  const id = word ? undefined : epoch;
  await ctx.tx.append('credential', { partition: control, id, account, kind, secret, epoch, set_at });
  return 1;
}
