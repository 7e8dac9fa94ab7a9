// A visit on one screen: who, what for, which day; also the right one in place of a mistake (`?replaces=`).
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { text } from '#lib/text/index.ts';
import { AGE_BANDS, findPersonWithNames, PERSON_LISTS, showCard } from '#modules/people';
import {
  CATEGORIES,
  correctVisit,
  findVisit,
  INSTITUTIONS,
  OUTCOMES,
  PURPOSES,
  registerVisit,
  TRAINERS,
  VOID_REASONS,
} from '#modules/visits';
import { proofOf, runForm } from '../../../run-form.ts';
import { nameOf, openDesk } from '../../desk.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read, actor, site, language } = openDesk(locals, url, 'visits.register');
  const replaces = url.searchParams.get('replaces');
  const wrong = replaces && site ? await findVisit(read, actor, site, replaces) : undefined;
  if (replaces && !wrong) error(404, text(language, 'refusal.visits.not-found'));
  const id = url.searchParams.get('person') ?? wrong?.person;
  const person = id ? await findPersonWithNames(read, actor, id) : undefined;
  if (id && !person) error(404, text(language, 'refusal.people.not-found'));
  return {
    proof: proofOf(locals),
    person: person && { id: person.id, name: nameOf(person), card: showCard(person.card) },
    wrong,
    today: civilDate(locals.app.clock.now(), locals.app.config.zone),
    lists: {
      purposes: PURPOSES,
      institutions: INSTITUTIONS,
      outcomes: OUTCOMES,
      categories: CATEGORIES,
      reasons: VOID_REASONS,
      trainers: TRAINERS,
      ageBands: AGE_BANDS.filter((one) => one !== 'unknown'),
      languages: PERSON_LISTS.languages,
    },
    atTelecentre: site !== undefined,
  };
};

const receipt = ({ id }: { id: string }) => `/desk/visits/${id}?new`;

export const actions: Actions = {
  default: (event) => {
    const visit = event.url.searchParams.get('replaces');
    return visit
      ? runForm(event, correctVisit, { input: { visit }, next: receipt })
      : runForm(event, registerVisit, { next: receipt });
  },
};
