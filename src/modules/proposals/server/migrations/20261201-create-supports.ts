// Who stands behind a proposal, found by the proposal.
import type { Migration } from '#platform/manifest';
import { proposalSupport } from '../tables.ts';

export const createSupports: Migration = {
  id: '20261201-create-supports',
  async up({ createReplicated }) {
    await createReplicated(proposalSupport, ['proposal']);
  },
};
