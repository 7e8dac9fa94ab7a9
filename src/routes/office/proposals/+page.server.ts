// What waits for the municipality's answer.
import { error, redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { holdsSomewhere } from '#platform/permissions';
import { text } from '#lib/text/index.ts';
import { listProposals } from '#modules/proposals';
import { districtNames, districtsToAnswer } from '../../(portal)/proposals/districts.ts';
import { shown } from '../../(portal)/proposals/shared.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { actor, app, language } = locals;
  if (actor.kind === 'anonymous') redirect(303, '/sign-in?next=/office/proposals');
  if (!holdsSomewhere(actor, 'proposals.answer')) error(403, text(language, 'refusal.permissions.denied'));
  const names = await districtNames(locals);
  const found = await listProposals(app.db.read, {
    districts: districtsToAnswer(locals, names),
    waiting: true,
    page: Number(url.searchParams.get('page')) || 0,
  });
  return {
    proposals: found.proposals.map((proposal) => shown(proposal, names)),
    page: found.page,
    more: found.more,
    answered: url.searchParams.has('answered'),
  };
};
