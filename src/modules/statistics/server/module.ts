// What the monthly statistics declare.
import { defineModule, local } from '#platform/manifest';
import { refresh } from './keeping.ts';
import { listeners } from './marking.ts';
import { createStatistics } from './migrations/20261201-create-statistics.ts';

const READ = ['statistics.read'];
const EXACT = ['statistics.read', 'statistics.exact'];

export const statisticsModule = defineModule({
  name: 'statistics',
  permissions: ['statistics.read', 'statistics.exact', 'statistics.recount'],
  roles: [
    { role: 'operator', permissions: EXACT },
    { role: 'facilitator', permissions: READ },
    { role: 'coordinator', permissions: EXACT },
    { role: 'programme-staff', permissions: EXACT },
    { role: 'evaluator', permissions: READ },
    { role: 'municipal-staff', permissions: READ },
    { role: 'donor', permissions: READ },
    { role: 'oversight', permissions: READ },
  ],
  tables: [local('month_total'), local('month_dirty')],
  migrations: [createStatistics],
  listens: listeners,
  jobs: [{ name: 'statistics.refresh', every: 5 * 60_000, run: (app) => refresh(app) }],
});
