// A suggestion to the telecentre, without signing in; and those that were answered.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { listSuggestions, suggest, TOPICS } from '#modules/suggestions';
import { text } from '#lib/text/index.ts';
import { proofOf, runForm } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { id } = locals.app.site;
  if (!id) error(404, text(locals.language, 'refusal.suggestions.at-a-telecentre'));
  const all = await listSuggestions(locals.app.db.read, id);
  return {
    proof: proofOf(locals),
    topics: TOPICS,
    sent: url.searchParams.has('sent'),
    answered: all.filter(({ answer }) => answer !== null).slice(0, 20),
  };
};

export const actions: Actions = {
  default: (event) => runForm(event, suggest, { next: () => '/suggestions?sent' }),
};
