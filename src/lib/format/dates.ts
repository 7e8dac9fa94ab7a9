// Dates as people read them: with the day's name and how far away it is; instants on the programme's clock, civil dates as they are.
import { formatLocale } from '../text/index.ts';

let zone = 'America/Lima';

/** The programme's zone, set once at the start; every instant is shown on its clock. */
export function setProgrammeZone(name: string): void {
  zone = name;
}
export function programmeZone(): string {
  return zone;
}

/** Narrow spaces that old phones have no glyph for become ordinary unbreakable ones. */
export function tidy(text: string): string {
  return text.replace(/[\u2009\u202f]/g, '\u00a0');
}

const DAY = 86_400_000;

/** Midnight UTC of a civil date, for counting days; NaN for what is no date. */
function at(civil: string): number {
  return /^\d{4}-\d{2}-\d{2}$/.test(civil) ? Date.parse(`${civil}T00:00:00Z`) : Number.NaN;
}

const kept = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = kept.get(key) ?? new Intl.DateTimeFormat(locale, options);
  kept.set(key, known);
  return known;
}

/**
 * full: lunes, 24 de noviembre de 2026 · day: lunes, 24 de noviembre · long: 24 de noviembre de 2026 ·
 * short: 24 nov. 2026 · month: noviembre de 2026
 */
export type DateStyle = 'full' | 'day' | 'long' | 'short' | 'month';

const STYLES: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  long: { day: 'numeric', month: 'long', year: 'numeric' },
  short: { day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'long', year: 'numeric' },
};

/** A civil date (YYYY-MM-DD). What is no date is shown as it is. */
export function formatDate(language: string, civil: string, style: DateStyle = 'full'): string {
  const instant = at(civil);
  if (Number.isNaN(instant)) return civil;
  return tidy(formatter(formatLocale(language), { ...STYLES[style], timeZone: 'UTC' }).format(instant));
}

/** Whole days from `today` to `civil`; negative = past. */
export function daysUntil(civil: string, today: string): number {
  return Math.round((at(civil) - at(today)) / DAY);
}

/** How far away a day is: hoy, mañana, dentro de 3 días, hace 2 semanas. */
export function formatDistance(language: string, civil: string, today: string): string {
  const days = daysUntil(civil, today);
  if (Number.isNaN(days)) return civil;
  const far = Math.abs(days);
  const [amount, unit]: [number, Intl.RelativeTimeFormatUnit] =
    far < 14
      ? [days, 'day']
      : far < 60
        ? [Math.trunc(days / 7), 'week']
        : far < 730
          ? [Math.trunc(days / 30.44), 'month']
          : [Math.trunc(days / 365.25), 'year'];
  return tidy(new Intl.RelativeTimeFormat(formatLocale(language), { numeric: 'auto' }).format(amount, unit));
}

/** `viernes, 27 de noviembre (dentro de 3 días)`; the year is said when it is another one. */
export function formatDateWithDistance(language: string, civil: string, today: string): string {
  if (Number.isNaN(at(civil))) return civil;
  const style = civil.slice(0, 4) === today.slice(0, 4) ? 'day' : 'full';
  return `${formatDate(language, civil, style)} (${formatDistance(language, civil, today)})`;
}

/** The civil date of an instant on the programme's clock. */
export function civilDateOf(instant: number): string {
  // en-CA writes year-month-day
  return formatter('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(instant);
}

/** The hour of an instant on the programme's clock: 7:05 p. m. */
export function formatTime(language: string, instant: number): string {
  return tidy(
    formatter(formatLocale(language), { hour: 'numeric', minute: '2-digit', timeZone: zone }).format(instant),
  );
}

/** An instant, milliseconds UTC, as day and hour on the programme's clock. */
export function formatInstant(language: string, instant: number, style: DateStyle = 'long'): string {
  const options = { ...STYLES[style], hour: 'numeric', minute: '2-digit', timeZone: zone } as const;
  return tidy(formatter(formatLocale(language), options).format(instant));
}

/** A period of civil days, both included: a month or a year by its name, anything else from day to day. */
export function formatPeriod(language: string, from: string, to: string): string {
  const [first, last] = [at(from), at(to)];
  if (Number.isNaN(first) || Number.isNaN(last)) return `${from} – ${to}`;
  if (from.endsWith('-01-01') && to === `${from.slice(0, 4)}-12-31`) return from.slice(0, 4);
  const nextDay = new Date(last + DAY).toISOString().slice(0, 10);
  if (from.endsWith('-01') && nextDay.endsWith('-01') && from.slice(0, 7) === to.slice(0, 7))
    return formatDate(language, from, 'month');
  const options = { ...STYLES.long, timeZone: 'UTC' } as const;
  return tidy(formatter(formatLocale(language), options).formatRange(first, last));
}

/** How long something takes: 9 minutos; 2 horas y 5 minutos; 3 días. The two largest units, never seconds beside hours. */
export function formatDuration(language: string, milliseconds: number): string {
  const locale = formatLocale(language);
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const named = (value: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
  if (seconds < 60) return tidy(named(seconds, 'second'));
  const minutes = Math.round(seconds / 60);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts =
    days > 0
      ? [named(days, 'day'), ...(hours > 0 ? [named(hours, 'hour')] : [])]
      : hours > 0
        ? [named(hours, 'hour'), ...(rest > 0 ? [named(rest, 'minute')] : [])]
        : [named(minutes, 'minute')];
  return tidy(new Intl.ListFormat(locale, { type: 'conjunction', style: 'long' }).format(parts));
}

/** A month `YYYY-MM` in words: «noviembre de 2026». */
export function formatMonth(language: string, month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return formatPeriod(language, `${month}-01`, last);
}

/** Minutes of the civil day as people say them: `8:05`, `24:00`. */
export function formatMinuteOfDay(minutes: number): string {
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
}
