// The room: which computer is free, who sits where and for how long.
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { listGaps } from '#modules/hours';
import { findPeopleWithNames } from '#modules/people';
import { floorOf, sendMessage } from '#modules/stations';
import { proofOf, runForm } from '../../run-form.ts';
import { nameOf, openDesk } from '../desk.ts';

/** Gaps shown are of the last hours. */
const SHOWN = 12 * 3_600_000;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, actor, site } = openDesk(locals, url, 'stations.run');
  const { app } = locals;
  const floor = site ? await floorOf(app, site.id) : [];
  const ids = floor.flatMap(({ session }) => session?.person ?? []);
  const names = new Map((await findPeopleWithNames(read, actor, ids)).map((one) => [one.id, nameOf(one)]));
  const now = app.clock.now();
  const today = civilDate(now, app.config.zone);
  const gaps = site ? await listGaps(read, site.id, now - SHOWN) : [];
  return {
    proof: proofOf(locals),
    atTelecentre: site !== undefined,
    ticket: url.searchParams.get('ticket'),
    sent: url.searchParams.has('sent'),
    gaps: gaps.filter(
      (gap) => gap.station === null && gap.to > gap.from && civilDate(gap.from, app.config.zone) === today,
    ),
    floor: floor.map(({ session, ...one }) => ({
      ...one,
      who: session?.person ? (names.get(session.person) ?? '') : '',
      category: session?.category ?? null,
      endsAt: session?.time.endsAt ?? null,
    })),
  };
};

export const actions: Actions = {
  message: (event) => runForm(event, sendMessage, { next: () => '/desk/stations?sent' }),
};
