// What the queue declares.
import { defineModule } from '#platform/manifest';
import { createQueue } from './migrations/20261201-create-queue.ts';
import { queueStep, queueTicket } from './tables.ts';

export const queueModule = defineModule({
  name: 'queue',
  permissions: ['queue.run'],
  roles: [
    { role: 'operator', permissions: ['queue.run'] },
    { role: 'facilitator', permissions: ['queue.run'] },
  ],
  tables: [queueTicket, queueStep],
  migrations: [createQueue],
  refusals: [
    'queue.at-a-telecentre',
    'queue.full',
    'queue.empty',
    'queue.not-found',
    'queue.not-called',
    'queue.over-already',
  ],
});
