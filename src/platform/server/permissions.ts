// Who may do what, and where: permissions come in roles, roles are granted for a territory, a site or an organisation, with dates.
import type { ModuleManifest } from './manifest.ts';

/** Where something is or where a grant reaches. A district's code begins with its province's four digits (UBIGEO). */
export type Scope =
  | { programme: true }
  | { province: string }
  | { district: string }
  | { site: string; district: string }
  | { organisation: string; district?: string };

export interface Grant {
  role: string;
  scope: Scope;
  /** What the role allows, resolved when the session was read. */
  permissions: ReadonlySet<string>;
  /** First and last civil day, inclusive; absent = open. */
  from?: string | undefined;
  to?: string | undefined;
}

export interface Actor {
  kind: 'anonymous' | 'account' | 'resident' | 'system';
  account?: string | undefined;
  person?: string | undefined;
  name?: string | undefined;
  grants: readonly Grant[];
  language: string;
  sessionId?: string | undefined;
}

export const anonymous = (language = 'es'): Actor => ({ kind: 'anonymous', grants: [], language });

/** The program itself: jobs, received work, set-up. It may do everything and signs as such. */
export const system: Actor = { kind: 'system', grants: [], language: 'es' };

/** Whether `outer` holds `inner`. A district never holds its province; an organisation holds only itself. */
export function contains(outer: Scope, inner: Scope): boolean {
  if ('programme' in outer) return true;
  if ('programme' in inner) return false;
  if ('organisation' in outer)
    return (
      'organisation' in inner &&
      inner.organisation === outer.organisation &&
      // without a district it is the organisation wherever it works, which a part of it does not hold
      (outer.district === undefined || outer.district === inner.district)
    );
  if ('site' in outer) return 'site' in inner && inner.site === outer.site;
  const district = 'district' in inner ? inner.district : undefined;
  if ('district' in outer) return district === outer.district;
  if ('province' in inner) return inner.province === outer.province;
  return district?.startsWith(outer.province) ?? false;
}

/** `today` is the civil date in the programme's zone; without it dates are not looked at (a clock at 1970 must not lock anybody out). */
export function can(actor: Actor, permission: string, scope: Scope, today?: string): boolean {
  if (actor.kind === 'system') return true;
  return actor.grants.some(
    (grant) =>
      grant.permissions.has(permission) &&
      contains(grant.scope, scope) &&
      (!today || ((!grant.from || grant.from <= today) && (!grant.to || today <= grant.to))),
  );
}

/** The scopes in which an actor holds a permission: what lists are filtered by. Empty = nowhere. */
export function scopesFor(actor: Actor, permission: string): Scope[] {
  if (actor.kind === 'system') return [{ programme: true }];
  return actor.grants.filter((grant) => grant.permissions.has(permission)).map((grant) => grant.scope);
}

/** Whether the actor holds the permission anywhere at all: enough to show a menu entry, never to act. */
export function holdsSomewhere(actor: Actor, permission: string): boolean {
  return actor.kind === 'system' || actor.grants.some((grant) => grant.permissions.has(permission));
}

/** Shipped roles: the union of what every module gives to each. */
export function rolePermissions(modules: readonly ModuleManifest[]): Map<string, Set<string>> {
  const roles = new Map<string, Set<string>>();
  for (const module of modules) {
    for (const share of module.roles) {
      const known = roles.get(share.role) ?? new Set<string>();
      for (const permission of share.permissions) known.add(permission);
      roles.set(share.role, known);
    }
  }
  return roles;
}
