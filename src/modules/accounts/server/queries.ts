// Reading accounts, grants and credentials; names only for those who manage accounts.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import type { Grant, Scope } from '#platform/permissions';
import { sitesFrom } from './scopes.ts';
import type { SiteOf } from './scopes.ts';

export const HUB_CONTROL = partition.control(partition.hub);

export interface AccountEntry {
  id: string;
  username: string;
  /** Null once it was erased. */
  name: string | null;
  language: string | null;
  /** `active` or `disabled`; what is not known to be active is not. */
  state: string;
}

const ENTRY = ['id', 'username', 'name', 'language', 'state'] as const;

interface Row {
  id: string;
  username: string | null;
  name: string | null;
  language: string | null;
  state: string | null;
}

const toEntry = (row: Row): AccountEntry => ({ ...row, username: row.username ?? '', state: row.state ?? 'disabled' });

/** By username; at a telecentre the copy that travelled here. */
export async function findAccountByName(reader: Reader, username: string): Promise<AccountEntry | undefined> {
  const name = username.trim().toLowerCase();
  if (!name) return undefined;
  const query = reader.selectFrom('account').select(ENTRY).where('username', '=', name).orderBy('partition');
  const row = await query.limit(1).executeTakeFirst();
  return row && toEntry(row);
}

/** The hub's row before copies of it. */
export async function findAccount(reader: Reader, id: string): Promise<AccountEntry | undefined> {
  const query = reader.selectFrom('account').select(ENTRY).where('id', '=', id).orderBy('partition');
  const row = await query.limit(1).executeTakeFirst();
  return row && toEntry(row);
}

export interface AccountList {
  /** From 0. */
  page?: number;
  size?: number;
  /** Beginning of the username. */
  search?: string;
}

/** Each account once, by username: at the hub all, at a telecentre those who may sign in there. One more than `size` when there are more. */
export async function listAccounts(reader: Reader, options: AccountList = {}): Promise<AccountEntry[]> {
  const size = Math.min(options.size ?? 50, 200);
  const beginning = options.search?.trim().toLowerCase() ?? '';
  const rows = await reader
    .selectFrom('account')
    .select(ENTRY)
    .where((eb) =>
      eb.or([
        eb('partition', '=', HUB_CONTROL),
        eb.not(
          eb.exists(
            eb
              .selectFrom('account as central')
              .select('central.id')
              .whereRef('central.id', '=', 'account.id')
              .where('central.partition', '=', HUB_CONTROL),
          ),
        ),
      ]),
    )
    .where('username', '>=', beginning)
    .where('username', '<', `${beginning}~`)
    .orderBy('username')
    .limit(size + 1)
    .offset((options.page ?? 0) * size)
    .execute();
  return rows.map(toEntry);
}

export interface GrantEntry {
  id: string;
  account: string;
  role: string;
  scope_kind: string;
  scope_id: string | null;
  from_day: string | null;
  to_day: string | null;
  ended: boolean | null;
}

const GRANT = ['id', 'account', 'role', 'scope_kind', 'scope_id', 'from_day', 'to_day', 'ended'] as const;

/** Grants of an account, each once, ended ones too. Where copies differ the ended one counts. */
export async function listGrants(reader: Reader, account: string): Promise<GrantEntry[]> {
  const rows = await reader
    .selectFrom('account_grant')
    .select(GRANT)
    .where('account', '=', account)
    .groupBy(GRANT)
    .orderBy('id')
    .limit(1_000)
    .execute();
  const grants = new Map<string, GrantEntry>();
  for (const row of rows) if (!grants.get(row.id)?.ended) grants.set(row.id, row);
  return [...grants.values()];
}

/** Grants that count, with what their roles allow. `today` absent = a clock that is not to be trusted: then dates are not looked at. */
export async function activeGrants(
  reader: Reader,
  account: string,
  roles: ReadonlyMap<string, ReadonlySet<string>>,
  today?: string,
): Promise<Grant[]> {
  const grants: Grant[] = [];
  const siteOf = sitesFrom(reader);
  for (const row of await listGrants(reader, account)) {
    const permissions = roles.get(row.role);
    const scope = await scopeOf(row, siteOf);
    if (row.ended || !permissions || !scope || !isInTime(row, today)) continue;
    grants.push({ role: row.role, scope, permissions, from: row.from_day ?? undefined, to: row.to_day ?? undefined });
  }
  return grants;
}

/** First and last day are included. */
export function isInTime(grant: Pick<GrantEntry, 'from_day' | 'to_day'>, today: string | undefined): boolean {
  return !today || ((!grant.from_day || grant.from_day <= today) && (!grant.to_day || today <= grant.to_day));
}

export async function scopeOf(
  row: Pick<GrantEntry, 'scope_kind' | 'scope_id'>,
  siteOf: SiteOf,
): Promise<Scope | undefined> {
  const id = row.scope_id ?? '';
  switch (row.scope_kind) {
    case 'programme':
      return { programme: true };
    case 'province':
      return { province: id };
    case 'district':
      return { district: id };
    case 'organisation':
      return { organisation: id };
    case 'site': {
      const site = await siteOf(id);
      return site ? { site: id, district: site.district } : undefined;
    }
    default:
      return undefined;
  }
}

/** Shipped roles with what rows add to them. */
export async function rolesNow(
  reader: Reader,
  shipped: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<Map<string, ReadonlySet<string>>> {
  const roles = new Map<string, ReadonlySet<string>>(shipped);
  for (const row of await reader.selectFrom('role').select(['name', 'permissions']).limit(500).execute())
    if (row.name) roles.set(row.name, new Set([...(roles.get(row.name) ?? []), ...readPermissions(row.permissions)]));
  return roles;
}

/** A row that cannot be read adds nothing: it must not keep everybody out. */
export function readPermissions(json: string | null): string[] {
  try {
    const list: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** Rows of roles, by name. */
export async function listRoles(reader: Reader): Promise<{ id: string; name: string; permissions: string[] }[]> {
  const rows = await reader
    .selectFrom('role')
    .select(['id', 'name', 'permissions'])
    .orderBy('name')
    .limit(500)
    .execute();
  return rows.map(({ id, name, permissions }) => ({ id, name: name ?? '', permissions: readPermissions(permissions) }));
}

/** The PIN or the pictures last set for a person. */
export async function latestResidentCredential(
  reader: Reader,
  person: string,
  kind: 'pin' | 'pictures',
): Promise<{ secret: string | null; set_at: number } | undefined> {
  const row = await reader
    .selectFrom('resident_credential')
    .select(['secret', 'set_at'])
    .where('person', '=', person)
    .where('kind', '=', kind)
    .orderBy('set_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { secret: row.secret, set_at: row.set_at ?? 0 };
}

export interface SessionEntry {
  hash: string;
  kind: string;
  who: string;
  device: string;
  /** Account of the operator who helped. */
  assisted_by: string | null;
  created_at: number;
  seen_at: number;
}

/** Sessions that are open, newest first; of one person or of all. */
export async function listOpenSessions(reader: Reader, now: number, who?: string): Promise<SessionEntry[]> {
  let query = reader
    .selectFrom('session')
    .select(['hash', 'kind', 'who', 'device', 'assisted_by', 'created_at', 'seen_at'])
    .where('ended_at', 'is', null)
    .where('ends_at', '>', now);
  if (who) query = query.where('who', '=', who);
  return query.orderBy('seen_at', 'desc').limit(200).execute();
}
