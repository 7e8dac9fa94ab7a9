// The telecentre’s exchange by stick: the file for the hub, and what a stick brought.
import type { Actions, PageServerLoad } from './$types';
import { loadCourier, makeFile, takeFiles } from '../../courier.ts';

export const load: PageServerLoad = (event) => loadCourier(event, '/desk/courier');

export const actions: Actions = {
  make: (event) => makeFile(event, '/desk/courier'),
  take: (event) => takeFiles(event, '/desk/courier'),
};
