// Months, quarters and years as civil days of the programme's zone, and the dated cuts at which figures are fixed.

export const PERIOD_TYPES = ['month', 'quarter', 'year'] as const;
export type PeriodType = (typeof PERIOD_TYPES)[number];

/** Civil days (YYYY-MM-DD), both included. */
export interface ClosedPeriod {
  from: string;
  to: string;
}

const MONTHS: Record<PeriodType, number> = { month: 1, quarter: 3, year: 12 };

/** The period in which a day lies. Errors: RangeError for what is no date. */
export function periodOf(type: PeriodType, day: string): ClosedPeriod {
  const date = Temporal.PlainDate.from(day);
  const months = MONTHS[type];
  const first = date.with({ month: Math.floor((date.month - 1) / months) * months + 1, day: 1 });
  return { from: first.toString(), to: first.add({ months }).subtract({ days: 1 }).toString() };
}

export function nextDay(day: string): string {
  return Temporal.PlainDate.from(day).add({ days: 1 }).toString();
}

export function nextPeriod(type: PeriodType, period: ClosedPeriod): ClosedPeriod {
  return periodOf(type, nextDay(period.to));
}

/** The last period that is over on a day. */
export function lastEnded(type: PeriodType, today: string): ClosedPeriod {
  const { from } = periodOf(type, today);
  return periodOf(type, Temporal.PlainDate.from(from).subtract({ days: 1 }).toString());
}

/** The periods of one kind from the one of `from` to the one of `to`; at most 600. */
export function periodsBetween(type: PeriodType, from: string, to: string): ClosedPeriod[] {
  const periods: ClosedPeriod[] = [];
  for (let period = periodOf(type, from); period.from <= to && periods.length < 600; period = nextPeriod(type, period))
    periods.push(period);
  return periods;
}

/** Whether a day is the last one of a period: only then can it be a cut. */
export function isCut(type: PeriodType, day: string): boolean {
  return periodOf(type, day).to === day;
}

/**
 * Cuts that are due on a day: the ends of the periods that are over since the last cut, oldest first; without any cut yet the
 * last one that is over. A hub that stood still for months catches up; at most twelve at a time.
 */
export function cutsDue(type: PeriodType, lastCut: string | undefined, today: string): string[] {
  const newest = lastEnded(type, today);
  if (lastCut === undefined) return [newest.to];
  if (lastCut >= newest.to) return [];
  return periodsBetween(type, nextDay(lastCut), newest.to)
    .map((period) => period.to)
    .slice(0, 12);
}

/** First and last millisecond of civil days in a zone, for rows that carry an instant. */
export function instantsOf(period: { from: string | null; to: string }, zone: string): { from: number; to: number } {
  const start = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
  return { from: period.from === null ? 0 : start(period.from), to: start(nextDay(period.to)) - 1 };
}
