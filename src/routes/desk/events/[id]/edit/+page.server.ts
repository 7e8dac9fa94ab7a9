// Correcting an event; who registered sees what changed.
import type { Actions, PageServerLoad } from './$types';
import { changeEvent } from '#modules/events';
import { editForm } from '../../../../event-desk.ts';
import { runForm } from '../../../../run-form.ts';

export const load: PageServerLoad = (event) => editForm(event, 'desk');

export const actions: Actions = {
  default: (event) =>
    runForm(event, changeEvent, {
      input: { event: event.params.id },
      next: ({ id }) => `/desk/events/${id}?saved`,
    }),
};
