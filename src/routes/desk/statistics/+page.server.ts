// The monthly statistics.
import type { PageServerLoad } from './$types';
import { statisticsInWords } from '../../statistics.ts';

export const load: PageServerLoad = (event) => statisticsInWords(event);
