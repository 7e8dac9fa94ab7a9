// The hub’s exchange by stick: a file for each telecentre, and what their sticks brought.
import type { Actions, PageServerLoad } from './$types';
import { loadCourier, makeFile, takeFiles } from '../../courier.ts';

export const load: PageServerLoad = (event) => loadCourier(event, '/office/courier');

export const actions: Actions = {
  make: (event) => makeFile(event, '/office/courier'),
  take: (event) => takeFiles(event, '/office/courier'),
};
