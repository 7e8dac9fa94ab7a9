// Home: what is coming, what one can do, the programme's one number, news, what is proposed, and the districts.
import type { PageServerLoad } from './$types';
import { remembered } from '#platform/remembered';
import { listEvents } from '#modules/events';
import { listProposals } from '#modules/proposals';
import { headline, indicatorsOf } from '#modules/results';
import { listDistricts } from '#modules/territory';
import { listSites } from '#replication';
import { nowIn, placeNames, shownEvent } from '../events.ts';
import { latestNews } from '../news.ts';
import { shown } from './proposals/shared.ts';
import { districtOutlines } from '../outlines.ts';
import { districtNames } from './proposals/districts.ts';

export const load: PageServerLoad = async ({ locals }) => {
  const { db } = locals.app;
  const { read } = db;
  const sites = await remembered(db, 'sites', () => listSites(read));
  const names = await districtNames(locals);
  const { proposals } = await remembered(db, 'proposals', () => listProposals(read));
  const today = nowIn(locals).day;
  const events = await remembered(db, `events ${today}`, () =>
    listEvents(read, { from: today, to: '9999-12-31', limit: 3 }),
  );
  const everywhere = await placeNames(locals);
  const districts = await remembered(db, 'districts', () => listDistricts(read, true));
  const counted = indicatorsOf(locals.app).find(({ accumulation }) => accumulation === 'cumulative');
  const outlined = districts.map(({ ubigeo }) => ({ ubigeo: ubigeo ?? '' }));
  return {
    ...(await remembered(db, `outlines ${locals.language}`, () => districtOutlines(locals, outlined))),
    number: counted && (await remembered(db, `headline ${counted.code}`, () => headline(read, counted.code))),
    events: events.map((event) => shownEvent(locals, event, everywhere)),
    news: await latestNews(locals, { limit: 2 }),
    proposals: proposals.slice(0, 3).map((proposal) => shown(proposal, names)),
    districts: districts.map(({ ubigeo, name, spoken }) => ({
      ubigeo: ubigeo ?? '',
      name,
      spoken: spoken === name ? '' : spoken,
      telecentres: sites
        .filter((site) => site.district === ubigeo && site.state === 'enrolled')
        .map((site) => site.name),
    })),
  };
};
