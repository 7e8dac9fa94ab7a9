// The hybrid clock: wall time that never runs backwards here, and an honest word about how far it can be trusted.
import { existsSync } from 'node:fs';

/** synced: checked against a time source · estimated: plausible, unchecked · unknown: a board without a battery clock. */
export type ClockState = 'synced' | 'estimated' | 'unknown';

export interface Clock {
  /** Wall time, integer milliseconds UTC. */
  now(): number;
  state(): ClockState;
  /** Hybrid stamp: wall time, or one more than the last stamp when the wall clock stands still or went back. */
  stamp(): number;
  /** A stamp seen in received work. Only a synced clock moves another's (a board that woke in 2079 must not drag us along). */
  observe(stamp: number, state: ClockState): void;
}

/** No record of this program can be older: the day its first migration was written. */
export const PROGRAM_EPOCH = Date.UTC(2026, 10, 1);

/** `timesyncd` leaves this file once the clock was set from a time server. */
const SYNC_MARK = '/run/systemd/timesync/synchronized';

export interface ClockOptions {
  now?: () => number;
  /** Whether the machine's clock is disciplined; a hub in a data centre says true. */
  disciplined?: () => boolean;
  /** Highest stamp that the log holds, so that a clock set back is noticed at the start. */
  last?: number;
}

export function createClock(options: ClockOptions = {}): Clock {
  const now = options.now ?? Date.now;
  const disciplined = options.disciplined ?? (() => existsSync(SYNC_MARK));
  let last = options.last ?? 0;
  return {
    now,
    state() {
      const wall = now();
      if (wall < PROGRAM_EPOCH || wall < last - 86_400_000) return 'unknown';
      return disciplined() ? 'synced' : 'estimated';
    },
    stamp() {
      last = Math.max(now(), last + 1);
      return last;
    },
    observe(stamp, state) {
      if (state === 'synced' && stamp > last) last = stamp;
    },
  };
}

/** The civil date (YYYY-MM-DD) of an instant in a zone; the programme's zone is a setting. */
export function civilDate(instant: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).toPlainDate().toString();
}
