// What can be booked at a telecentre, by whom it is, and what was asked for from elsewhere.
// A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** A computer or a room that can be booked, with its rules, `t/<site>`. */
interface BookableRow extends EngineColumns {
  partition: string;
  id: string;
  /** `station` or `room`. */
  kind: string | null;
  /** Of a computer: its record. */
  ref: string | null;
  name: string | null;
  /** People it takes. */
  seats: number | null;
  /** Minutes of one booking. */
  least: number | null;
  most: number | null;
  /** Days ahead that it can be booked. */
  ahead: number | null;
  /** Bookings that one person may have open at once. */
  open_each: number | null;
  /** Minutes after the start at which it is free again where nobody came. */
  hold: number | null;
  retired: boolean | null;
  meta: string | null;
}

/** One booking, `t/<site>`. */
interface BookingRow extends EngineColumns {
  partition: string;
  id: string;
  bookable: string | null;
  person: string | null;
  /** Who it is for where it is no registered person: an organisation, a course. */
  group_name: string | null;
  /** Civil day and minutes of it, as people said it. */
  day: string | null;
  from_minute: number | null;
  to_minute: number | null;
  /** First booking of the same row of weeks. */
  series: string | null;
  /** The request from elsewhere that it answers. */
  request: string | null;
  note: string | null;
}

/** What became of a booking, `t/<site>`: `cancelled`, `arrived`. */
interface BookingStepRow extends EngineColumns {
  partition: string;
  id: string;
  booking: string | null;
  kind: string | null;
  at: number | null;
  reason: string | null;
}

/** Somebody elsewhere asks a telecentre for a booking, `d/<district of the telecentre>`. */
interface BookingRequestRow extends EngineColumns {
  partition: string;
  id: string;
  /** Record of the telecentre that is asked. */
  site: string | null;
  bookable: string | null;
  person: string | null;
  group_name: string | null;
  day: string | null;
  from_minute: number | null;
  to_minute: number | null;
  note: string | null;
}

/** The home telecentre's answer, `d/<district>`. */
interface BookingAnswerRow extends EngineColumns {
  partition: string;
  id: string;
  request: string | null;
  /** `confirmed` or `refused`. */
  decision: string | null;
  booking: string | null;
  reason: string | null;
}

declare module '#platform/db' {
  interface Tables {
    bookable: BookableRow;
    booking: BookingRow;
    booking_step: BookingStepRow;
    booking_request: BookingRequestRow;
    booking_answer: BookingAnswerRow;
  }
}

export const bookable = replicated({
  number: 70,
  name: 'bookable',
  class: 'owned',
  partitions: ['site'],
  columns: {
    kind: { n: 1, type: 'text' },
    ref: { n: 2, type: 'id' },
    name: { n: 3, type: 'text' },
    seats: { n: 4, type: 'integer' },
    least: { n: 5, type: 'integer' },
    most: { n: 6, type: 'integer' },
    ahead: { n: 7, type: 'integer' },
    open_each: { n: 8, type: 'integer' },
    hold: { n: 9, type: 'integer' },
    retired: { n: 10, type: 'boolean' },
  },
});

export const booking = replicated({
  number: 71,
  name: 'booking',
  class: 'fact',
  partitions: ['site'],
  columns: {
    bookable: { n: 1, type: 'id' },
    person: { n: 2, type: 'id' },
    group_name: { n: 3, type: 'text' },
    day: { n: 4, type: 'date' },
    from_minute: { n: 5, type: 'integer' },
    to_minute: { n: 6, type: 'integer' },
    series: { n: 7, type: 'id' },
    request: { n: 8, type: 'id' },
    note: { n: 9, type: 'text' },
  },
});

export const bookingStep = replicated({
  number: 72,
  name: 'booking_step',
  class: 'fact',
  partitions: ['site'],
  columns: {
    booking: { n: 1, type: 'id' },
    kind: { n: 2, type: 'text' },
    at: { n: 3, type: 'instant' },
    reason: { n: 4, type: 'text' },
  },
});

export const bookingRequest = replicated({
  number: 73,
  name: 'booking_request',
  class: 'fact',
  partitions: ['district'],
  columns: {
    site: { n: 1, type: 'id' },
    bookable: { n: 2, type: 'id' },
    person: { n: 3, type: 'id' },
    group_name: { n: 4, type: 'text' },
    day: { n: 5, type: 'date' },
    from_minute: { n: 6, type: 'integer' },
    to_minute: { n: 7, type: 'integer' },
    note: { n: 8, type: 'text' },
  },
});

export const bookingAnswer = replicated({
  number: 74,
  name: 'booking_answer',
  class: 'fact',
  partitions: ['district'],
  columns: {
    request: { n: 1, type: 'id' },
    decision: { n: 2, type: 'text' },
    booking: { n: 3, type: 'id' },
    reason: { n: 4, type: 'text' },
  },
});
