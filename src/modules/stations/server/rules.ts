// How much time of a session is used and left, computed from facts: neither a power cut nor a clock that jumps takes any of it. No I/O.
import { shiftBetween, type Gap } from '#modules/hours';

export const KINDS = ['desktop', 'laptop', 'tablet', 'terminal'] as const;
export const END_REASONS = ['desk', 'signed-out', 'left-at-cut'] as const;

export interface SessionStep {
  kind: string;
  at: number;
  minutes: number;
  reason: string | null;
  /** Stamp of the fact: the order in which they happened, whatever the clock did. */
  stamp: number;
}
export interface Session {
  id: string;
  station: string;
  /** Milliseconds of the telecentre's clock. */
  startedAt: number;
  minutes: number;
  stamp: number;
  steps: readonly SessionStep[];
}
export interface Moment {
  /** Milliseconds of the telecentre's clock. */
  wall: number;
  /** No fact up to now has a later stamp. */
  stamp: number;
}

export interface Time {
  /** Milliseconds: given, used (at most what was given), left. */
  given: number;
  used: number;
  left: number;
  /** Given back for cuts and clocks while it ran. */
  credited: number;
  running: boolean;
  /** Wall time at which it will be over, or was. */
  endsAt: number;
}

const MINUTE = 60_000;
/** After a longer power cut nobody sits there any more: it ends the session, and what was not used is not counted. */
const LONGEST_CUT = 2 * 3_600_000;

/**
 * Real time of a session: what the clock says went by, without the gaps that were written down meanwhile (of the telecentre, or of its
 * own computer). Gaps are signed, so a clock that was set is as harmless as a cut.
 */
export function timeOf(session: Session, gaps: readonly Gap[], now: Moment): Time {
  const steps = session.steps.toSorted((a, b) => a.stamp - b.stamp);
  const end = steps.find((step) => step.kind === 'ended');
  const told = end ? { wall: end.at, stamp: end.stamp } : now;
  const long = gaps
    .filter((gap) => gap.station === null && gap.stamp > session.stamp && gap.stamp < told.stamp)
    .filter((gap) => gap.cause === 'stopped' && gap.to - gap.from > LONGEST_CUT)
    .toSorted((a, b) => a.stamp - b.stamp)[0];
  // its length is taken off again, so this ends the session where the cut began
  const until = long ? { wall: long.to, stamp: long.stamp } : told;
  const over = long !== undefined || end !== undefined;
  const extended = steps
    .filter((step) => step.kind === 'extended' && (!over || step.stamp < until.stamp))
    .reduce((sum, step) => sum + step.minutes, 0);
  const given = (session.minutes + extended) * MINUTE;
  const credited = shiftBetween(gaps, session.stamp, until.stamp, session.station);
  const elapsed = Math.max(0, until.wall - session.startedAt - credited);
  const used = Math.min(given, elapsed);
  const left = given - used;
  const running = !over && left > 0;
  return { given, used, left, credited, running, endsAt: running ? now.wall + left : until.wall - (elapsed - used) };
}

export interface Rule {
  name: string;
  ageFrom: number | null;
  ageTo: number | null;
  fromMinute: number | null;
  toMinute: number | null;
  sessionMinutes: number;
  dayMinutes: number;
  extensionMinutes: number;
}

/** Where nobody wrote a rule. */
export const USUAL: Rule = {
  ...{ name: '', ageFrom: null, ageTo: null, fromMinute: null, toMinute: null },
  ...{ sessionMinutes: 45, dayMinutes: 120, extensionMinutes: 15 },
};

/** Years of whoever has no card, as far as it can be seen. */
export function ageSeen(category: string | null): number | null {
  return category === 'girl' || category === 'boy' ? 12 : category === 'woman' || category === 'man' ? 30 : null;
}

/** The rule for an age (null = not known) at a minute of the day: of those that hold the one that gives least. */
export function ruleFor(rules: readonly Rule[], age: number | null, minute: number): Rule {
  const holding = rules.filter(
    (rule) =>
      (age === null
        ? rule.ageFrom === null && rule.ageTo === null
        : (rule.ageFrom ?? 0) <= age && age <= (rule.ageTo ?? 200)) &&
      (rule.fromMinute ?? 0) <= minute &&
      minute < (rule.toMinute ?? 1440),
  );
  return holding.toSorted((a, b) => a.sessionMinutes - b.sessionMinutes || a.dayMinutes - b.dayMinutes)[0] ?? USUAL;
}

export interface Allowance {
  /** Minutes that may be given now; 0 = none, and `why` says it. */
  minutes: number;
  why: 'rule' | 'day' | 'booking' | 'closing';
}

/** What may be given: by the rule, what is left of the day's time, and the time until the computer is booked or the telecentre closes. */
export function allowanceOf(
  rule: Pick<Rule, 'sessionMinutes' | 'dayMinutes'>,
  usedToday: number,
  untilBooking: number | null,
  untilClosing: number | null,
): Allowance {
  const parts: Allowance[] = [
    { minutes: rule.sessionMinutes, why: 'rule' },
    { minutes: Math.floor(rule.dayMinutes - usedToday / MINUTE), why: 'day' },
    ...(untilBooking === null ? [] : [{ minutes: untilBooking, why: 'booking' as const }]),
    ...(untilClosing === null ? [] : [{ minutes: untilClosing, why: 'closing' as const }]),
  ];
  const least = parts.reduce((one, other) => (other.minutes < one.minutes ? other : one));
  return { ...least, minutes: Math.max(0, least.minutes) };
}
