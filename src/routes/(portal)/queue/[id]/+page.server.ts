// A number that somebody holds: how many are before it, and where to go once it is called.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { findTicket, leaveQueue } from '#modules/queue';
import { listStations } from '#modules/stations';
import { text } from '#lib/text/index.ts';
import { proofOf, runForm } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, language } = locals;
  const { id } = app.site;
  const now = app.clock.now();
  const day = civilDate(now, app.config.zone);
  const found = id ? await findTicket(app.db.read, id, day, now, params.id) : undefined;
  if (!found || !id) error(404, text(language, 'refusal.queue.not-found'));
  const { ticket, before, minutes } = found;
  const station = (await listStations(app.db.read, id)).find((one) => one.id === ticket.station);
  const { number, state, cameAt } = ticket;
  return {
    proof: proofOf(locals),
    ...{ number, state, cameAt, before, minutes },
    goTo: station?.name ?? text(language, 'queue.desk.desk'),
    nonce: locals.nonce,
  };
};

export const actions: Actions = {
  leave: (event) =>
    runForm(event, leaveQueue, { input: { ticket: event.params.id }, next: () => `/queue/${event.params.id}` }),
};
