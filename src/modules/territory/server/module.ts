// What territory declares.
import { defineModule } from '#platform/manifest';
import { createTerritory } from './migrations/20261124-create-territory.ts';
import { holiday, place } from './tables.ts';

export const territoryModule = defineModule({
  name: 'territory',
  permissions: ['territory.manage'],
  roles: [
    { role: 'administrator', permissions: ['territory.manage'] },
    { role: 'programme-staff', permissions: ['territory.manage'] },
  ],
  tables: [place, holiday],
  migrations: [createTerritory],
  refusals: [
    'territory.district-unknown',
    'territory.name-taken',
    'territory.place-unknown',
    'territory.source-needed',
    'territory.not-degrees',
    'territory.wrong-parent',
    'territory.code-not-here',
    'territory.code-elsewhere',
    'territory.code-taken',
    'territory.day-ahead',
    'territory.before-start',
    'territory.places-inside',
    'territory.holiday-day',
    'territory.holiday-unknown',
  ],
});
