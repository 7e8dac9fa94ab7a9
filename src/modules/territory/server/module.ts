// What territory declares.
import { defineModule } from '#platform/manifest';
import { createTerritory } from './migrations/20261124-create-territory.ts';
import { createBoundariesAndSeasons } from './migrations/20261201-create-boundaries-seasons.ts';
import { boundary, holiday, place, season, travelDays } from './tables.ts';

export const territoryModule = defineModule({
  name: 'territory',
  permissions: ['territory.manage'],
  roles: [
    { role: 'administrator', permissions: ['territory.manage'] },
    { role: 'programme-staff', permissions: ['territory.manage'] },
  ],
  tables: [place, holiday, boundary, travelDays, season],
  migrations: [createTerritory, createBoundariesAndSeasons],
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
    'territory.boundary-no-file',
    'territory.boundary-not-json',
    'territory.boundary-not-collection',
    'territory.boundary-projected',
    'territory.boundary-no-match',
    'territory.boundary-broken',
    'territory.boundary-too-large',
    'territory.season-day',
    'territory.season-pair',
    'territory.season-unknown',
    'territory.place-not-lived',
  ],
});
