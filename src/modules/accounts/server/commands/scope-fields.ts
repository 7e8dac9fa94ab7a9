// Where a role is granted, as typed into a form or given on the command line.
import { findSite } from '#replication';
import type { CommandContext } from '#platform/command';
import { optionalChoice, optionalRecordId } from '#platform/input';
import type { Scope } from '#platform/permissions';
import { optionalShape } from './fields.ts';

const KINDS = ['programme', 'province', 'district', 'site', 'organisation'] as const;
type Kind = (typeof KINDS)[number];

export const scopeInput = {
  scopeKind: optionalChoice(KINDS),
  site: optionalRecordId(),
  district: optionalShape(/^\d{6}$/, 'field.not-a-ubigeo'),
  /** First four digits of its districts' codes. */
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
  const narrowest = (['site', 'district', 'province', 'organisation'] as const).find((one) => given[one]);
  const kind: Kind = given.scopeKind ?? narrowest ?? 'programme';
  if (kind === 'programme') return { kind, id: null, scope: { programme: true } };
  const id = given[kind];
  if (!id) return ctx.refuse('field.required', { field: kind });
  if (kind === 'province') return { kind, id, scope: { province: id } };
  if (kind === 'district') return { kind, id, scope: { district: id } };
  if (kind === 'organisation') return { kind, id, scope: { organisation: id } };
  const site = await findSite(ctx.tx, id);
  return site
    ? { kind, id, scope: { site: id, district: site.district } }
    : ctx.refuse('sites.unknown', { field: 'site' });
}
