// Help with a public procedure, as an act of its own: with whom, which one, that the person agreed, how it ended.
import type { Actions, PageServerLoad } from './$types';
import { AGE_BANDS, findPersonWithNames, PERSON_LISTS } from '#modules/people';
import { assistProcedure, CATEGORIES, CONSENTS, INSTITUTIONS, OUTCOMES, usualProcedures } from '#modules/visits';
import { proofOf, runForm } from '../../../run-form.ts';
import { personOfCard } from '../../card.ts';
import { nameOf, openDesk } from '../../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, actor, site } = openDesk(locals, url, 'visits.register');
  const id = url.searchParams.get('person');
  const person = id ? await findPersonWithNames(read, actor, id) : undefined;
  return {
    proof: proofOf(locals),
    person: person && { id: person.id, name: nameOf(person) },
    atTelecentre: site !== undefined,
    usual: site ? await usualProcedures(read, actor, site) : [],
    lists: {
      categories: CATEGORIES,
      consents: CONSENTS,
      institutions: INSTITUTIONS,
      outcomes: OUTCOMES,
      ageBands: AGE_BANDS.filter((one) => one !== 'unknown'),
      languages: PERSON_LISTS.languages,
    },
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, assistProcedure, {
      read: personOfCard(event.locals),
      next: ({ id }) => `/desk/visits/${id}?new`,
    }),
};
