// A new event, as a draft or for everybody at once.
import type { Actions, PageServerLoad } from './$types';
import { planEvent } from '#modules/events';
import { newForm } from '../../../event-desk.ts';
import { runForm } from '../../../run-form.ts';

export const load: PageServerLoad = (event) => newForm(event, 'office');

export const actions: Actions = {
  default: (event) =>
    runForm(event, planEvent, {
      next: ({ id, made }) => (made > 1 ? `/office/events?made=${made}` : `/office/events/${id}?saved`),
    }),
};
