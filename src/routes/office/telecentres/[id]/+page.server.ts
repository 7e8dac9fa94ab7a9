// One telecentre from afar: as it last told the hub.
import { floorOf } from '#modules/stations';
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { listRequests } from '#modules/bookings';
import { listExceptions, addDays } from '#modules/hours';
import { civilDate } from '#platform/clock';
import { can } from '#platform/permissions';
import { findSite } from '#replication';
import { text } from '#lib/text/index.ts';
import { enterArea } from '../../../area.ts';
import { telecentreBoard } from '../board.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const actor = enterArea(locals, url, 'statistics.read');
  const { app, language } = locals;
  const { read } = app.db;
  const site = await findSite(read, params.id);
  if (!site || !can(actor, 'statistics.read', { site: site.id, district: site.district }))
    error(404, text(language, 'telecentres.unknown'));
  const today = civilDate(app.clock.now(), app.config.zone);
  const board = await telecentreBoard(locals, { name: site.name, district: site.district, need: '', page: 0 });
  return {
    site,
    row: board.rows.find(({ id }) => id === site.id) ?? null,
    floor: (await floorOf(app, site.id)).map(({ id, name, state, why }) => ({ id, name, state, why })),
    exceptions: await listExceptions(read, site.id, today, addDays(today, 60)),
    requests: (await listRequests(read, site.id, true)).length,
  };
};
