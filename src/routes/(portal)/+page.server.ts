// Home: what one can do, the programme's one number, what is proposed near, and the districts.
import type { PageServerLoad } from './$types';
import { listProposals } from '#modules/proposals';
import { headline, indicatorsOf } from '#modules/results';
import { listDistricts } from '#modules/territory';
import { listSites } from '#replication';
import { shown } from './proposals/shared.ts';
import { districtNames } from './proposals/districts.ts';

export const load: PageServerLoad = async ({ locals }) => {
  const { read } = locals.app.db;
  const sites = await listSites(read);
  const names = await districtNames(locals);
  const { proposals } = await listProposals(read);
  const districts = await listDistricts(read, true);
  const counted = indicatorsOf(locals.app).find(({ accumulation }) => accumulation === 'cumulative');
  return {
    number: counted && (await headline(read, counted.code)),
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
