// The queue at the desk: whose turn it is, who is being served, who did not come.
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { callNumber, NEEDS, PRIORITIES, readQueue, stepNumber, takeNumber } from '#modules/queue';
import { listStations } from '#modules/stations';
import { proofOf, runForm } from '../../run-form.ts';
import { openDesk } from '../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'queue.run');
  const { app } = locals;
  const now = app.clock.now();
  return {
    proof: proofOf(locals),
    queue: site ? await readQueue(read, site.id, civilDate(now, app.config.zone), now) : null,
    stations: site ? (await listStations(read, site.id)).map(({ id, name }) => ({ id, name })) : [],
    lists: { needs: NEEDS, priorities: PRIORITIES },
    given: url.searchParams.get('given'),
  };
};

export const actions: Actions = {
  call: (event) => runForm(event, callNumber, { next: () => '/desk/queue' }),
  step: (event) => runForm(event, stepNumber, { next: () => '/desk/queue' }),
  give: (event) => runForm(event, takeNumber, { next: ({ id }) => `/queue/${id}` }),
};
