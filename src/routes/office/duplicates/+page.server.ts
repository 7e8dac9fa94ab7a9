// The hub's pairs of cards that may be one person's, those of two districts among them.
import type { Actions, PageServerLoad } from './$types';
import { decideInQueue, loadQueue } from '../../duplicates.ts';

export const load: PageServerLoad = (event) => loadQueue(event, '/office/duplicates');

export const actions: Actions = { decide: (event) => decideInQueue(event, '/office/duplicates') };
