// Another telecentre is asked for a booking.
import type { Actions, PageServerLoad } from './$types';
import { enterArea } from '../../../area.ts';
import { askElsewhere, loadElsewhere } from '../../../elsewhere.ts';

export const load: PageServerLoad = ({ locals, url }) => {
  enterArea(locals, url, 'bookings.request');
  return loadElsewhere(locals);
};

export const actions: Actions = { default: (event) => askElsewhere(event, '/desk/bookings/elsewhere') };
