// The door to people: cards, consents, households, and what figures may know.
export { peopleModule } from './module.ts';
export { registerPerson, type Registered } from './commands/register-person.ts';
export { correctPerson } from './commands/correct-person.ts';
export { recordConsent } from './commands/record-consent.ts';
export { withdrawConsent } from './commands/withdraw-consent.ts';
export { decideDuplicate } from './commands/decide-duplicate.ts';
export { joinHousehold, leaveHousehold } from './commands/household.ts';
export { openCard, type OpenedCard } from './commands/open-card.ts';
export {
  findPerson,
  findPersonByCard,
  findPersonWithNames,
  findPeopleWithNames,
  findProbableDuplicates,
  searchPeople,
  PAGE,
  type PersonCard,
  type PersonWithNames,
  type SearchResult,
} from './queries.ts';
export { hasConsent, type ConsentEntry, type PersonDetail } from './private.ts';
export { consenting, personAliases, personCell, personFigures, PERSON_BREAKDOWNS } from './figures.ts';
export { intervals, probableSets } from './pairs.ts';
export { AGE_BANDS, ageBand, type AgeBand } from './rules.ts';
export { makeCard, readCard, showCard } from './card.ts';
export { ANSWERS, PURPOSES, PURPOSE_IDS, type Answer, type Purpose, type PurposeId } from './purposes.ts';
export { HOUSEHOLD_ROLES, PEOPLES, PERSON_LISTS, SEXES } from './lists.ts';
