// The door to people: cards, consents, households, and what figures may know.
export { peopleModule } from './module.ts';
export { registerPerson, type Registered } from './commands/register-person.ts';
export { correctPerson } from './commands/correct-person.ts';
export { OTHER, settlePerson, THIRD_VALUES } from './commands/settle-person.ts';
export { recordConsent } from './commands/record-consent.ts';
export { withdrawConsent } from './commands/withdraw-consent.ts';
export { decideDuplicate } from './commands/decide-duplicate.ts';
export { openPair, type OpenedPair, type OpenedSide } from './commands/open-pair.ts';
export { joinHousehold, leaveHousehold } from './commands/household.ts';
export { openCard } from './commands/open-card.ts';
export {
  findPerson,
  findPersonByCard,
  findPersonWithNames,
  findPeopleWithNames,
  findProbableDuplicates,
  searchPeople,
  type PersonCard,
  type PersonWithNames,
  type ProbableDuplicate,
} from './queries.ts';
export { countWaitingPairs, listDecidedPairs, listWaitingPairs, MOST_WAITING } from './duplicates.ts';
export { bandOf, type Likeness } from './similarity.ts';
export { countConflicts, findConflicts, listConflicts, valueName } from './conflicts.ts';
export { hasConsent } from './private.ts';
export {
  consenting,
  consentsEnd,
  joinedWith,
  peopleBehind,
  personAliases,
  personCell,
  personFigures,
  PERSON_BREAKDOWNS,
} from './figures.ts';
export { intervals, probableSets } from './pairs.ts';
export { makeCard, readCard, showCard } from './card.ts';
export { AGE_BANDS } from './rules.ts';
export { HOUSEHOLD_ROLES, PERSON_LISTS } from './lists.ts';
