// Proposals: the steps, indexed by the proposal they belong to and by when they were submitted.
import type { Migration } from '#platform/manifest';
import { proposalStep } from '../tables.ts';

export const createProposals: Migration = {
  id: '20261124-create-proposals',
  async up({ db, createReplicated }) {
    await createReplicated(proposalStep);
    const { schema } = db;
    await schema
      .createIndex('proposal_step_proposal')
      .on('proposal_step')
      .columns(['proposal'] as never)
      .execute();
    await schema
      .createIndex('proposal_step_made')
      .on('proposal_step')
      .columns(['made_at'] as never)
      .execute();
  },
};
