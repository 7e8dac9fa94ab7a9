// One sheet, mirrored line by line.
import { error } from '@sveltejs/kit';
import type { Actions, PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { enterSheet, LETTERS, linesOf, listSheets } from '#modules/paper';
import { CATEGORIES, INSTITUTIONS, TRAINERS, visitCode } from '#modules/visits';
import { text } from '#lib/text/index.ts';
import { proofOf, runForm } from '../../../run-form.ts';
import { openDesk } from '../../desk.ts';

const MOST = 20;

export const load: PageServerLoad = async ({ locals, params, url }) => {
  const { read, site, language } = openDesk(locals, url, 'paper.enter');
  const [sheet] = site ? await listSheets(read, site.id, { id: params.id }) : [];
  if (!sheet || sheet.lines === 0) error(404, text(language, 'refusal.paper.sheet-unknown'));
  return {
    proof: proofOf(locals),
    sheet: { ...sheet, code: `H-${visitCode(sheet.id)}` },
    today: civilDate(locals.app.clock.now(), locals.app.config.zone),
    letters: Object.entries(LETTERS),
    institutions: INSTITUTIONS,
    categories: CATEGORIES,
    trainers: TRAINERS,
  };
};

export const actions: Actions = {
  default: (event) =>
    runForm(event, enterSheet, {
      read: (fields) => Promise.resolve({ lines: linesOf(fields, MOST) }),
      input: { sheet: event.params.id },
      next: ({ visits, attentions }) => `/desk/paper?entered=${visits}-${attentions}`,
    }),
};
