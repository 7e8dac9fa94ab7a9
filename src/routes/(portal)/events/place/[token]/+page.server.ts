// One's own registration behind its private link: how it stands, and the way to give it up.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { findEvent, giveUpPlace, placeOfToken } from '#modules/events';
import { formatId } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { placeNames, shownEvent } from '../../../../events.ts';
import { proofOf, runForm } from '../../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, actor, language } = locals;
  const { read } = app.db;
  const place = await placeOfToken(read, params.token, actor.kind === 'resident' ? actor.person : undefined);
  const event = place && (await findEvent(read, place.event));
  if (!place || !event) error(404, text(language, 'refusal.events.place-unknown'));
  return {
    proof: proofOf(locals),
    token: params.token,
    place: { id: place.id, state: place.state, before: place.before ?? 0, code: formatId(place.id) },
    cancelled: event.state === 'cancelled',
    shown: shownEvent(locals, event, await placeNames(locals)),
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, giveUpPlace, {
      input: { token: event.params.token },
      next: () => `/events/place/${event.params.token}`,
    }),
};
