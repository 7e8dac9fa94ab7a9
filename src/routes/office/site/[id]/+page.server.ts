// One page for who writes it, and what may be done with it.
import type { Actions, PageServerLoad } from './$types';
import { publishPage, savePage, throwAway, withdrawPage } from '#modules/site';
import { runForm } from '../../../run-form.ts';
import { onePage } from '../one.ts';

export const load: PageServerLoad = (event) => onePage(event);

const to = (event: { params: { id: string } }, told: string) => `/office/site/${event.params.id}?${told}`;

export const actions: Actions = {
  save: (event) =>
    runForm(event, savePage, {
      input: { page: event.params.id },
      next: ({ meanwhile }) => to(event, meanwhile ? 'meanwhile' : 'saved'),
    }),
  publish: (event) =>
    runForm(event, publishPage, {
      input: { page: event.params.id },
      next: ({ later }) => to(event, later ? 'later' : 'published'),
    }),
  withdraw: (event) =>
    runForm(event, withdrawPage, { input: { page: event.params.id }, next: () => to(event, 'withdrawn') }),
  drop: (event) => runForm(event, throwAway, { input: { page: event.params.id }, next: () => to(event, '') }),
};
