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
  name: string | null;
  language: string | null;
  state: string;
}

const ENTRY = ['id', 'username', 'name', 'language', 'state'] as const;

/** By username; at a telecentre the copy that travelled here. */
export async function findAccountByName(reader: Reader, username: string): Promise<AccountEntry | undefined> {
  return reader
    .selectFrom('account')
    .select(ENTRY)
    .where('username', '=', username.trim().toLowerCase())
    .orderBy('partition')
    .limit(1)
    .executeTakeFirst();
}

export async function findAccount(reader: Reader, id: string): Promise<AccountEntry | undefined> {
  return reader
    .selectFrom('account')
    .select(ENTRY)
    .where('id', '=', id)
    .orderBy('partition')
    .limit(1)
    .executeTakeFirst();
}

/** Each account once, by username. */
export async function listAccounts(
  reader: Reader,
  options: { page?: number; size?: number } = {},
): Promise<AccountEntry[]> {
  const size = Math.min(options.size ?? 50, 200);
  return reader
    .selectFrom('account')
    .select(ENTRY)
    .groupBy(ENTRY)
    .orderBy('username')
    .limit(size + 1)
    .offset((options.page ?? 0) * size)
    .execute();
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

/** Grants of an account, each once, ended ones too. */
export async function listGrants(reader: Reader, account: string): Promise<GrantEntry[]> {
  return reader
    .selectFrom('account_grant')
    .select(GRANT)
    .where('account', '=', account)
    .groupBy(GRANT)
    .orderBy('id')
    .limit(200)
    .execute();
}

/** Grants that count, with what their roles allow. */
export async function activeGrants(
  reader: Reader,
  account: string,
  roles: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<Grant[]> {
  const grants: Grant[] = [];
  const siteOf = sitesFrom(reader);
  for (const row of await listGrants(reader, account)) {
    const permissions = roles.get(row.role);
    const scope = await scopeOf(row, siteOf);
    if (row.ended || !permissions || !scope) continue;
    grants.push({ role: row.role, scope, permissions, from: row.from_day ?? undefined, to: row.to_day ?? undefined });
  }
  return grants;
}

async function scopeOf(row: GrantEntry, siteOf: SiteOf): Promise<Scope | undefined> {
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
  for (const row of await reader.selectFrom('role').select(['name', 'permissions']).limit(500).execute()) {
    const more: unknown = JSON.parse(row.permissions);
    const list = Array.isArray(more) ? more.filter((one): one is string => typeof one === 'string') : [];
    roles.set(row.name, new Set([...(roles.get(row.name) ?? []), ...list]));
  }
  return roles;
}

/** The latest secret of a kind: what the hub gave or what was changed here. Null when none is readable. */
export async function latestCredential(
  reader: Reader,
  account: string,
  kind: 'password' | 'totp',
): Promise<string | null> {
  let best: { secret: string | null; made_at: number } | undefined;
  for (const table of ['credential', 'credential_change'] as const) {
    const row = await reader
      .selectFrom(table)
      .select(['secret', 'made_at'])
      .where('account', '=', account)
      .where('kind', '=', kind)
      .orderBy('made_at', 'desc')
      .orderBy('made_n', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row && (!best || row.made_at > best.made_at)) best = row;
  }
  return best?.secret || null;
}

export async function latestResidentCredential(
  reader: Reader,
  person: string,
  kind: 'pin' | 'pictures',
): Promise<string | null> {
  const row = await reader
    .selectFrom('resident_credential')
    .select('secret')
    .where('person', '=', person)
    .where('kind', '=', kind)
    .orderBy('made_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.secret ?? null;
}

export interface SessionEntry {
  hash: string;
  kind: string;
  who: string;
  device: string;
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
