// What a proposal is, from its steps in whatever order they arrive, and what may still be done with it. No I/O.

export const DECISIONS = ['will-do', 'under-study', 'other-authority', 'will-not-do'] as const;
export type Decision = (typeof DECISIONS)[number];

export interface Step {
  id: string;
  kind: string | null;
  proposal: string | null;
  title: string | null;
  text: string | null;
  person: string | null;
  decision: string | null;
  /** Hybrid stamp, milliseconds UTC. */
  made_at: number;
}

export type ProposalState = 'open' | 'answered' | 'withdrawn';

export interface Answer {
  id: string;
  text: string;
  decision: string;
  at: number;
}

export interface Proposal {
  id: string;
  title: string;
  /** Empty once withdrawn: who takes words back is not quoted. */
  text: string;
  author: string | null;
  at: number;
  state: ProposalState;
  /** Distinct persons who support it. */
  supports: number;
  /** The answer that counts is the last; those before it are kept, since people have read them. */
  answers: Answer[];
}

const earlierFirst = (a: Step, b: Step) => a.made_at - b.made_at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * The proposal that these steps make; undefined while its submission has not arrived. Only the author's withdrawal counts.
 * A withdrawal goes before an answer that did not know of it, and the answer stays readable.
 */
export function proposalOf(id: string, steps: readonly Step[]): Proposal | undefined {
  const submission = steps.find((step) => step.id === id && step.kind === 'submitted');
  if (!submission) return undefined;
  const others = [...new Map(steps.filter((step) => step.proposal === id).map((step) => [step.id, step])).values()];
  const answers = others
    .filter((step) => step.kind === 'answered')
    .toSorted(earlierFirst)
    .map((step) => ({ id: step.id, text: step.text ?? '', decision: step.decision ?? '', at: step.made_at }));
  const withdrawn = others.some(
    (step) => step.kind === 'withdrawn' && step.person !== null && step.person === submission.person,
  );
  return {
    id,
    title: submission.title ?? '',
    text: withdrawn ? '' : (submission.text ?? ''),
    author: submission.person,
    at: submission.made_at,
    state: withdrawn ? 'withdrawn' : answers.length > 0 ? 'answered' : 'open',
    supports: supporters(submission.person, others).size,
    answers,
  };
}

/** One person counts once, however often and wherever the support was written down; the author does not support herself. */
function supporters(author: string | null, steps: readonly Step[]): Set<string> {
  const people = steps.flatMap((step) => (step.kind === 'supported' && step.person ? [step.person] : []));
  return new Set(people.filter((person) => person !== author));
}

/** Each gives the code of the refusal, or null when it may be done. */
export function supportRefusal(proposal: Proposal, person: string, supportsAlready: boolean): string | null {
  if (proposal.state === 'withdrawn') return 'proposals.withdrawn-already';
  if (proposal.author === person) return 'proposals.own';
  return supportsAlready ? 'proposals.supported-already' : null;
}

export function withdrawalRefusal(proposal: Proposal, person: string): string | null {
  if (proposal.author !== person) return 'proposals.not-yours';
  if (proposal.state === 'withdrawn') return 'proposals.withdrawn-already';
  return proposal.state === 'answered' ? 'proposals.answered-already' : null;
}

export function answerRefusal(proposal: Proposal): string | null {
  return proposal.state === 'withdrawn' ? 'proposals.withdrawn-already' : null;
}
