// Everything of the desk that is not needed every minute, with its name and its way.
import type { PageServerLoad } from './$types';
import { openDesk } from '../desk.ts';

export const load: PageServerLoad = ({ locals, url }) => {
  openDesk(locals, url, 'visits.read');
  return {};
};
