// The districts of the programme by code, for lists and filters; at a telecentre its own, whose proposals it holds.
import { scopesFor } from '#platform/permissions';
import { remembered } from '#platform/remembered';
import { listDistricts } from '#modules/territory';

export async function districtNames(locals: App.Locals): Promise<Map<string, string>> {
  const { app } = locals;
  const districts = await remembered(app.db, 'districts', () => listDistricts(app.db.read, true));
  const own = districts.filter((district) => !app.site.district || district.ubigeo === app.site.district);
  return new Map(own.map((district) => [district.ubigeo ?? '', district.name]));
}

/** Whose proposals this person may answer: undefined for all districts, an empty list for none. */
export function districtsToAnswer(locals: App.Locals, names: ReadonlyMap<string, string>): string[] | undefined {
  const scopes = scopesFor(locals.actor, 'proposals.answer');
  if (scopes.some((scope) => 'programme' in scope)) return undefined;
  return [...names.keys()].filter((code) =>
    scopes.some((scope) =>
      'province' in scope ? code.startsWith(scope.province) : 'district' in scope && scope.district === code,
    ),
  );
}
