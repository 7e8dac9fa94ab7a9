// The door to the monthly statistics.
export { statisticsModule } from './module.ts';
export { openExact, recountAll } from './commands/commands.ts';
export { freshen, monthsOf, refresh, sitesOf, totalOf, type ScopeTotal } from './keeping.ts';
export { countToTell, reportOf, type Report, type ReportRow } from './report.ts';
export type { MonthCount } from './tally.ts';
export { csvOf, pdfOf, rowName, shownValue, xlsxOf, type FileHead } from './files.ts';
