// Planned hours, hours served and hours lost by cause, from facts in whatever order they came. No I/O.

import { formatMinuteOfDay } from '#lib/format/index.ts';

export const REASONS = [
  'holiday',
  'no-power',
  'no-link',
  'no-staff',
  'weather',
  'repair',
  'assembly',
  'elsewhere',
  'other',
] as const;
export type Reason = (typeof REASONS)[number];

/** Minutes of the civil day, the end excluded. */
export interface Interval {
  opens: number;
  closes: number;
}
export interface WeekHours extends Interval {
  id: string;
  weekday: number;
  solar: boolean;
  from: string | null;
  to: string | null;
}
export interface Exception {
  id: string;
  day: string;
  closed: boolean;
  opens: number | null;
  closes: number | null;
  reason: string;
  note: string | null;
}
export interface DayPlan {
  day: string;
  /** What the week says, holidays taken off. */
  usual: (Interval & { solar: boolean })[];
  /** What holds on this day. */
  planned: (Interval & { solar: boolean })[];
  exception: Exception | null;
  /** Name of the holiday. */
  holiday: string | null;
}
export interface ServiceStep {
  step: string;
  day: string;
  /** Milliseconds UTC. */
  at: number;
  reason: string | null;
  /** Stamp of the fact: the order in which they happened, whatever the clock did. */
  stamp: number;
}
export interface Gap {
  cause: string;
  from: number;
  to: number;
  station: string | null;
  stamp: number;
}

const DAY = 86_400_000;

/** 1 Monday … 7 Sunday. */
export function weekdayOf(day: string): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** Days of a month `YYYY-MM`. */
export function daysOf(month: string): string[] {
  const days: string[] = [];
  for (let day = `${month}-01`; day.startsWith(month); day = addDays(day, 1)) days.push(day);
  return days;
}

/** `8:00-12:30, 14:00-18:00` as intervals in order; null when it is not that. Empty = closed. */
export function readIntervals(typed: string): Interval[] | null {
  const out: Interval[] = [];
  for (const part of typed.split(/[,;y]+/)) {
    if (!part.trim()) continue;
    const match = /^\s*(\d{1,2})(?:[:.h](\d{2}))?\s*(?:-|–|a)\s*(\d{1,2})(?:[:.h](\d{2}))?\s*$/.exec(part);
    if (!match) return null;
    const [, h1 = '', m1 = '0', h2 = '', m2 = '0'] = match;
    const interval = { opens: Number(h1) * 60 + Number(m1), closes: Number(h2) * 60 + Number(m2) };
    if (Number(m1) > 59 || Number(m2) > 59 || interval.closes > 1440 || interval.opens >= interval.closes) return null;
    out.push(interval);
  }
  out.sort((a, b) => a.opens - b.opens);
  return out.some((one, at) => at > 0 && one.opens < (out[at - 1]?.closes ?? 0)) ? null : out;
}

export const showIntervals = (intervals: readonly Interval[]): string =>
  intervals.map(({ opens, closes }) => `${formatMinuteOfDay(opens)}-${formatMinuteOfDay(closes)}`).join(', ');

/** What holds on a day. A dated exception goes before a holiday: whoever writes it knows both. */
export function planOf(
  day: string,
  week: readonly WeekHours[],
  exceptions: readonly Exception[],
  holiday: string | null,
): DayPlan {
  const weekday = weekdayOf(day);
  const regular = week
    .filter((one) => one.weekday === weekday && (!one.from || one.from <= day) && (!one.to || day <= one.to))
    .toSorted((a, b) => a.opens - b.opens)
    .map(({ opens, closes, solar }) => ({ opens, closes, solar }));
  const usual = holiday ? [] : regular;
  const exception = exceptions.findLast((one) => one.day === day) ?? null;
  const planned = !exception
    ? usual
    : exception.closed
      ? []
      : [{ opens: exception.opens ?? 0, closes: exception.closes ?? 0, solar: false }];
  return { day, usual, planned, exception, holiday };
}

export const isPlanned = (plan: DayPlan, minute: number): boolean =>
  plan.planned.some(({ opens, closes }) => opens <= minute && minute < closes);

/** Whether the telecentre is open: what was last said of it today. */
export function openedNow(steps: readonly ServiceStep[], today: string): ServiceStep | null {
  const last = steps
    .filter((one) => one.day === today)
    .toSorted((a, b) => a.stamp - b.stamp)
    .at(-1);
  return last?.step === 'opened' ? last : null;
}

export interface DayService {
  planned: number;
  served: number;
  /** Minutes by cause: a reason, `stopped`, `not-closed`, `unknown`. */
  lost: Record<string, number>;
}

/**
 * Minutes planned, served and lost of a day that is over. `minuteOf` gives the minute of the day of an instant (below 0 and above 1440 for
 * other days). Where nobody wrote that it closed, it is taken to have closed at the planned end.
 */
export function serviceOf(
  plan: DayPlan,
  steps: readonly ServiceStep[],
  gaps: readonly Gap[],
  minuteOf: (instant: number) => number,
): DayService {
  const cause = new Array<string | null>(1440).fill('unknown');
  const own = steps.filter((one) => one.day === plan.day).toSorted((a, b) => a.stamp - b.stamp);
  const end = Math.max(0, ...plan.planned.map(({ closes }) => closes));
  const fill = (from: number, to: number, value: string | null, only?: (known: string | null) => boolean) => {
    for (let minute = Math.max(0, from); minute < Math.min(1440, to); minute++)
      if (!only || only(cause[minute] ?? null)) cause[minute] = value;
  };
  if (plan.exception) fill(0, 1440, plan.exception.reason);
  let since: number | null = null;
  for (const { step, at, reason } of own) {
    const minute = Math.floor(minuteOf(at));
    if (step === 'opened') since ??= minute;
    else {
      if (since !== null) fill(since, minute, null);
      since = null;
      fill(minute, 1440, reason ?? 'unknown', (known) => known !== null);
    }
  }
  if (since !== null) fill(since, Math.max(end, since), null);
  for (const gap of gaps)
    if (!gap.station && gap.to > gap.from && gap.cause === 'stopped')
      fill(Math.floor(minuteOf(gap.from)), Math.ceil(minuteOf(gap.to)), 'stopped');
  const lost: Record<string, number> = {};
  let planned = 0;
  let served = 0;
  const wanted = plan.exception?.reason === 'holiday' ? [] : plan.usual;
  for (let minute = 0; minute < 1440; minute++) {
    const known = cause[minute] ?? null;
    if (known === null) served++;
    if (!wanted.some(({ opens, closes }) => opens <= minute && minute < closes)) continue;
    planned++;
    if (known !== null) lost[known] = (lost[known] ?? 0) + 1;
  }
  return { planned, served, lost };
}

/** Milliseconds that the clock went on without service, among the gaps stamped after `after` and up to `until`. */
export function shiftBetween(
  gaps: readonly Gap[],
  after: number,
  until: number = Number.POSITIVE_INFINITY,
  station?: string,
): number {
  return gaps
    .filter((gap) => gap.stamp > after && gap.stamp <= until && (gap.station === null || gap.station === station))
    .reduce((sum, gap) => sum + gap.to - gap.from, 0);
}

export interface Beat {
  wall: number;
  /** Milliseconds that only grow while the same process runs, from its start. */
  steady: number;
  /** Names the run of the program. */
  boot: string;
}

/** Less than this is no gap: a beat that came late. */
export const LEAST_GAP = 60_000;

/** What lies between two beats beside the time that really went by; null where that is nothing. */
export function gapBetween(before: Beat, now: Beat): { cause: 'stopped' | 'clock'; from: number; to: number } | null {
  const same = before.boot === now.boot;
  const elapsed = same ? now.steady - before.steady : now.steady;
  const to = now.wall - elapsed;
  if (Math.abs(to - before.wall) < LEAST_GAP) return null;
  return { cause: same ? 'clock' : 'stopped', from: before.wall, to };
}
