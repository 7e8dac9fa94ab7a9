// At a telecentre: which of its acts do not count yet, and why. Nothing is decided here.
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { enterArea } from '../../area.ts';
import { shownAside } from '../../quarantine.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'people.read', 'replication.operate');
  const { role, number } = locals.app.site;
  if (role === 'hub') redirect(303, '/office/quarantine');
  return shownAside(locals, number === undefined ? {} : { site: number });
};
