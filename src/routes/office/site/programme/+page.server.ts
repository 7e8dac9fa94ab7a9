// What the programme says of itself.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { findProgramme, setProgramme } from '#modules/site';
import { text } from '#lib/text/index.ts';
import { proofOf, runForm } from '../../../run-form.ts';
import { enterSite, mayEdit } from '../site.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  enterSite(locals, url);
  if (!mayEdit(locals, '')) error(403, text(locals.language, 'refusal.permissions.denied'));
  const said = await findProgramme(locals.app.db.read);
  return {
    proof: proofOf(locals),
    start: {
      purpose: said?.purpose ?? '',
      objectives: said?.objectives.join('\n') ?? '',
      results: said?.results.join('\n') ?? '',
      partners: said?.partners.join('\n') ?? '',
      visibility: said?.visibility ?? '',
      contact: said?.contact ?? '',
      links: said?.links.map(({ name, href }) => `${name} ${href}`).join('\n') ?? '',
      starts: said?.starts ?? '',
      ends: said?.ends ?? '',
      status: said?.status ?? 'verify',
      source: said?.source ?? '',
    },
  };
};

export const actions: Actions = { default: (event) => runForm(event, setProgramme, { next: () => '/programme' }) };
