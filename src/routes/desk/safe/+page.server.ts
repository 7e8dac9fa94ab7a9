// Is my work safe? Where it is by now, what is only here, what wants a person, and what the next exchange takes.
import { redirect } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { countClaims, countReceipted, listSessions, syncOnce, workSafety } from '#replication';
import { holdsSomewhere } from '#platform/permissions';
import { enterArea } from '../../area.ts';
import { proofOf, runForm } from '../../run-form.ts';
import { itemsInWords } from './items.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'people.read', 'replication.operate');
  const { app, replica, language } = locals;
  const safety = await workSafety(replica);
  const operate = holdsSomewhere(locals.actor, 'replication.operate');
  const sessions = [];
  for (const { at, report } of await listSessions(app.db.read, 10)) {
    const { ok, operations, seconds, bytes, receipted = [] } = report;
    const items = itemsInWords(language, (await countReceipted(replica, receipted)) ?? {});
    sessions.push({ at, ok, ...operations, seconds, bytes: bytes.up + bytes.down, items });
  }
  return {
    proof: proofOf(locals),
    safety,
    claims: await countClaims(app.db.read, app.site.number),
    waiting: safety.hub.items && itemsInWords(language, safety.hub.items),
    sessions,
    operate,
    telecentre: safety.summary.role === 'telecentre',
  };
};

export const actions: Actions = {
  async sync({ locals, url }) {
    enterArea(locals, url, 'people.read', 'replication.operate');
    await syncOnce(locals.replica);
    redirect(303, '/desk/safe');
  },
  read: (event) => runForm(event, event.locals.replica.alarms.read, { next: () => '/desk/safe' }),
  limit: (event) => runForm(event, event.locals.replica.link.limitDay, { next: () => '/desk/safe' }),
};
