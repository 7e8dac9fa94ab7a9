// The municipality's answer to one proposal.
import { error, redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { can } from '#platform/permissions';
import { text } from '#lib/text/index.ts';
import { answerProposal, findProposal } from '#modules/proposals';
import { proofOf, runForm } from '../../../run-form.ts';
import { districtNames } from '../../../(portal)/proposals/districts.ts';
import { decisions, shown } from '../../../(portal)/proposals/shared.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { actor, app, language } = locals;
  if (actor.kind === 'anonymous') redirect(303, `/sign-in?next=${encodeURIComponent(url.pathname)}`);
  const found = await findProposal(app.db.read, params.id);
  if (!found) error(404, text(language, 'refusal.proposals.not-found'));
  if (!can(actor, 'proposals.answer', { district: found.district }))
    error(403, text(language, 'refusal.permissions.denied'));
  return { proposal: shown(found, await districtNames(locals)), decisions, proof: proofOf(locals) };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, answerProposal, {
      input: { proposal: event.params.id },
      next: () => '/office/proposals?answered',
    }),
};
