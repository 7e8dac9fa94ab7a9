// What the programme is, and beside its objectives what was achieved so far, from the published figures.
import type { PageServerLoad } from './$types';
import { headline, indicatorsOf } from '#modules/results';
import { findProgramme } from '#modules/site';
import { formatDate } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { remembered } from '#platform/remembered';

export const load: PageServerLoad = async ({ locals }) => {
  const { app, language } = locals;
  const { read } = app.db;
  const said = await findProgramme(read);
  const numbers = [];
  for (const { code } of indicatorsOf(app)) {
    const found = await remembered(app.db, `headline ${code}`, () => headline(read, code));
    if (found) numbers.push({ code, name: text(language, `${code}.name`), value: found.value, cut: found.cut });
  }
  const day = (civil: string | null) => (civil ? formatDate(language, civil, 'long') : '');
  return { said, numbers, starts: day(said?.starts ?? null), ends: day(said?.ends ?? null) };
};
