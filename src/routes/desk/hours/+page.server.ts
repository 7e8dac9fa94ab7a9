// Opening and closing, the hours of the week, and days that differ.
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import {
  addDays,
  addException,
  closeDay,
  dropException,
  listExceptions,
  listHours,
  openDay,
  openState,
  REASONS,
  setWeek,
  showIntervals,
} from '#modules/hours';
import { holdsSomewhere } from '#platform/permissions';
import { proofOf, runForm } from '../../run-form.ts';
import { openDesk } from '../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site, actor } = openDesk(locals, url, 'hours.keep');
  const today = civilDate(locals.app.clock.now(), locals.app.config.zone);
  const week = site ? await listHours(read, site.id, today) : [];
  const standing = week.filter((one) => !one.to || one.to >= today);
  const of = (weekday: number) => standing.filter((one) => one.weekday === weekday);
  return {
    proof: proofOf(locals),
    today,
    open: site ? await openState(read, site, today) : null,
    week: [1, 2, 3, 4, 5, 6, 7].map((day) => showIntervals(of(day).toSorted((a, b) => a.opens - b.opens))),
    solar: standing.some(({ solar }) => solar),
    exceptions: site ? await listExceptions(read, site.id, today, addDays(today, 370)) : [],
    reasons: REASONS,
    mayManage: holdsSomewhere(actor, 'hours.manage'),
  };
};

const next = () => '/desk/hours';

export const actions: Actions = {
  open: (event) => runForm(event, openDay, { next: () => '/desk' }),
  close: (event) => runForm(event, closeDay, { next }),
  week: (event) => runForm(event, setWeek, { next }),
  add: (event) => runForm(event, addException, { next }),
  drop: (event) => runForm(event, dropException, { next }),
};
