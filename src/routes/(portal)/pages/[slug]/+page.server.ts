// A page of the programme by its address.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { findPageBySlug, readPages, renderMarkup } from '#modules/site';
import { civilDateOf, formatDate } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, language } = locals;
  const page = await findPageBySlug(app.db.read, params.slug);
  const [read] = page ? await readPages(app.db.read, [page], { language, now: app.clock.now() }) : [];
  if (!read) error(404, text(language, 'refusal.site.page-unknown'));
  const { title, summary, body, language: written, updated } = read;
  return {
    title,
    summary,
    written,
    html: renderMarkup(body),
    updated: formatDate(language, civilDateOf(updated), 'long'),
  };
};
