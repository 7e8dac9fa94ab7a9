// What an event may be and what may still be done with it. No I/O.

export const KINDS = ['workshop', 'assembly', 'hearing', 'fair', 'clinic', 'deadline'] as const;
export type Kind = (typeof KINDS)[number];

export type State = 'draft' | 'published' | 'cancelled';

/** As many as come: a quota that no hall reaches. */
export const UNLIMITED = 100_000;
/** Weeks of one row, so that a slip of the hand fills no year. */
export const MOST_WEEKS = 26;

export interface Times {
  day: string;
  lastDay: string;
  from: number | null;
  to: number | null;
}

/** A moment in the programme's zone. */
export interface Now {
  day: string;
  minute: number;
}

/** The field that does not fit and why; null when it can take place so. */
export function timesRefusal({ day, lastDay, from, to }: Times): { field: string; code: string } | null {
  if (lastDay < day) return { field: 'lastDay', code: 'events.ends-before' };
  if (from === null && to !== null) return { field: 'from', code: 'events.begin-needed' };
  if (from !== null && to !== null && day === lastDay && to <= from) return { field: 'to', code: 'events.ends-before' };
  return null;
}

const before = (a: Now, b: Now) => a.day < b.day || (a.day === b.day && a.minute < b.minute);

/** `ahead`, `now`, `over`: where an event stands in time. */
export function momentOf(times: Times, now: Now): 'ahead' | 'now' | 'over' {
  if (before(now, { day: times.day, minute: times.from ?? 0 })) return 'ahead';
  return before(now, { day: times.lastDay, minute: times.to ?? 1_440 }) ? 'now' : 'over';
}

/** Why nobody can register any more, a code; null while one can. */
export function registrationRefusal(
  event: Times & { state: State; closes: string | null; kind: string },
  now: Now,
): string | null {
  if (event.state === 'cancelled') return 'events.cancelled-already';
  if (event.state === 'draft') return 'events.not-found';
  if (event.kind === 'deadline') return 'events.no-registration';
  if (momentOf(event, now) === 'over') return 'events.over';
  return event.closes && now.day > event.closes ? 'events.closed' : null;
}

/** How many places the telecentre that plans an event gives by itself, also without a link. */
export const lentPlaces = ({ capacity, kept }: { capacity: number | null; kept: number | null }): number =>
  capacity === null || kept === null ? 0 : Math.max(0, capacity - kept);

/** What who comes must hear of: a change of one of these raises the sequence (RFC 5546, 2.1.4). */
export const TOLD = ['day', 'last_day', 'from_minute', 'to_minute', 'venue', 'state'] as const;

export const COUNT_SEXES = ['female', 'male'] as const;
export const COUNT_BANDS = ['0-14', '15-29', '30-64', '65+'] as const;

/** Cells of a list on paper: `female.15-29`. */
export const countCells = (): string[] => COUNT_SEXES.flatMap((sex) => COUNT_BANDS.map((band) => `${sex}.${band}`));

/** Days of a row of weeks. */
export function weeksFrom(day: string, weeks: number): string[] {
  const first = Date.parse(`${day}T00:00:00Z`);
  return Array.from({ length: weeks }, (_, at) => new Date(first + at * 7 * 86_400_000).toISOString().slice(0, 10));
}
