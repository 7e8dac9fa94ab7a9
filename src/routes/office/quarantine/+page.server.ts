// The hub's quarantine: what arrived and does not count, until somebody who may decides.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { can } from '#platform/permissions';
import { countClaims } from '#replication';
import { enterArea } from '../../area.ts';
import { shownAside } from '../../quarantine.ts';
import { proofOf, runForm } from '../../run-form.ts';

const RIGHT = 'quarantine.decide';

export const load: PageServerLoad = async ({ locals, url }) => {
  const actor = enterArea(locals, url, RIGHT);
  if (locals.app.site.role !== 'hub') redirect(303, '/desk/quarantine');
  const aside = await shownAside(locals, {
    keep: ({ siteId: site, district }) =>
      can(actor, RIGHT, site && district ? { site, district } : { programme: true }),
  });
  const { refused } = await countClaims(locals.app.db.read);
  return { ...aside, refused, proof: proofOf(locals), done: url.searchParams.has('done') };
};

const next = () => '/office/quarantine?done';

export const actions: Actions = {
  release: (event) => runForm(event, event.locals.replica.verdicts.release, { next }),
  reject: (event) => runForm(event, event.locals.replica.verdicts.reject, { next }),
};
