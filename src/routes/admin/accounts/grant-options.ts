// What a role can be granted for: roles with their words, telecentres, districts of the programme.
import { rolesNow } from '#modules/accounts';
import { listDistricts } from '#modules/territory';
import { listSites } from '#replication';
import type { App as Program } from '#platform/app';

export interface GrantOptions {
  roles: string[];
  sites: { value: string; label: string }[];
  districts: { value: string; label: string }[];
}

export async function grantOptions(app: Program): Promise<GrantOptions> {
  const { read } = app.db;
  const roles = await rolesNow(read, app.roles);
  return {
    roles: [...roles.keys()].sort(),
    sites: (await listSites(read)).map(({ id, name }) => ({ value: id, label: name })),
    districts: (await listDistricts(read, true)).map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: name })),
  };
}
