// A person's card at the desk: who she is, what she agreed to, when she came, and who she may be as well.
import type { Actions, PageServerLoad } from './$types';
import { runCommand } from '#platform/command';
import { holdsSomewhere } from '#platform/permissions';
import {
  decideDuplicate,
  findConflicts,
  HOUSEHOLD_ROLES,
  joinHousehold,
  leaveHousehold,
  openCard,
  PERSON_LISTS,
  recordConsent,
  showCard,
  withdrawConsent,
} from '#modules/people';
import { listVisitsOfPerson } from '#modules/visits';
import { proofOf } from '../../../run-form.ts';
import { listed, nameOf, openDesk, refusePage } from '../../desk.ts';
import { ask } from './ask.ts';
import { namesByPlace, placeOptions } from '../../places.ts';

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { read, actor, site, language } = openDesk(locals, url);
  const opened = await runCommand(locals.app, openCard, { actor, input: { person: params.id } });
  if (!opened.ok) refusePage(language, opened.refusal.code);
  const { person, detail, consents, household, probableDuplicates, joined, minor } = opened.value;
  const places = namesByPlace(await placeOptions(read, person.district));
  return {
    proof: proofOf(locals),
    fresh: url.searchParams.has('new'),
    person: { ...person, name: nameOf(person), card: showCard(person.card), placeName: places.get(person.place ?? '') },
    detail,
    minor,
    lists: PERSON_LISTS,
    roles: HOUSEHOLD_ROLES,
    consents,
    household: listed(household, places),
    duplicates: listed(probableDuplicates, places),
    joined: listed(joined, places),
    visits: site ? await listVisitsOfPerson(read, actor, site, person.id) : [],
    mayDecide: holdsSomewhere(actor, 'people.correct'),
    conflicts: (await findConflicts(read, actor, person.id)).length,
    atTelecentre: site !== undefined,
  };
};

export const actions: Actions = {
  consent: ask(recordConsent),
  withdraw: ask(withdrawConsent),
  decide: ask(decideDuplicate),
  join: ask(joinHousehold),
  leave: ask(leaveHousehold),
};
