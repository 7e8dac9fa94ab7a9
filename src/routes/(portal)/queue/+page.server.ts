// Somebody takes a number at the entrance, without signing in.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { NEEDS, PRIORITIES, takeNumber } from '#modules/queue';
import { text } from '#lib/text/index.ts';
import { proofOf, runForm } from '../../run-form.ts';

export const load: PageServerLoad = ({ locals }) => {
  if (!locals.app.site.id) error(404, text(locals.language, 'refusal.queue.at-a-telecentre'));
  return { proof: proofOf(locals), lists: { needs: NEEDS, priorities: PRIORITIES } };
};

export const actions: Actions = {
  default: (event) => runForm(event, takeNumber, { next: ({ id }) => `/queue/${id}` }),
};
