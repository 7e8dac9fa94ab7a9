// What results declare: publications, who may read the figures behind them, the monthly cut.
import { defineModule } from '#platform/manifest';
import { publishDueCuts } from './cuts.ts';
import { createResults } from './migrations/20261126-create-results.ts';
import { publication, publicationExact } from './tables.ts';

const HOUR = 3_600_000;

export const resultsModule = defineModule({
  name: 'results',
  permissions: ['results.read', 'results.publish'],
  roles: ['coordinator', 'municipal-staff', 'programme-staff', 'evaluator', 'oversight', 'administrator'].map(
    (role) => ({
      role,
      permissions: ['results.read'],
    }),
  ),
  tables: [publication, publicationExact],
  migrations: [createResults],
  jobs: [{ name: 'results.cuts', every: HOUR, role: 'hub', run: publishDueCuts }],
  refusals: ['results.unknown'],
});
