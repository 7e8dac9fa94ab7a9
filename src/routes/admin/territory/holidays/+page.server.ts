// Holidays of a year, of the nation and of the territory's parts, each with its norm; added and ended as rows.
import type { Actions, PageServerLoad } from './$types';
import { addHoliday, endHoliday, holidaysOf, listPlaces, STATUSES } from '#modules/territory';
import { civilDate } from '#platform/clock';
import { enterArea } from '../../../area.ts';
import { proofOf, runForm } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterArea(locals, url, 'territory.manage');
  const { app } = locals;
  const today = civilDate(app.clock.now(), app.config.zone);
  const year = Math.min(2200, Math.max(1900, Number(url.searchParams.get('year')) || Number(today.slice(0, 4))));
  const units = (await listPlaces(app.db.read)).filter((place) => place.ubigeo);
  return {
    proof: proofOf(locals),
    year,
    today,
    holidays: await holidaysOf(app.db.read, year),
    units: units.map(({ ubigeo, name }) => ({ value: ubigeo ?? '', label: `${name} (${ubigeo})` })),
    statuses: [...STATUSES],
    saved: url.searchParams.has('saved'),
  };
};

const next = () => '/admin/territory/holidays?saved';

export const actions: Actions = {
  add: (event) => runForm(event, addHoliday, { next }),
  end: (event) => runForm(event, endHoliday, { next }),
};
