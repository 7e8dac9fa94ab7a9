// The one table of proposals: every step is a fact, and what a proposal is at any moment is computed from its steps.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One step of a proposal, partition `d/<district>`. A column may be empty in any row: an older telecentre does not send it. */
export interface ProposalStepRow extends EngineColumns {
  partition: string;
  id: string;
  /** `submitted`, `supported`, `answered`, `withdrawn`. */
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

declare module '#platform/db' {
  interface Tables {
    proposal_step: ProposalStepRow;
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
