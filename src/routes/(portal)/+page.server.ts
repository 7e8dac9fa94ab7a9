// Home: what one can do, the programme's one number, what is proposed near, and the districts.
import type { PageServerLoad } from './$types';
import { remembered } from '#platform/remembered';
import { listProposals } from '#modules/proposals';
import { headline, indicatorsOf } from '#modules/results';
import { listDistricts } from '#modules/territory';
import { listSites } from '#replication';
import { shown } from './proposals/shared.ts';
import { districtOutlines } from '../outlines.ts';
import { districtNames } from './proposals/districts.ts';

export const load: PageServerLoad = async ({ locals }) => {
  const { db } = locals.app;
  const { read } = db;
  const sites = await remembered(db, 'sites', () => listSites(read));
  const names = await districtNames(locals);
  const { proposals } = await remembered(db, 'proposals', () => listProposals(read));
  const districts = await remembered(db, 'districts', () => listDistricts(read, true));
  const counted = indicatorsOf(locals.app).find(({ accumulation }) => accumulation === 'cumulative');
  const outlined = districts.map(({ ubigeo }) => ({ ubigeo: ubigeo ?? '' }));
  return {
    ...(await remembered(db, `outlines ${locals.language}`, () => districtOutlines(locals, outlined))),
    number: counted && (await remembered(db, `headline ${counted.code}`, () => headline(read, counted.code))),
    proposals: proposals.slice(0, 4).map((proposal) => shown(proposal, names)),
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
