// What computers and their sessions declare.
import { defineModule, local } from '#platform/manifest';
import { createStations } from './migrations/20261201-create-stations.ts';
import { guestPass, station, stationMessage, stationRule, stationSession, stationStep } from './tables.ts';

export const stationsModule = defineModule({
  name: 'stations',
  permissions: ['stations.run', 'stations.manage'],
  roles: [
    { role: 'operator', permissions: ['stations.run', 'stations.manage'] },
    { role: 'facilitator', permissions: ['stations.run'] },
    { role: 'coordinator', permissions: ['stations.manage'] },
  ],
  tables: [
    ...[station, stationSession, stationStep, stationRule, guestPass, stationMessage],
    ...[local('station_seat'), local('station_invite'), local('station_entry')],
  ],
  migrations: [createStations],
  refusals: [
    'stations.at-a-telecentre',
    'stations.not-found',
    'stations.out-of-service',
    'stations.taken',
    'stations.has-one',
    'stations.no-time-rule',
    'stations.no-time-day',
    'stations.no-time-booking',
    'stations.no-time-closing',
    'stations.session-not-found',
    'stations.over-already',
    'stations.no-cut',
    'stations.name-taken',
    'stations.why-needed',
    'stations.ages-turned',
    'stations.hours-turned',
    'stations.rule-not-found',
    'stations.pass-past',
    'stations.pass-unknown',
    'stations.pass-over',
    'stations.invite-wrong',
    'stations.no-kiosk',
    'stations.sign-in-first',
    'stations.too-early',
    'stations.extended-already',
  ],
});
