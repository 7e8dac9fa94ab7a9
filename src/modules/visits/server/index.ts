// The door to visits: registering, correcting and reading them.
export { visitsModule } from './module.ts';
export { registerVisit, type RegisteredVisit } from './commands/register-visit.ts';
export { correctVisit, voidVisit } from './commands/correct-visit.ts';
export {
  countDay,
  findVisit,
  listVisitsOfDay,
  listVisitsOfPerson,
  type DayCounts,
  type VisitEntry,
} from './queries.ts';
export { visitCode, visitOfCode } from './code.ts';
export { CATEGORIES, INSTITUTIONS, OUTCOMES, PURPOSES, VOID_REASONS } from './lists.ts';
