// A visit's receipt, and the way to put a mistake right.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { text } from '#lib/text/index.ts';
import { findVisit, VOID_REASONS, visitCode, visitOfCode, voidVisit } from '#modules/visits';
import { proofOf, runForm } from '../../../run-form.ts';
import { openDesk, withNames } from '../../desk.ts';

/** The address may hold the id or the short code from the slip. */
const idOf = ({ locals, params }: { locals: App.Locals; params: { id: string } }) =>
  visitOfCode(locals.app.site.number ?? 0, params.id);

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const desk = openDesk(locals, url, 'visits.read');
  const id = idOf({ locals, params });
  const visit = id && desk.site ? await findVisit(desk.read, desk.actor, desk.site, id) : undefined;
  if (!visit) error(404, text(desk.language, 'refusal.visits.not-found'));
  const [named] = await withNames(desk, [visit]);
  return {
    proof: proofOf(locals),
    fresh: url.searchParams.has('new'),
    visit: { ...visit, who: named?.who ?? '', code: visitCode(visit.id) },
    reasons: VOID_REASONS,
  };
};

export const actions: Actions = {
  void: (event) =>
    runForm(event, voidVisit, { input: { visit: idOf(event) }, next: () => `/desk/visits/${event.params.id}` }),
};
