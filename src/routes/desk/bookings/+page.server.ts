// The bookings of a day, and what was asked for from elsewhere.
import type { Actions, PageServerLoad } from './$types';
import { answerRequest, listBookables, listBookings, listRequests, momentOf, stepBooking } from '#modules/bookings';
import { addDays } from '#modules/hours';
import { proofOf, runForm } from '../../run-form.ts';
import { openDesk } from '../desk.ts';
import { named } from './names.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const desk = openDesk(locals, url, 'bookings.book');
  const { read, site } = desk;
  const { app } = locals;
  const now = momentOf(app.clock.now(), app.config.zone);
  const asked = url.searchParams.get('day') ?? '';
  const day = /^\d{4}-\d{2}-\d{2}$/.test(asked) && !Number.isNaN(Date.parse(asked)) ? asked : now.day;
  const things = site ? await listBookables(read, site.id) : [];
  const made = Number(url.searchParams.get('made') ?? 0);
  return {
    proof: proofOf(locals),
    ...{ day, before: addDays(day, -1), after: addDays(day, 1), made },
    left: url.searchParams.getAll('left').filter((one) => /^\d{4}-\d{2}-\d{2}$/.test(one)),
    things: things.filter(({ retired }) => !retired).map(({ id, name }) => ({ id, name })),
    bookings: site ? await named(desk, things, await listBookings(read, site.id, { from: day, to: day }, now)) : [],
    requests: site ? await named(desk, things, await listRequests(read, site.id, true)) : [],
    atTelecentre: site !== undefined,
  };
};

const next = (event: { url: URL }) => () => {
  const day = event.url.searchParams.get('day');
  return `/desk/bookings${day ? `?day=${day}` : ''}`;
};

export const actions: Actions = {
  step: (event) => runForm(event, stepBooking, { next: next(event) }),
  answer: (event) => runForm(event, answerRequest, { next: next(event) }),
};
