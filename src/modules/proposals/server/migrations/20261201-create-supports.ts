// Who stands behind a proposal, found by the proposal.
import type { Migration } from '#platform/manifest';
import { proposalSupport } from '../tables.ts';

export const createSupports: Migration = {
  id: '20261201-create-supports',
  async up({ db, createReplicated }) {
    await createReplicated(proposalSupport);
    await db.schema
      .createIndex('proposal_support_proposal')
      .on('proposal_support')
      .columns(['proposal'] as never)
      .execute();
  },
};
