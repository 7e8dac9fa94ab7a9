// Cards with two versions of a field: where somebody has to choose.
import type { PageServerLoad } from './$types';
import { listConflicts } from '#modules/people';
import { listed, openDesk } from '../desk.ts';
import { namesByPlace, placeOptions } from '../places.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, actor, site } = openDesk(locals, url);
  const places = namesByPlace(await placeOptions(read, site?.district));
  return { people: listed(await listConflicts(read, actor), places), done: url.searchParams.has('done') };
};
