// Registering a person: the form, and what looks like a duplicate, without losing a word of what was typed.
import { fail } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { findProbableDuplicates, PERSON_LISTS, registerPerson } from '#modules/people';
import { typed } from '#lib/ui/form.ts';
import { proofOf, runForm } from '../../../run-form.ts';
import { listed, openDesk } from '../../desk.ts';
import { namesByPlace, placeOptions } from '../../places.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, site } = openDesk(locals, url, 'people.register');
  return {
    proof: proofOf(locals),
    lists: PERSON_LISTS,
    places: await placeOptions(read, site?.district),
    atTelecentre: site !== undefined,
    start: { given: (url.searchParams.get('q') ?? '').replace(/[^\p{L} ]/gu, '').slice(0, 80) },
  };
};

export const actions: Actions = {
  default: async (event) => {
    const { read, actor, site } = openDesk(event.locals, event.url, 'people.register');
    const refused = await runForm(event, registerPerson, { next: ({ id }) => `/desk/people/${id}?new` });
    const { data } = refused;
    if (data.code !== 'people.probable-duplicate') return fail(refused.status, { ...data, duplicates: [] });
    const birthDate = typed(data, 'birthDate');
    const named = {
      given: typed(data, 'given'),
      surnames: typed(data, 'surnames'),
      birthYear: Number(birthDate.slice(0, 4) || typed(data, 'birthYear')) || null,
      birthDate: birthDate || null,
      birthBasis: typed(data, 'birthEstimated') ? 'estimated' : null,
      sex: typed(data, 'sex') || null,
      place: typed(data, 'place') || null,
    };
    const places = namesByPlace(await placeOptions(read, site?.district));
    return fail(refused.status, {
      ...data,
      duplicates: listed(await findProbableDuplicates(read, actor, named), places),
    });
  },
};
