// The front page of a district: what is coming, what was done, where one goes, what is proposed.
import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { listEvents } from '#modules/events';
import { listProposals } from '#modules/proposals';
import { findPlacePage, readPages, renderMarkup } from '#modules/site';
import { listCommunities, seasonsOf } from '#modules/territory';
import { listSites } from '#replication';
import { remembered } from '#platform/remembered';
import { text } from '#lib/text/index.ts';
import { nowIn, placeNames, shownEvent } from '../../../events.ts';
import { latestNews } from '../../../news.ts';
import { shown } from '../../proposals/shared.ts';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { app, language } = locals;
  const { db } = app;
  const { ubigeo } = params;
  const names = await placeNames(locals);
  const name = names.get(ubigeo);
  if (!name) error(404, text(language, 'site.place.unknown'));
  const { day } = nowIn(locals);
  const page = await findPlacePage(db.read, ubigeo);
  const [words] = page ? await readPages(db.read, [page], { language, now: app.clock.now() }) : [];
  const events = await listEvents(db.read, { district: ubigeo, from: day, to: '9999-12-31', limit: 6 });
  const { proposals } = await listProposals(db.read, { districts: [ubigeo] });
  const sites = await remembered(db, 'sites', () => listSites(db.read));
  return {
    ...{ ubigeo, name },
    words: words && {
      title: words.title,
      summary: words.summary,
      html: renderMarkup(words.body),
      language: words.language,
    },
    events: events.map((event) => shownEvent(locals, event, names)),
    news: await latestNews(locals, { district: ubigeo, limit: 3 }),
    proposals: proposals.slice(0, 3).map((proposal) => shown(proposal, names)),
    telecentres: sites.filter((site) => site.district === ubigeo && site.state === 'enrolled').map((site) => site.name),
    communities: (await listCommunities(db.read, ubigeo)).map((place) => place.spoken),
    seasons: await seasonsOf(db.read, { district: ubigeo, from: day, to: day }),
  };
};
