// The hybrid clock: wall time that never runs backwards here, and an honest word about how far it can be trusted.
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';

/** synced: checked against a time source · estimated: plausible, unchecked · unknown: a board without a battery clock. */
export type ClockState = 'synced' | 'estimated' | 'unknown';

export interface Clock {
  /** Wall time, integer milliseconds UTC. */
  now(): number;
  state(): ClockState;
  /** This run of the program and the milliseconds it has lasted, whatever was done to the wall clock. */
  running(): { run: string; for: number };
  /** Hybrid stamp: wall time, or one more than the last stamp when the wall clock stands still or went back. */
  stamp(): number;
  /**
   * The hub's signed word on the time, right within `bound` milliseconds. It counts where no time source disciplines this machine's clock, and
   * replaces that clock where the two differ by more; it goes on with the steady clock of the machine, so setting the other changes nothing.
   */
  told(time: number, bound: number): void;
  /** This machine's own clock is wrong and is not followed: what judges by it, such as TLS, must be given `now`. */
  isCorrected(): boolean;
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
  /** Milliseconds that only grow, from wherever. */
  steady?: () => number;
  /** Highest stamp that the log holds, so that a clock set back is noticed at the start. */
  last?: number;
}

/** A cheap quartz is off by seconds in a day; after that it is an estimate again. */
const WORD_HOLDS = 86_400_000;
/** A word that took longer is no check. */
const BOUND = 60_000;

export function createClock(options: ClockOptions = {}): Clock {
  const wall = options.now ?? Date.now;
  const steady = options.steady ?? (() => performance.now());
  const disciplined = options.disciplined ?? (() => existsSync(SYNC_MARK));
  const run = randomBytes(9).toString('base64url');
  const began = options.steady ? steady() : 0; // the process's own clock began with it
  let last = options.last ?? 0;
  let word: { time: number; at: number; bound: number } | undefined;
  /** By the hub's word, where the wall clock is off by more than that may be. */
  const corrected = (): number | undefined => {
    if (!word || disciplined()) return undefined;
    const time = Math.round(word.time + steady() - word.at);
    return Math.abs(time - wall()) > word.bound + BOUND ? time : undefined;
  };
  const now = () => corrected() ?? wall();
  return {
    now,
    told(time, bound) {
      if (time >= PROGRAM_EPOCH) word = { time, at: steady(), bound };
    },
    running: () => ({ run, for: Math.round(steady() - began) }),
    isCorrected: () => corrected() !== undefined,
    state() {
      const time = now();
      if (time < PROGRAM_EPOCH || time < last - 86_400_000) return 'unknown';
      const checked = word && word.bound <= BOUND && steady() - word.at < WORD_HOLDS;
      return disciplined() || checked ? 'synced' : 'estimated';
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
