// The door to formats: dates, numbers, money, sizes and ids in the reader's language. Safe for browsers.
export {
  civilDateOf,
  daysUntil,
  formatDate,
  formatDateWithDistance,
  formatDistance,
  formatDuration,
  formatInstant,
  formatMinuteOfDay,
  formatMonth,
  formatPeriod,
  formatTime,
  programmeZone,
  setProgrammeZone,
  type DateStyle,
} from './dates.ts';
export { formatBytes, formatId, formatMoney, formatNumber, formatPercent } from './numbers.ts';
