// Proposing something: a resident alone, or somebody at a telecentre who writes it down for her.
import type { Actions, PageServerLoad } from './$types';
import { submitProposal } from '#modules/proposals';
import { proofOf, runForm } from '../../../run-form.ts';
import { partOf } from '../shared.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const part = await partOf(locals, url);
  return { part, proof: part.as === 'nobody' ? undefined : proofOf(locals) };
};

export const actions: Actions = {
  default: (event) => {
    const person = event.url.searchParams.get('person');
    const query = new URLSearchParams({ ...(person ? { person } : {}), new: '' });
    return runForm(event, submitProposal, { next: ({ id }) => `/proposals/${id}?${query}` });
  },
};
