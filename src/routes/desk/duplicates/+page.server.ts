// Pairs of cards at this telecentre that may be one person's.
import type { Actions, PageServerLoad } from './$types';
import { decideInQueue, loadQueue } from '../../duplicates.ts';

export const load: PageServerLoad = (event) => loadQueue(event, '/desk/duplicates');

export const actions: Actions = { decide: (event) => decideInQueue(event, '/desk/duplicates') };
