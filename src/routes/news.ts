// News as lists show them.
import { listNews, type ReadPage } from '#modules/site';
import { formatDate, civilDateOf } from '#lib/format/index.ts';
import { placeNames } from './events.ts';

export async function latestNews(locals: App.Locals, asked: { district?: string; limit: number; offset?: number }) {
  const { app, language } = locals;
  const news = await listNews(app.db.read, { language, now: app.clock.now(), ...asked });
  const names = await placeNames(locals);
  return news.map((one) => shownNews(one, language, names));
}

export function shownNews(one: ReadPage, language: string, names: ReadonlyMap<string, string>) {
  const when = formatDate(language, civilDateOf(one.since), 'long');
  return { id: one.id, title: one.title, summary: one.summary, when, district: names.get(one.district) ?? '' };
}
