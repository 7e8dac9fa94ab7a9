// In which place figures are looked at: one of those where the reader holds the permission.
import { error } from '@sveltejs/kit';
import { text } from '#lib/text/index.ts';
import { can, scopesFor, type Actor, type Scope } from '#platform/permissions';
import { listDistricts } from '#modules/territory';
import { enterArea } from '../../area.ts';

export interface PlaceChoice {
  place: Scope;
  /** `programme` or a district's code, for the address. */
  value: string;
  options: { value: string; label: string }[];
}

const READ = 'results.read';

/** Errors: sends away who may not; another place than one's own is refused. */
export async function choosePlace(locals: App.Locals, url: URL): Promise<PlaceChoice & { actor: Actor }> {
  const actor = enterArea(locals, url, READ);
  const whole = scopesFor(actor, READ).some((scope) => 'programme' in scope);
  const districts = await listDistricts(locals.app.db.read, true);
  const own = districts.filter(({ ubigeo }) => can(actor, READ, { district: ubigeo ?? '' }));
  const options = [
    ...(whole ? [{ value: 'programme', label: text(locals.language, 'results.office.place.programme') }] : []),
    ...own.map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: name })),
  ];
  const value = url.searchParams.get('place') ?? options[0]?.value ?? '';
  if (!options.some((option) => option.value === value))
    error(403, text(locals.language, 'refusal.permissions.denied'));
  return { actor, place: value === 'programme' ? { programme: true } : { district: value }, value, options };
}
