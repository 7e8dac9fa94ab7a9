// The slip that goes with one file, and the way to save the file on a stick.
import type { PageServerLoad } from './$types';
import { loadSlip } from '../../../courier.ts';

export const load: PageServerLoad = (event) => loadSlip(event, '/office/courier');
