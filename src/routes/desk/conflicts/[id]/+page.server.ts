// The versions of one card, field by field: who wrote each, where and when; whoever may correct the card chooses.
import type { Actions, PageServerLoad } from './$types';
import { runCommand } from '#platform/command';
import { holdsSomewhere } from '#platform/permissions';
import { findConflicts, openCard, PERSON_LISTS, settlePerson } from '#modules/people';
import { proofOf, runForm } from '../../../run-form.ts';
import { nameOf, openDesk, refusePage } from '../../desk.ts';
import { placeOptions } from '../../places.ts';
import { shownField } from './shown.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { read, actor, site, language } = openDesk(locals, url);
  const opened = await runCommand(locals.app, openCard, { actor, input: { person: params.id } });
  if (!opened.ok) refusePage(language, opened.refusal.code);
  const { person } = opened.value;
  const places = await placeOptions(read, person.district);
  const fields = await findConflicts(read, actor, person.id);
  return {
    proof: site && holdsSomewhere(actor, 'people.correct') ? proofOf(locals) : undefined,
    person: { id: person.id, name: nameOf(person) },
    sexes: PERSON_LISTS.sexes,
    places,
    fields: await Promise.all(fields.map((field) => shownField(locals, field, places))),
    done: url.searchParams.has('done'),
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, settlePerson, {
      input: { person: event.params.id },
      next: ({ left }) => (left > 0 ? `/desk/conflicts/${event.params.id}?done` : '/desk/conflicts?done'),
    }),
};
