// Taking a telecentre's membership: ended in peace, or blocked because its machine or its key is in other hands.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { findSite } from '#replication';
import { text } from '#lib/text/index.ts';
import { enterArea } from '../../../area.ts';
import { proofOf, runForm } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url, params }) => {
  enterArea(locals, url, 'sites.manage');
  const site = await findSite(locals.app.db.read, params.id);
  if (!site) error(404, text(locals.language, 'refusal.sites.unknown'));
  return { proof: proofOf(locals), site };
};

export const actions: Actions = {
  end: (event) =>
    runForm(event, event.locals.replica.sites.end, {
      input: { site: event.params.id },
      next: () => '/admin/sites',
    }),
};
