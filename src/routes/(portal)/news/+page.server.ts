// News, the latest first.
import type { PageServerLoad } from './$types';
import { latestNews } from '../../news.ts';

const PAGE = 12;

export const load: PageServerLoad = async ({ locals, url }) => {
  const page = Math.max(0, Math.min(500, Number(url.searchParams.get('page') ?? 0) || 0));
  const news = await latestNews(locals, { limit: PAGE + 1, offset: Math.floor(page) * PAGE });
  return { news: news.slice(0, PAGE), page: Math.floor(page), more: news.length > PAGE };
};
