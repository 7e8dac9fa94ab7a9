// What is planned here, and calendars that are brought in.
import type { Actions, PageServerLoad } from './$types';
import { bringCalendar, manageList } from '../../event-desk.ts';

export const load: PageServerLoad = (event) => manageList(event, 'office');

export const actions: Actions = { bring: (event) => bringCalendar(event, 'office') };
