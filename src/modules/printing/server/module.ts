// What printing declares.
import { defineModule } from '#platform/manifest';
import { createPrinting } from './migrations/20261201-create-printing.ts';
import { printEntry, printPrice } from './tables.ts';

export const printingModule = defineModule({
  name: 'printing',
  permissions: ['printing.run', 'printing.manage'],
  roles: [
    { role: 'operator', permissions: ['printing.run', 'printing.manage'] },
    { role: 'facilitator', permissions: ['printing.run'] },
    { role: 'coordinator', permissions: ['printing.manage'] },
  ],
  tables: [printEntry, printPrice],
  migrations: [createPrinting],
  refusals: [
    'printing.at-a-telecentre',
    'printing.to-pay',
    'printing.not-found',
    'printing.back-already',
    'printing.used-already',
  ],
});
