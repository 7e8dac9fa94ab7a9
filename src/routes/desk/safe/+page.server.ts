// Is my work safe? What is only here, what the hub has, the clock, and what to do.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { countClaims, listSessions, syncOnce, syncSummary } from '#replication';
import { holdsSomewhere } from '#platform/permissions';
import { enterArea } from '../../area.ts';
import { proofOf } from '../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'people.read', 'replication.operate');
  const { app, replica } = locals;
  const summary = await syncSummary(replica);
  const courier = summary.role === 'telecentre' && holdsSomewhere(locals.actor, 'replication.operate');
  const sessions = await listSessions(app.db.read, 10);
  const claims = await countClaims(app.db.read, app.site.number);
  return { proof: proofOf(locals), summary, clock: app.clock.state(), sessions, courier, claims };
};

export const actions: Actions = {
  async sync({ locals, url }) {
    enterArea(locals, url, 'people.read', 'replication.operate');
    await syncOnce(locals.replica);
    redirect(303, '/desk/safe');
  },
};
