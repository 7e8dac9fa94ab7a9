// What can be booked here and by which rules.
import type { Actions, PageServerLoad } from './$types';
import { listBookables, setBookable } from '#modules/bookings';
import { listStations } from '#modules/stations';
import { proofOf, runForm } from '../../../run-form.ts';
import { openDesk } from '../../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'bookings.manage');
  return {
    proof: proofOf(locals),
    things: site ? await listBookables(read, site.id) : [],
    stations: site ? (await listStations(read, site.id)).map(({ id, name }) => ({ id, name })) : [],
    change: url.searchParams.get('change'),
  };
};

export const actions: Actions = {
  default: (event) => runForm(event, setBookable, { next: () => '/desk/bookings/things' }),
};
