// Seasons of the next twelve months; added and ended as rows.
import type { Actions, PageServerLoad } from './$types';
import { addSeason, endSeason, listDistricts, SEASON_KINDS, seasonsOf, STATUSES } from '#modules/territory';
import { civilDate } from '#platform/clock';
import { enterArea } from '../../../area.ts';
import { proofOf, runForm } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'territory.manage');
  const { app } = locals;
  const today = civilDate(app.clock.now(), app.config.zone);
  const to = `${Number(today.slice(0, 4)) + 1}-12-31`;
  const all = await seasonsOf(app.db.read, { from: today, to });
  const districts = await listDistricts(app.db.read);
  return {
    proof: proofOf(locals),
    today,
    // each once, by its next time
    seasons: all.filter((one, at) => all.findIndex(({ id }) => id === one.id) === at),
    districts: districts.map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: name })),
    kinds: [...SEASON_KINDS],
    statuses: [...STATUSES],
    saved: url.searchParams.has('saved'),
  };
};

const next = () => '/admin/territory/seasons?saved';

export const actions: Actions = {
  add: (event) => runForm(event, addSeason, { next }),
  end: (event) => runForm(event, endSeason, { next }),
};
