// What people declare: tables, permissions, refusals.
import { defineModule, local } from '#platform/manifest';
import { createPeople } from './migrations/20261124-create-people.ts';
import { comparePeople } from './migrations/20261127-compare-people.ts';
import { consent, household, householdMember, person, personDetail, personLink, personProfile } from './tables.ts';

const DESK = ['people.register', 'people.read', 'people.read-private', 'people.consent'];

export const peopleModule = defineModule({
  name: 'people',
  permissions: [...DESK, 'people.correct'],
  roles: [
    { role: 'operator', permissions: [...DESK, 'people.correct'] },
    { role: 'facilitator', permissions: DESK },
    { role: 'coordinator', permissions: [...DESK, 'people.correct'] },
  ],
  tables: [
    person,
    personDetail,
    household,
    householdMember,
    consent,
    personProfile,
    personLink,
    local('person_search'),
    local('person_block'),
    local('person_pair'),
    local('person_compare'),
    local('person_decision'),
    local('consent_state'),
    local('person_alias'),
    local('profile_state'),
  ],
  migrations: [createPeople, comparePeople],
  refusals: [
    'people.at-a-telecentre',
    'people.not-found',
    'people.card-unknown',
    'people.gone',
    'people.birth-needed',
    'people.born-in-the-future',
    'people.place-unknown',
    'people.card-consent-needed',
    'people.ethnicity-consent-needed',
    'people.guardian-needed',
    'people.child-yes-needed',
    'people.probable-duplicate',
    'people.changed-meanwhile',
    'people.nothing-to-withdraw',
    'people.expired-already',
    'people.with-herself',
  ],
});
