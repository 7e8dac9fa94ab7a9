// The districts of the programme by code, for lists and filters; at a telecentre its own, whose proposals it holds.
import { listDistricts } from '#modules/territory';

export async function districtNames(locals: App.Locals): Promise<Map<string, string>> {
  const { app } = locals;
  const districts = await listDistricts(app.db.read, true);
  const own = districts.filter((district) => !app.site.district || district.ubigeo === app.site.district);
  return new Map(own.map((district) => [district.ubigeo ?? '', district.name]));
}
