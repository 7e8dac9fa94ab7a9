// The desk: who is here, who came today, and where the work is.
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { holdsSomewhere } from '#platform/permissions';
import { countConflicts, countWaitingPairs, searchPeople } from '#modules/people';
import { countDay, findVisit, listVisitsOfDay, visitOfCode } from '#modules/visits';
import { syncSummary } from '#replication';
import { listed, openDesk, withNames } from './desk.ts';
import { roomOf } from './room.ts';
import { namesByPlace, placeOptions } from './places.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const desk = openDesk(locals, url);
  const { read, actor, site } = desk;
  const { app } = locals;
  const query = (url.searchParams.get('q') ?? '').slice(0, 200);
  const code = visitOfCode(app.site.number ?? 0, query);
  if (code && site && (await findVisit(read, actor, site, code))) redirect(303, `/desk/visits/${code}`);
  const found = query
    ? await searchPeople(read, actor, { text: query, page: Number(url.searchParams.get('page')) || 0 })
    : undefined;
  const today = civilDate(app.clock.now(), app.config.zone);
  const places = namesByPlace(await placeOptions(read, site?.district));
  const summary = await syncSummary(locals.replica);
  return {
    query,
    found: found && {
      people: listed(found.people, places),
      page: found.page,
      more: found.more,
      tooMany: found.tooMany,
    },
    duplicates: holdsSomewhere(actor, 'people.correct') ? await countWaitingPairs(read, actor) : 0,
    today: site && {
      day: today,
      counts: await countDay(read, actor, site, today),
      visits: await withNames(desk, await listVisitsOfDay(read, actor, site, today)),
    },
    room: site && locals.app.site.role === 'telecentre' ? await roomOf(locals, site) : null,
    conflicts: await countConflicts(read, actor),
    sync:
      summary.role === 'telecentre' ? { waiting: summary.waiting, problem: summary.last?.report.problem } : undefined,
  };
};
