// At the hub: every telecentre's decisions that were not accepted, and why.
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { enterArea } from '../../area.ts';
import { shownClaims } from '../../claims.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'quarantine.decide', 'replication.operate');
  if (locals.app.site.role !== 'hub') redirect(303, '/desk/claims');
  return shownClaims(locals);
};
