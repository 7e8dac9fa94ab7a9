// The records behind one number, fifty at a time, without names.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { runCommand } from '#platform/command';
import { readPartition } from '#platform/partitions';
import { text } from '#lib/text/index.ts';
import { openRecords } from '#modules/results';
import { listSites } from '#replication';
import { listDistricts } from '#modules/territory';
import { choosePlace } from '../places.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, language } = locals;
  const { actor, place, value } = await choosePlace(locals, url);
  const asked = (name: string) => url.searchParams.get(name) ?? '';
  const query = {
    indicator: asked('indicator'),
    from: asked('from') || null,
    to: asked('to'),
    breakdown: asked('breakdown') || null,
    cell: asked('cell') || 'total',
    page: Number(asked('page')) || 0,
  };
  const opened = await runCommand(app, openRecords(app, place), { actor, input: query });
  if (!opened.ok) {
    const { code } = opened.refusal;
    error(code === 'permissions.denied' ? 403 : 404, text(language, `refusal.${code}`));
  }
  const sites = new Map((await listSites(app.db.read)).map((site) => [site.id, site.name]));
  const districts = new Map((await listDistricts(app.db.read)).map(({ ubigeo, name }) => [ubigeo ?? '', name]));
  const placeOf = (partition: string) => {
    const of = readPartition(partition)?.of ?? '';
    return sites.get(of) ?? districts.get(of) ?? partition;
  };
  const { rows, page, more } = opened.value;
  return {
    query: { ...query, place: value },
    name: text(language, `${query.indicator}.name`),
    rows: rows.map((row) => ({ ...row, where: placeOf(row.partition) })),
    page,
    more,
  };
};
