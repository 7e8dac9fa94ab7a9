// What waits: proposals without an answer in the places of who is signed in, and the way to the figures.
import type { PageServerLoad } from './$types';
import { holdsSomewhere } from '#platform/permissions';
import { countWaitingPairs } from '#modules/people';
import { listProposals } from '#modules/proposals';
import { districtNames, districtsToAnswer } from '../(portal)/proposals/districts.ts';
import { enterArea } from '../area.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const actor = enterArea(locals, url, 'results.read', 'proposals.answer');
  const districts = districtsToAnswer(locals, await districtNames(locals));
  const waiting = holdsSomewhere(actor, 'proposals.answer')
    ? await listProposals(locals.app.db.read, { districts, waiting: true })
    : undefined;
  return {
    waiting: waiting && { count: waiting.proposals.length, more: waiting.more },
    duplicates:
      locals.app.site.role === 'hub' && holdsSomewhere(actor, 'people.correct')
        ? await countWaitingPairs(locals.app.db.read, actor)
        : 0,
    results: holdsSomewhere(actor, 'results.read'),
    courier: locals.app.site.role === 'hub' && holdsSomewhere(actor, 'replication.operate'),
  };
};
