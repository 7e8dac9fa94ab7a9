// What waits: proposals without an answer in the places of who is signed in, and the way to the figures.
import type { PageServerLoad } from './$types';
import { holdsSomewhere, scopesFor } from '#platform/permissions';
import { listProposals } from '#modules/proposals';
import { districtNames } from '../(portal)/proposals/districts.ts';
import { enterArea } from '../area.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const actor = enterArea(locals, url, 'results.read', 'proposals.answer');
  const scopes = scopesFor(actor, 'proposals.answer');
  const names = await districtNames(locals);
  const everywhere = scopes.some((scope) => 'programme' in scope);
  const districts = [...names.keys()].filter((code) =>
    scopes.some((scope) =>
      'province' in scope ? code.startsWith(scope.province) : 'district' in scope && scope.district === code,
    ),
  );
  const waiting =
    scopes.length === 0
      ? undefined
      : await listProposals(locals.app.db.read, { districts: everywhere ? undefined : districts, waiting: true });
  return {
    waiting: waiting && { count: waiting.proposals.length, more: waiting.more },
    results: holdsSomewhere(actor, 'results.read'),
  };
};
