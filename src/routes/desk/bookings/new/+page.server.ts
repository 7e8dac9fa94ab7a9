// A booking on one screen: what, for whom, when, and for how many weeks.
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { book, listBookables } from '#modules/bookings';
import { listExceptions, plansOf, addDays, showIntervals } from '#modules/hours';
import { proofOf, runForm } from '../../../run-form.ts';
import { personOfCard } from '../../card.ts';
import { openDesk } from '../../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'bookings.book');
  const { app } = locals;
  const today = civilDate(app.clock.now(), app.config.zone);
  const things = site ? await listBookables(read, site.id) : [];
  const plans = site ? await plansOf(read, site, today, addDays(today, 6)) : [];
  return {
    proof: proofOf(locals),
    today,
    day: url.searchParams.get('day') ?? today,
    things: things.filter(({ retired }) => !retired),
    week: plans.map(({ day, planned, holiday }) => ({ day, hours: showIntervals(planned), holiday })),
    exceptions: site ? await listExceptions(read, site.id, today, addDays(today, 60)) : [],
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, book, {
      read: personOfCard(event.locals),
      next: ({ made, left }) =>
        `/desk/bookings?${new URLSearchParams([
          ['day', event.url.searchParams.get('day') ?? ''],
          ['made', String(made)],
          ...left.map((day) => ['left', day]),
        ]).toString()}`,
    }),
};
