// One piece of news.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { findPage, readPages, renderMarkup } from '#modules/site';
import { text } from '#lib/text/index.ts';
import { placeNames } from '../../../events.ts';
import { shownNews } from '../../../news.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, language } = locals;
  const page = await findPage(app.db.read, params.id);
  const [news] = page?.kind === 'news' ? await readPages(app.db.read, [page], { language, now: app.clock.now() }) : [];
  if (!news) error(404, text(language, 'refusal.site.page-unknown'));
  return {
    news: shownNews(news, language, await placeNames(locals)),
    html: renderMarkup(news.body),
    written: news.language,
  };
};
