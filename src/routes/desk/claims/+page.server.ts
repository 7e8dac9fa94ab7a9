// At a telecentre: which of its decisions wait for the hub's answer, and which were not accepted, and why.
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { enterArea } from '../../area.ts';
import { shownClaims } from '../../claims.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'people.read', 'replication.operate');
  const { role, number } = locals.app.site;
  if (role === 'hub') redirect(303, '/office/claims');
  return shownClaims(locals, number);
};
