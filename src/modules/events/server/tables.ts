// Actions and events: what takes place, who has a place in it, who waits, who came.
// A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** What is to take place. Its home is whoever plans it: a telecentre (`t/<site>`), or the hub for a district or the whole programme. */
export interface EventRow extends EngineColumns {
  partition: string;
  id: string;
  /** See KINDS. */
  kind: string | null;
  title: string | null;
  what: string | null;
  /** First and last civil day in the programme's zone. */
  day: string | null;
  last_day: string | null;
  /** Minutes of the civil day; both empty = the whole day. */
  from_minute: number | null;
  to_minute: number | null;
  /** Where people go, in words. */
  venue: string | null;
  /** UBIGEO of the district in which it takes place. */
  district: string | null;
  organiser: string | null;
  audience: string | null;
  contact: string | null;
  /** Help with the way, access, child care. */
  help: string | null;
  /** Places; empty = as many as come. */
  capacity: number | null;
  /** Last day on which one can register; empty = until it begins. */
  closes: string | null;
  /** Grows with every change that who comes must know (RFC 5545). */
  sequence: number | null;
  /** `draft`, `published`, `cancelled`. */
  state: string | null;
  /** Why it does not take place. */
  reason: string | null;
  /** What was said and agreed. */
  minutes: string | null;
  /** First event of the same row of weeks. */
  series: string | null;
  /** Identifier in somebody else's calendar from which it came (RFC 5545 UID, with the day where it repeats). */
  uid: string | null;
  /** Places kept for who registers elsewhere; the others are lent to the telecentre that plans it. Empty = nothing is lent. */
  kept: number | null;
  meta: string | null;
}

/** Somebody claims a place, `d/<district of the event>`: the hub rules. */
interface EventPlaceRow extends EngineColumns {
  partition: string;
  id: string;
  event: string | null;
  /** A registered person, where it is one. */
  person: string | null;
  /** Under whose key the name is sealed: the person, or this row itself. */
  holder: string | null;
  name: string | null;
  /** Telecentre where it was written; empty = on the public site. */
  site: string | null;
  /** The row that waited and whose turn it was. */
  instead: string | null;
  share: string | null;
  day: string | null;
  meta: string | null;
}

/** Somebody waits for a place, `d/<district of the event>`; the same columns. */
interface EventWaitRow extends EngineColumns {
  partition: string;
  id: string;
  event: string | null;
  person: string | null;
  holder: string | null;
  name: string | null;
  site: string | null;
  day: string | null;
}

/** Who waited waits no longer, `d/<district>`: it was given up. */
interface EventWaitEndRow extends EngineColumns {
  partition: string;
  id: string;
  wait: string | null;
}

/** How to reach who registered, and the digest of the link with which a place is given up; `hub` or `t/<site>/private`, id = the place's. */
interface EventContactRow extends EngineColumns {
  partition: string;
  id: string;
  holder: string | null;
  contact: string | null;
  digest: string | null;
}

/** Somebody came, `d/<district of the event>`. */
interface EventAttendanceRow extends EngineColumns {
  partition: string;
  id: string;
  event: string | null;
  /** The place that was claimed, where there was one. */
  place: string | null;
  person: string | null;
  day: string | null;
}

/** A list on paper, counted, `d/<district of the event>`; the last one of an event counts. */
interface EventCountRow extends EngineColumns {
  partition: string;
  id: string;
  event: string | null;
  /** By sex and age band, JSON: `{"female.15-29": 12}`. */
  counts: string | null;
  total: number | null;
  day: string | null;
}

declare module '#platform/db' {
  interface Tables {
    event: EventRow;
    event_place: EventPlaceRow;
    event_wait: EventWaitRow;
    event_wait_end: EventWaitEndRow;
    event_contact: EventContactRow;
    event_attendance: EventAttendanceRow;
    event_count: EventCountRow;
  }
}

export const event = replicated({
  number: 140,
  name: 'event',
  class: 'owned',
  wide: true,
  partitions: ['public', 'district', 'site'],
  columns: {
    kind: { n: 1, type: 'text' },
    title: { n: 2, type: 'text' },
    what: { n: 3, type: 'text' },
    day: { n: 4, type: 'date' },
    last_day: { n: 5, type: 'date' },
    from_minute: { n: 6, type: 'integer' },
    to_minute: { n: 7, type: 'integer' },
    venue: { n: 8, type: 'text' },
    district: { n: 9, type: 'text' },
    organiser: { n: 10, type: 'text' },
    audience: { n: 11, type: 'text' },
    contact: { n: 12, type: 'text' },
    help: { n: 13, type: 'text' },
    capacity: { n: 14, type: 'integer' },
    closes: { n: 15, type: 'date' },
    sequence: { n: 16, type: 'integer' },
    state: { n: 17, type: 'text' },
    reason: { n: 18, type: 'text' },
    minutes: { n: 19, type: 'text' },
    series: { n: 20, type: 'id' },
    uid: { n: 21, type: 'text' },
    kept: { n: 22, type: 'integer' },
  },
});

export const eventPlace = replicated({
  number: 141,
  name: 'event_place',
  class: 'ruled',
  partitions: ['district'],
  subject: 'holder',
  columns: {
    event: { n: 1, type: 'id' },
    person: { n: 2, type: 'id' },
    holder: { n: 3, type: 'id' },
    name: { n: 4, type: 'text', sealed: true },
    site: { n: 5, type: 'id' },
    instead: { n: 6, type: 'id' },
    share: { n: 7, type: 'id' },
    day: { n: 8, type: 'date' },
  },
  rule: { key: ['event'], limit: 'quota', share: 'share' },
});

export const eventWait = replicated({
  number: 142,
  name: 'event_wait',
  class: 'fact',
  partitions: ['district'],
  subject: 'holder',
  columns: {
    event: { n: 1, type: 'id' },
    person: { n: 2, type: 'id' },
    holder: { n: 3, type: 'id' },
    name: { n: 4, type: 'text', sealed: true },
    site: { n: 5, type: 'id' },
    day: { n: 6, type: 'date' },
  },
});

export const eventWaitEnd = replicated({
  number: 143,
  name: 'event_wait_end',
  class: 'fact',
  partitions: ['district'],
  columns: { wait: { n: 1, type: 'id' } },
});

export const eventContact = replicated({
  number: 144,
  name: 'event_contact',
  class: 'fact',
  partitions: ['hub', 'site-private'],
  subject: 'holder',
  columns: {
    holder: { n: 1, type: 'id' },
    contact: { n: 2, type: 'text', sealed: true },
    digest: { n: 3, type: 'text' },
  },
});

export const eventAttendance = replicated({
  number: 145,
  name: 'event_attendance',
  class: 'fact',
  partitions: ['district'],
  columns: {
    event: { n: 1, type: 'id' },
    place: { n: 2, type: 'id' },
    person: { n: 3, type: 'id' },
    day: { n: 4, type: 'date' },
  },
});

export const eventCount = replicated({
  number: 146,
  name: 'event_count',
  class: 'fact',
  partitions: ['district'],
  columns: {
    event: { n: 1, type: 'id' },
    counts: { n: 2, type: 'json' },
    total: { n: 3, type: 'integer' },
    day: { n: 4, type: 'date' },
  },
});
