// The door to visits: registering, correcting and reading them.
export { visitsModule } from './module.ts';
export { registerVisit, type RegisteredVisit } from './commands/register-visit.ts';
export { assistProcedure } from './commands/assist-procedure.ts';
export { correctVisit, voidVisit } from './commands/correct-visit.ts';
export {
  countDay,
  findVisit,
  listOwnVisits,
  listVisitsOfDay,
  listVisitsOfPerson,
  usualProcedures,
  visitOfToday,
  type DayCounts,
  type VisitEntry,
} from './queries.ts';
export {
  attentionsOfMonth,
  countPeopleOfMonth,
  daysOfVisitors,
  daysOfVisits,
  monthsWithVisits,
  visitorsOfMonth,
  visitsBehind,
  type DayThere,
} from './months.ts';
export { visitCode, visitOfCode } from './code.ts';
export {
  CATEGORIES,
  CONSENTS,
  INSTITUTIONS,
  INTERNET_USES,
  OUTCOMES,
  PURPOSES,
  TRAINERS,
  VOID_REASONS,
  type VisitPurpose,
} from './lists.ts';
export { visitPurposes, visitsHere, writeVisit, type VisitInput } from './writing.ts';
