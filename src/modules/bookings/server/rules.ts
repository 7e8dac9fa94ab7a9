// Whether a time is free and may be taken, and what a booking is by now. No I/O.

export interface Slot {
  /** Civil day. */
  day: string;
  /** Minutes of the day, the end excluded. */
  from: number;
  to: number;
}

export interface BookableRules {
  least: number;
  most: number;
  ahead: number;
  openEach: number;
  hold: number;
}

export const USUAL_RULES: BookableRules = { least: 15, most: 120, ahead: 30, openEach: 2, hold: 15 };

export type BookingState = 'ahead' | 'running' | 'arrived' | 'released' | 'over' | 'cancelled';

export interface Now {
  day: string;
  minute: number;
}

const before = (a: Now, b: Now): boolean => a.day < b.day || (a.day === b.day && a.minute < b.minute);

/**
 * What a booking is at a moment, from its steps (kinds in any order). Where nobody came within the hold it is released and the time is
 * free; who arrives later takes what is left when nobody else has it.
 */
export function stateOf(
  slot: Slot,
  kinds: readonly string[],
  rules: Pick<BookableRules, 'hold'>,
  now: Now,
): BookingState {
  if (kinds.includes('cancelled')) return 'cancelled';
  if (!before(now, { day: slot.day, minute: slot.to })) return 'over';
  if (kinds.includes('arrived')) return 'arrived';
  if (before(now, { day: slot.day, minute: slot.from })) return 'ahead';
  return before(now, { day: slot.day, minute: slot.from + rules.hold }) ? 'running' : 'released';
}

/** Whether a booking keeps others off its time. */
export const holds = (state: BookingState): boolean => state === 'ahead' || state === 'running' || state === 'arrived';

export const overlaps = (a: Slot, b: Slot): boolean => a.day === b.day && a.from < b.to && b.from < a.to;

/** Civil days: the first and, weekly, as many as asked for. */
export function weeksFrom(day: string, weeks: number): string[] {
  return Array.from({ length: weeks }, (_, at) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + at * 7 * 86_400_000).toISOString().slice(0, 10),
  );
}

export interface Wish extends Slot {
  /** Bookings of the same person that stand and are not over. */
  open: number;
}

/** Why a time cannot be taken, whatever others have; null when it can. `clockKnown` false: what is past is not known. */
export function wishRefusal(wish: Wish, rules: BookableRules, now: Now, clockKnown: boolean): string | null {
  const minutes = wish.to - wish.from;
  if (minutes <= 0 || wish.to > 1440 || wish.from < 0) return 'bookings.not-a-time';
  if (minutes < rules.least) return 'bookings.too-short';
  if (minutes > rules.most) return 'bookings.too-long';
  if (clockKnown && before({ day: wish.day, minute: wish.from }, now)) return 'bookings.past';
  const last = new Date(Date.parse(`${now.day}T00:00:00Z`) + rules.ahead * 86_400_000).toISOString().slice(0, 10);
  if (clockKnown && wish.day > last) return 'bookings.too-far';
  return wish.open >= rules.openEach ? 'bookings.too-many' : null;
}
