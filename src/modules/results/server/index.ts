// The door to results: what was published, and the way from a number to its records and acts.
export { resultsModule } from './module.ts';
export { indicatorsOf, publishCut } from './cuts.ts';
export {
  headline,
  lastCut,
  listMonths,
  listSince,
  versionsOfMonth,
  type Headline,
  type MonthPublication,
  type SincePublication,
} from './queries.ts';
export { lastEnded, nextPeriod, periodOf, PERIOD_TYPES } from './periods.ts';
export { decideTable, RULE, type PublishedCell, type PublishedTable } from './suppression.ts';
export { liveFigures, openRecord, openRecords, type OpenedRecord } from './walk.ts';
