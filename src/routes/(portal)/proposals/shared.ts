// What the pages of proposals share: a proposal as the public sees it, and for whom an operator acts.
import type { FoundProposal } from '#modules/proposals';
import { DECISIONS, PRESENCES } from '#modules/proposals';
import { holdsSomewhere } from '#platform/permissions';
import { findPersonWithNames } from '#modules/people';

/** Without its author: who asked is nobody's business but the author's. */
export type ShownProposal = Omit<FoundProposal, 'author' | 'partition'> & { districtName: string };

export function shown(proposal: FoundProposal, districts: ReadonlyMap<string, string>): ShownProposal {
  const { id, title, text, at, state, supports, waiting, answers, district } = proposal;
  const districtName = districts.get(district) ?? district;
  return { id, title, text, at, state, supports, waiting, answers, district, districtName };
}

export type Part =
  | { as: 'nobody' }
  /** A resident, in her own name. */
  | { as: 'resident'; person: string }
  /** An operator, for somebody who is there. */
  | { as: 'assistant'; person: { id: string; name: string } | undefined; presences: readonly string[] };

/** Who would take part if this page's form were sent. */
export async function partOf(locals: App.Locals, url: URL): Promise<Part> {
  const { actor, app } = locals;
  if (!holdsSomewhere(actor, 'proposals.take-part')) return { as: 'nobody' };
  if (actor.kind === 'resident' && actor.person) return { as: 'resident', person: actor.person };
  const id = url.searchParams.get('person');
  const person = id ? await findPersonWithNames(app.db.read, actor, id) : undefined;
  const name = person && `${person.given} ${person.surnames}`.trim();
  return { as: 'assistant', person: person && { id: person.id, name: name ?? '' }, presences: PRESENCES };
}

export const decisions = DECISIONS;
