// The door to opening hours: planned, served, lost.
export { hoursModule } from './module.ts';
export { setWeek } from './commands/set-week.ts';
export { addException, dropException } from './commands/exceptions.ts';
export { closeDay, openDay } from './commands/open-close.ts';
export { beat, beatIfNeeded, noticeGap } from './commands/beat.ts';
export {
  daysBehind,
  listExceptions,
  listGaps,
  listHours,
  listService,
  openState,
  planOfDay,
  plansOf,
  spansOfGaps,
  type OpenState,
  type Where,
} from './queries.ts';
export {
  addDays,
  daysOf,
  isPlanned,
  REASONS,
  serviceOf,
  shiftBetween,
  showIntervals,
  weekdayOf,
  type DayPlan,
  type DayService,
  type Gap,
} from './rules.ts';
