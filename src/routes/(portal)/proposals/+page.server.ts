// Proposals, newest first, of one district or of all.
import type { PageServerLoad } from './$types';
import { listProposals } from '#modules/proposals';
import { districtNames } from './districts.ts';
import { shown } from './shared.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { read } = locals.app.db;
  const names = await districtNames(locals);
  const district = url.searchParams.get('district') ?? '';
  const found = await listProposals(read, {
    districts: names.has(district) ? [district] : undefined,
    page: Number(url.searchParams.get('page')) || 0,
  });
  return {
    proposals: found.proposals.map((proposal) => shown(proposal, names)),
    page: found.page,
    more: found.more,
    district,
    districts: [...names].map(([value, label]) => ({ value, label })),
    person: url.searchParams.get('person') ?? '',
  };
};
