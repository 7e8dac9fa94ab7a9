// When a telecentre means to be open, when it was, and what it lost: written by that telecentre alone, read by all.
// A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One interval of one weekday, `t/<site>`. */
interface OpeningHoursRow extends EngineColumns {
  partition: string;
  id: string;
  /** 1 Monday … 7 Sunday (ISO 8601). */
  weekday: number | null;
  /** Minutes of the civil day. */
  opens: number | null;
  closes: number | null;
  /** Only as long as the sun feeds the batteries. */
  solar: boolean | null;
  /** First and last civil day, inclusive. */
  valid_from: string | null;
  valid_to: string | null;
  meta: string | null;
}

/** A day that is not like its weekday, `t/<site>`. */
interface HoursExceptionRow extends EngineColumns {
  partition: string;
  id: string;
  day: string | null;
  closed: boolean | null;
  opens: number | null;
  closes: number | null;
  /** See REASONS. */
  reason: string | null;
  note: string | null;
  /** Taken back. */
  dropped: boolean | null;
  meta: string | null;
}

/** The telecentre opened or closed, `t/<site>`. */
interface ServiceDayRow extends EngineColumns {
  partition: string;
  id: string;
  /** `opened` or `closed`. */
  step: string | null;
  day: string | null;
  /** Milliseconds UTC of this machine's clock. */
  at: number | null;
  /** Of a closing before its hour. */
  reason: string | null;
}

/**
 * Time in which nothing was served though the clock went on, `t/<site>`: `to_at - from_at` milliseconds, negative where the clock was set
 * back. What a person was given is longer by it.
 */
interface ServiceGapRow extends EngineColumns {
  partition: string;
  id: string;
  /** `stopped` (power cut or switched off), `clock` (it jumped, or the machine slept), `station` (one computer did not answer). */
  cause: string | null;
  from_at: number | null;
  to_at: number | null;
  /** Of one computer; empty = the whole telecentre. */
  station: string | null;
}

declare module '#platform/db' {
  interface Tables {
    opening_hours: OpeningHoursRow;
    hours_exception: HoursExceptionRow;
    service_day: ServiceDayRow;
    service_gap: ServiceGapRow;
    /** Local: when this telecentre last knew that it was working. */
    heartbeat: { name: string; wall: number; steady: number; boot: string };
  }
}

export const openingHours = replicated({
  number: 80,
  name: 'opening_hours',
  class: 'owned',
  partitions: ['site'],
  columns: {
    weekday: { n: 1, type: 'integer' },
    opens: { n: 2, type: 'integer' },
    closes: { n: 3, type: 'integer' },
    solar: { n: 4, type: 'boolean' },
    valid_from: { n: 5, type: 'date' },
    valid_to: { n: 6, type: 'date' },
  },
});

export const hoursException = replicated({
  number: 81,
  name: 'hours_exception',
  class: 'owned',
  partitions: ['site'],
  columns: {
    day: { n: 1, type: 'date' },
    closed: { n: 2, type: 'boolean' },
    opens: { n: 3, type: 'integer' },
    closes: { n: 4, type: 'integer' },
    reason: { n: 5, type: 'text' },
    note: { n: 6, type: 'text' },
    dropped: { n: 7, type: 'boolean' },
  },
});

export const serviceDay = replicated({
  number: 82,
  name: 'service_day',
  class: 'fact',
  partitions: ['site'],
  columns: {
    step: { n: 1, type: 'text' },
    day: { n: 2, type: 'date' },
    at: { n: 3, type: 'instant' },
    reason: { n: 4, type: 'text' },
  },
});

export const serviceGap = replicated({
  number: 83,
  name: 'service_gap',
  class: 'fact',
  partitions: ['site'],
  columns: {
    cause: { n: 1, type: 'text' },
    from_at: { n: 2, type: 'instant' },
    to_at: { n: 3, type: 'instant' },
    station: { n: 4, type: 'id' },
  },
});
