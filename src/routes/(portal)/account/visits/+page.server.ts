// Everything that was done in a resident's name at this telecentre, also what somebody helped her with.
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { listOwnVisits, visitCode } from '#modules/visits';

export const load: PageServerLoad = async ({ locals: { app, actor } }) => {
  if (actor.kind !== 'resident') redirect(303, '/sign-in?with=pin&next=/account/visits');
  const visits = app.site.id ? await listOwnVisits(app.db.read, actor, app.site.id) : [];
  return { visits: visits.map((one) => ({ ...one, code: visitCode(one.id) })) };
};
