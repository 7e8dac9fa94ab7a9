// Travel days of the communities, each with the norm that approved them.
import type { Actions, PageServerLoad } from './$types';
import { listPlaces, listTravelDays, setTravelDays, STATUSES } from '#modules/territory';
import { enterArea } from '../../../area.ts';
import { proofOf, runForm } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'territory.manage');
  const { read } = locals.app.db;
  const places = await listPlaces(read);
  const names = new Map(places.map(({ id, name }) => [id, name]));
  return {
    proof: proofOf(locals),
    travel: (await listTravelDays(read)).map((one) => ({ ...one, name: names.get(one.place) ?? '' })),
    places: places
      .filter(({ kind }) => kind === 'capital' || kind === 'community')
      .map(({ id, name, parent }) => ({ value: id, label: `${name} (${names.get(parent ?? '') ?? ''})` })),
    statuses: [...STATUSES],
    saved: url.searchParams.has('saved'),
  };
};

export const actions: Actions = {
  default: (event) => runForm(event, setTravelDays, { next: () => '/admin/territory/travel?saved' }),
};
