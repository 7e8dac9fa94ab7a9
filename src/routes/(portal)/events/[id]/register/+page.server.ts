// Taking a place in an event, or one on the waiting list: a name is enough, and who has a card needs nothing.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { findEvent, register, registrationRefusal } from '#modules/events';
import { text } from '#lib/text/index.ts';
import { nowIn, placeNames, placesOfEvent, shownEvent } from '../../../../events.ts';
import { proofOf, runForm } from '../../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, actor, language } = locals;
  const event = await findEvent(app.db.read, params.id);
  if (!event || event.state === 'draft') error(404, text(language, 'refusal.events.not-found'));
  const { left, waiting, words } = await placesOfEvent(locals, event);
  return {
    proof: proofOf(locals),
    shown: shownEvent(locals, event, await placeNames(locals)),
    refusal: registrationRefusal(event, nowIn(locals)),
    full: left === 0 || waiting > 0,
    places: words,
    resident: actor.kind === 'resident',
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, register, {
      input: { event: event.params.id, person: '' },
      next: ({ token, id }) => (token ? `/events/place/${token}` : `/events/place/${id}`),
    }),
};
