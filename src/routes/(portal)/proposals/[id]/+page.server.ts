// One proposal: what is asked, how many stand behind it, what the municipality says.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { text } from '#lib/text/index.ts';
import { findProposal, supportOf, supportProposal, withdrawProposal } from '#modules/proposals';
import { proofOf, runForm } from '../../../run-form.ts';
import { districtNames } from '../districts.ts';
import { partOf, shown } from '../shared.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { read } = locals.app.db;
  const found = await findProposal(read, params.id);
  if (!found) error(404, text(locals.language, 'refusal.proposals.not-found'));
  const part = await partOf(locals, url);
  const person = part.as === 'resident' ? part.person : part.as === 'assistant' ? part.person?.id : undefined;
  return {
    proposal: shown(found, await districtNames(locals)),
    fresh: url.searchParams.has('new'),
    part,
    own: person !== undefined && found.author === person,
    support: person === undefined ? 'none' : await supportOf(read, found, person),
    proof: part.as === 'nobody' ? undefined : proofOf(locals),
  };
};

/** Back to the proposal; an operator stays with the person she assists. */
const back = (event: { url: URL; params: { id: string } }, done: string) => () => {
  const person = event.url.searchParams.get('person');
  return `/proposals/${event.params.id}?${new URLSearchParams({ ...(person ? { person } : {}), done })}`;
};

export const actions: Actions = {
  support: (event) =>
    runForm(event, supportProposal, { input: { proposal: event.params.id }, next: back(event, 'supported') }),
  withdraw: (event) =>
    runForm(event, withdrawProposal, { input: { proposal: event.params.id }, next: back(event, 'withdrawn') }),
};
