// One place: what is known of it and from where; corrected, taken into the programme, ended.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { correctPlace, endPlace, findPlace, setInProgramme, STATUSES } from '#modules/territory';
import { dateTyped } from '#lib/ui/form.ts';
import { enterArea } from '../../../area.ts';
import { proofOf, runForm } from '../../../run-form.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  enterArea(locals, url, 'territory.manage');
  const { read } = locals.app.db;
  const place = await findPlace(read, params.id);
  if (!place) error(404);
  return {
    proof: proofOf(locals),
    place,
    parent: place.parent ? await findPlace(read, place.parent) : undefined,
    predecessor: place.predecessor ? await findPlace(read, place.predecessor) : undefined,
    statuses: [...STATUSES],
    saved: url.searchParams.has('saved'),
  };
};

const here = (id: string) => ({ input: { place: id }, next: () => `/admin/territory/${id}?saved` });

export const actions: Actions = {
  correct: (event) => runForm(event, correctPlace, here(event.params.id)),
  programme: (event) => runForm(event, setInProgramme, here(event.params.id)),
  end: (event) =>
    runForm(event, endPlace, {
      ...here(event.params.id),
      read: (fields) => Promise.resolve({ day: dateTyped(fields, 'day') }),
    }),
};
