// What visits declare: tables, permissions, refusals.
import { defineModule } from '#platform/manifest';
import { attentionsIndicator, peopleServedIndicator } from './figures.ts';
import { createVisits } from './migrations/20261124-create-visits.ts';
import { moreOfVisits } from './migrations/20261201-more-of-visits.ts';
import { attention, visit, visitVoid } from './tables.ts';

const DESK = ['visits.register', 'visits.read'];

export const visitsModule = defineModule({
  name: 'visits',
  permissions: [...DESK, 'visits.correct'],
  roles: [
    { role: 'operator', permissions: [...DESK, 'visits.correct'] },
    { role: 'facilitator', permissions: DESK },
    { role: 'coordinator', permissions: ['visits.read', 'visits.correct'] },
  ],
  tables: [visit, attention, visitVoid],
  migrations: [createVisits, moreOfVisits],
  indicators: [peopleServedIndicator, attentionsIndicator],
  refusals: [
    'visits.at-a-telecentre',
    'visits.who-needed',
    'visits.day-in-future',
    'visits.institution-needed',
    'visits.staff-not-counted',
    'visits.no-secrets',
    'visits.not-found',
    'visits.voided-already',
  ],
});
