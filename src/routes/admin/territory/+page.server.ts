// Places with their codes and how well each is known; a community is added here.
import type { Actions, PageServerLoad } from './$types';
import { addCommunity, listDistricts, listPlaces } from '#modules/territory';
import { enterArea } from '../../area.ts';
import { proofOf, runForm } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'territory.manage');
  const { read } = locals.app.db;
  const districts = (await listDistricts(read)).map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: name }));
  return { proof: proofOf(locals), places: await listPlaces(read), districts, saved: url.searchParams.has('saved') };
};

export const actions: Actions = {
  add: (event) => runForm(event, addCommunity, { next: () => '/admin/territory?saved' }),
};
