// Proposals: every step is a fact, and what a proposal is at any moment is computed from its steps; who stands behind one is ruled on.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One step of a proposal, partition `d/<district>`. A column may be empty in any row: an older telecentre does not send it. */
export interface ProposalStepRow extends EngineColumns {
  partition: string;
  id: string;
  /** `submitted`, `answered`, `withdrawn`; `supported` by programs from before supports were ruled on. */
  kind: string | null;
  /** Id of the step that submitted the proposal; empty in that step itself. */
  proposal: string | null;
  title: string | null;
  /** Of a submission what is asked for, of an answer what the municipality says. */
  text: string | null;
  /** Who submits, supports or withdraws: the person's id, never a name. Empty in an answer, which a municipality gives. */
  person: string | null;
  /** Role under which the step was taken, which is public: `resident`, `municipal-staff` … */
  role: string | null;
  /** Of an answer, see DECISIONS. */
  decision: string | null;
  /** Somebody wrote it for the person, who was there: `mark` or `witness` says how that can be shown. */
  presence: string | null;
  /** Civil day of the step in the programme's zone: what periods are cut by. */
  day: string | null;
}

/** A person stands behind a proposal, partition `d/<district>`: once, so that the hub decides where several telecentres wrote it. */
interface ProposalSupportRow extends EngineColumns {
  partition: string;
  id: string;
  proposal: string | null;
  person: string | null;
  role: string | null;
  /** As in a step. */
  presence: string | null;
  day: string | null;
  meta: string | null;
}

declare module '#platform/db' {
  interface Tables {
    proposal_step: ProposalStepRow;
    proposal_support: ProposalSupportRow;
  }
}

export const proposalStep = replicated({
  number: 40,
  name: 'proposal_step',
  wide: true,
  class: 'fact',
  partitions: ['district'],
  columns: {
    kind: { n: 1, type: 'text' },
    proposal: { n: 2, type: 'id' },
    title: { n: 3, type: 'text' },
    text: { n: 4, type: 'text' },
    person: { n: 5, type: 'id' },
    role: { n: 6, type: 'text' },
    decision: { n: 7, type: 'text' },
    presence: { n: 8, type: 'text' },
    day: { n: 9, type: 'date' },
  },
});

export const proposalSupport = replicated({
  number: 41,
  name: 'proposal_support',
  class: 'ruled',
  partitions: ['district'],
  columns: {
    proposal: { n: 1, type: 'id' },
    person: { n: 2, type: 'id' },
    role: { n: 3, type: 'text' },
    presence: { n: 4, type: 'text' },
    day: { n: 5, type: 'date' },
  },
  rule: { key: ['proposal', 'person'], limit: 'one' },
});
