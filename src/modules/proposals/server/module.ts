// What proposals declare to the program.
import { defineModule } from '#platform/manifest';
import { submittedIndicator } from './figures.ts';
import { createProposals } from './migrations/20261124-create-proposals.ts';
import { createSupports } from './migrations/20261201-create-supports.ts';
import { PERMISSIONS, ROLES } from './permissions.ts';
import { proposalStep, proposalSupport } from './tables.ts';

export const proposalsModule = defineModule({
  name: 'proposals',
  permissions: PERMISSIONS,
  roles: ROLES,
  tables: [proposalStep, proposalSupport],
  migrations: [createProposals, createSupports],
  indicators: [submittedIndicator],
  refusals: [
    'proposals.person-needed',
    'proposals.presence-needed',
    'proposals.read-back-needed',
    'proposals.not-found',
    'proposals.other-district',
    'proposals.own',
    'proposals.supported-already',
    'proposals.not-yours',
    'proposals.withdrawn-already',
    'proposals.answered-already',
  ],
});
