// What opening hours declare.
import { defineModule, local } from '#platform/manifest';
import { beatJob } from './commands/beat.ts';
import { createHours } from './migrations/20261201-create-hours.ts';
import { hoursException, openingHours, serviceDay, serviceGap } from './tables.ts';

export const hoursModule = defineModule({
  name: 'hours',
  permissions: ['hours.manage', 'hours.keep'],
  roles: [
    { role: 'operator', permissions: ['hours.manage', 'hours.keep'] },
    { role: 'facilitator', permissions: ['hours.keep'] },
    { role: 'coordinator', permissions: ['hours.manage'] },
  ],
  tables: [openingHours, hoursException, serviceDay, serviceGap, local('heartbeat')],
  migrations: [createHours],
  jobs: [beatJob],
  refusals: [
    'hours.at-a-telecentre',
    'hours.not-hours',
    'hours.not-one-interval',
    'hours.day-past',
    'hours.exception-unknown',
    'hours.open-already',
    'hours.not-open',
  ],
});
