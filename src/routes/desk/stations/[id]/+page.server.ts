// One computer: give it, give more time, move, end, or put it out of service.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { findPersonWithNames } from '#modules/people';
import { findTicket } from '#modules/queue';
import { endSession, extendSession, floorOf, moveSession, setService, startSession } from '#modules/stations';
import { CATEGORIES, INTERNET_USES } from '#modules/visits';
import { text } from '#lib/text/index.ts';
import { proofOf, runForm } from '../../../run-form.ts';
import { personOfCard } from '../../card.ts';
import { nameOf, openDesk } from '../../desk.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { read, actor, site, language } = openDesk(locals, url, 'stations.run');
  const { app } = locals;
  const floor = site ? await floorOf(app, site.id) : [];
  const station = floor.find(({ id }) => id === params.id);
  if (!station || !site) error(404, text(language, 'refusal.stations.not-found'));
  const asked = url.searchParams.get('ticket');
  const now = app.clock.now();
  const found = asked ? await findTicket(read, site.id, civilDate(now, app.config.zone), now, asked) : undefined;
  const person = station.session?.person ? await findPersonWithNames(read, actor, station.session.person) : undefined;
  return {
    proof: proofOf(locals),
    station,
    who: person ? nameOf(person) : '',
    ticket: found?.ticket && { id: found.ticket.id, number: found.ticket.number },
    free: floor.filter(({ id, state }) => id !== params.id && state === 'free').map(({ id, name }) => ({ id, name })),
    lists: { categories: CATEGORIES, purposes: INTERNET_USES },
  };
};

const next = () => '/desk/stations';

export const actions: Actions = {
  start: (event) =>
    runForm(event, startSession, { read: personOfCard(event.locals), input: { station: event.params.id }, next }),
  end: (event) => runForm(event, endSession, { next }),
  extend: (event) => runForm(event, extendSession, { next }),
  move: (event) => runForm(event, moveSession, { next }),
  service: (event) => runForm(event, setService, { input: { station: event.params.id }, next }),
};
