// Computers of a telecentre and who has one: a session is a chain of facts, and time is computed from them, never counted down.
// A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** A public computer, `t/<site>`. */
interface StationRow extends EngineColumns {
  partition: string;
  id: string;
  /** What people call it: `1`, `Río`. */
  name: string | null;
  /** See KINDS. */
  kind: string | null;
  /** Room. */
  room: string | null;
  /** Where it stands on the floor plan, in squares from the upper left. */
  x: number | null;
  y: number | null;
  /** `in-service` or `out-of-service`. */
  state: string | null;
  /** Why it is out of service. */
  why: string | null;
  /** Can be used from a wheelchair. */
  accessible: boolean | null;
  retired: boolean | null;
  meta: string | null;
}

/** Somebody got a computer, `t/<site>`. */
interface StationSessionRow extends EngineColumns {
  partition: string;
  id: string;
  station: string | null;
  day: string | null;
  /** Null for whoever has no card. */
  person: string | null;
  category: string | null;
  pass: string | null;
  /** Milliseconds of this telecentre's clock. */
  started_at: number | null;
  /** Minutes given at the start. */
  minutes: number | null;
  /** `desk`, `kiosk`. */
  opened_by: string | null;
  /** The session that it goes on from, at another computer. */
  moved_from: string | null;
}

/** What happened with a session, `t/<site>`. */
interface StationStepRow extends EngineColumns {
  partition: string;
  id: string;
  session: string | null;
  /** `extended` or `ended`. */
  kind: string | null;
  at: number | null;
  /** Of an extension. */
  minutes: number | null;
  /** Of an end: `desk`, `signed-out`, `moved`, `left-at-cut`. */
  reason: string | null;
}

/** For whom, when and how long, `t/<site>`. */
interface StationRuleRow extends EngineColumns {
  partition: string;
  id: string;
  name: string | null;
  /** Years, inclusive; empty = any. */
  age_from: number | null;
  age_to: number | null;
  /** Minutes of the civil day in which it holds; empty = always. */
  from_minute: number | null;
  to_minute: number | null;
  /** Minutes of one session, of a whole day, of one extension. */
  session_minutes: number | null;
  day_minutes: number | null;
  extension_minutes: number | null;
  retired: boolean | null;
  meta: string | null;
}

/** Time at a computer for somebody without a card, `t/<site>`. */
interface GuestPassRow extends EngineColumns {
  partition: string;
  id: string;
  /** Digest of the code on the slip. */
  code: string | null;
  minutes: number | null;
  /** Last civil day. */
  valid_to: string | null;
  /** First pass of those made together. */
  batch: string | null;
}

/** Words to one computer or to all, `t/<site>`. */
interface StationMessageRow extends EngineColumns {
  partition: string;
  id: string;
  station: string | null;
  text: string | null;
  at: number | null;
}

declare module '#platform/db' {
  interface Tables {
    station: StationRow;
    station_session: StationSessionRow;
    station_step: StationStepRow;
    station_rule: StationRuleRow;
    guest_pass: GuestPassRow;
    station_message: StationMessageRow;
    /** Local: a browser or agent that is the screen of a computer. */
    station_seat: { station: string; key_hash: string; screen_hash: string | null; set_at: number };
    /** Local: one-time code with which the computer's agent opens its browser. */
    station_entry: { entry_hash: string; station: string; ends_at: number };
    /** Local: one-time number with which a computer becomes a kiosk. */
    station_invite: { code_hash: string; station: string; ends_at: number };
  }
}

export const station = replicated({
  number: 60,
  name: 'station',
  class: 'owned',
  partitions: ['site'],
  columns: {
    name: { n: 1, type: 'text' },
    kind: { n: 2, type: 'text' },
    room: { n: 3, type: 'text' },
    x: { n: 4, type: 'integer' },
    y: { n: 5, type: 'integer' },
    state: { n: 6, type: 'text' },
    why: { n: 7, type: 'text' },
    accessible: { n: 8, type: 'boolean' },
    retired: { n: 9, type: 'boolean' },
  },
});

export const stationSession = replicated({
  number: 61,
  name: 'station_session',
  class: 'fact',
  partitions: ['site'],
  columns: {
    station: { n: 1, type: 'id' },
    day: { n: 2, type: 'date' },
    person: { n: 3, type: 'id' },
    category: { n: 4, type: 'text' },
    pass: { n: 5, type: 'id' },
    started_at: { n: 6, type: 'instant' },
    minutes: { n: 7, type: 'integer' },
    opened_by: { n: 8, type: 'text' },
    moved_from: { n: 9, type: 'id' },
  },
});

export const stationStep = replicated({
  number: 62,
  name: 'station_step',
  class: 'fact',
  partitions: ['site'],
  columns: {
    session: { n: 1, type: 'id' },
    kind: { n: 2, type: 'text' },
    at: { n: 3, type: 'instant' },
    minutes: { n: 4, type: 'integer' },
    reason: { n: 5, type: 'text' },
  },
});

export const stationRule = replicated({
  number: 63,
  name: 'station_rule',
  class: 'owned',
  partitions: ['site'],
  columns: {
    name: { n: 1, type: 'text' },
    age_from: { n: 2, type: 'integer' },
    age_to: { n: 3, type: 'integer' },
    from_minute: { n: 4, type: 'integer' },
    to_minute: { n: 5, type: 'integer' },
    session_minutes: { n: 6, type: 'integer' },
    day_minutes: { n: 7, type: 'integer' },
    extension_minutes: { n: 8, type: 'integer' },
    retired: { n: 9, type: 'boolean' },
  },
});

export const guestPass = replicated({
  number: 64,
  name: 'guest_pass',
  class: 'fact',
  partitions: ['site'],
  columns: {
    code: { n: 1, type: 'text' },
    minutes: { n: 2, type: 'integer' },
    valid_to: { n: 3, type: 'date' },
    batch: { n: 4, type: 'id' },
  },
});

export const stationMessage = replicated({
  number: 65,
  name: 'station_message',
  class: 'fact',
  partitions: ['site'],
  columns: {
    station: { n: 1, type: 'id' },
    text: { n: 2, type: 'text' },
    at: { n: 3, type: 'instant' },
  },
});
