// Correcting a card: the form as the card is now, and what was typed when somebody else was quicker.
import type { Actions, PageServerLoad } from './$types';
import { runCommand } from '#platform/command';
import { correctPerson, openCard, PERSON_LISTS } from '#modules/people';
import { proofOf, runForm } from '../../../../run-form.ts';
import { nameOf, openDesk, refusePage } from '../../../desk.ts';
import { placeOptions } from '../../../places.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { read, actor, site, language } = openDesk(locals, url, 'people.correct');
  const opened = await runCommand(locals.app, openCard, { actor, input: { person: params.id } });
  if (!opened.ok) refusePage(language, opened.refusal.code);
  const { person, detail, version } = opened.value;
  return {
    proof: proofOf(locals),
    lists: PERSON_LISTS,
    places: await placeOptions(read, site?.district),
    name: nameOf(person),
    person: person.id,
    version,
    start: {
      given: person.given,
      surnames: person.surnames,
      birthYear: String(person.birthYear ?? ''),
      birthDate: person.birthDate ?? '',
      birthEstimated: person.birthBasis === 'estimated' ? 'on' : '',
      sex: person.sex ?? '',
      place: person.place ?? '',
      ethnicity: detail.ethnicity ?? '',
      language: detail.language ?? '',
      documentKind: detail.documentKind ?? '',
      document: detail.document ?? '',
      phone: detail.phone ?? '',
    },
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, correctPerson, {
      input: { person: event.params.id },
      next: () => `/desk/people/${event.params.id}`,
    }),
};
