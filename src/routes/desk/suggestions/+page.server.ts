// What visitors said, to be answered.
import type { Actions, PageServerLoad } from './$types';
import { listSuggestions, stepSuggestion } from '#modules/suggestions';
import { proofOf, runForm } from '../../run-form.ts';
import { openDesk } from '../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'suggestions.answer');
  return { proof: proofOf(locals), suggestions: site ? await listSuggestions(read, site.id) : [] };
};

export const actions: Actions = {
  default: (event) => runForm(event, stepSuggestion, { next: () => '/desk/suggestions' }),
};
