// Actions and events: what is coming as a list, a month as a calendar, or by district on the map; and what happened.
import type { PageServerLoad } from './$types';
import { KINDS, listEvents, listPast } from '#modules/events';
import { seasonsOf } from '#modules/territory';
import { monthAsked, nowIn, placeNames, shownEvent } from '../../events.ts';
import { districtOutlines } from '../../outlines.ts';

const MOST = 60;
const VIEWS = ['list', 'month', 'map'];

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read } = locals.app.db;
  const names = await placeNames(locals);
  const asked = (name: string) => url.searchParams.get(name) ?? '';
  const district = names.has(asked('district')) ? asked('district') : '';
  const kind = (KINDS as readonly string[]).includes(asked('kind')) ? asked('kind') : '';
  const view = VIEWS.includes(asked('view')) ? asked('view') : 'list';
  const { day: today } = nowIn(locals);
  const period = monthAsked(url.searchParams.get('month'), today);
  const only = { district: district || undefined, kind: kind || undefined };
  const range = view === 'month' ? { from: period.first, to: period.last } : { from: today, to: '9999-12-31' };
  const events = await listEvents(read, { ...only, ...range, limit: view === 'month' ? 400 : MOST });
  const past = view === 'list' ? await listPast(read, { ...only, before: today, limit: 6 }) : [];
  const until = view === 'month' ? period.last : (events.at(-1)?.day ?? today);
  const { outlines, credit } =
    view === 'map'
      ? await districtOutlines(
          locals,
          [...names.keys()].map((ubigeo) => ({ ubigeo })),
        )
      : { outlines: [], credit: '' };
  return {
    ...{ district, kind, view, today, period, kinds: [...KINDS], outlines, credit },
    districts: [...names].map(([value, label]) => ({ value, label })),
    events: events.map((event) => ({
      ...shownEvent(locals, event, names),
      day: event.day,
      lastDay: event.lastDay,
      ubigeo: event.district,
    })),
    past: past.map((event) => shownEvent(locals, event, names)),
    seasons: await seasonsOf(read, {
      ...(district ? { district } : {}),
      from: today,
      to: until > today ? until : today,
    }),
  };
};
