// Rows about visits: three facts that are never changed. A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** Somebody came to a telecentre on a day, partition `t/<site>`. When it was entered stands in `made_at`. */
export interface VisitRow extends EngineColumns {
  partition: string;
  id: string;
  /** Null when the person is served without a card; then `category` says what could be seen. */
  person: string | null;
  /** `girl`, `boy`, `woman`, `man`, `not-said`. */
  category: string | null;
  /** Civil day of the visit. */
  day: string | null;
  /** Milliseconds UTC; null when it was written down later and nobody knows the hour. */
  occurred_at: number | null;
  /** `desk`: entered as it happened · `paper`: entered later from the sheet. */
  reported: string | null;
  /** Of somebody without a card, as far as she allows: age band (see people) and language (ISO 639-3). */
  age_band: string | null;
  language: string | null;
  /** Of a back-entry: the sheet, its line, and the hour written there in minutes of the day. */
  sheet: string | null;
  line: number | null;
  reported_minute: number | null;
}

/** One act of service within a visit, `t/<site>`. */
export interface AttentionRow extends EngineColumns {
  partition: string;
  id: string;
  visit: string | null;
  purpose: string | null;
  /** Of an online procedure: with which institution, which one, how it ended. Never a password, never a document. */
  institution: string | null;
  procedure: string | null;
  /** `done`, `pending`, `not-possible`. */
  outcome: string | null;
  /** Of an assisted procedure: the account of who helped, how the person agreed (see CONSENTS), and minutes of help. */
  helper: string | null;
  consent: string | null;
  minutes: number | null;
  /** Of a training: `leader` (the telecentre's own) or `partner`. */
  trainer: string | null;
}

/** A visit that does not count: written by mistake, or replaced by a corrected one, `t/<site>`. */
export interface VisitVoidRow extends EngineColumns {
  partition: string;
  id: string;
  visit: string | null;
  reason: string | null;
  replaced_by: string | null;
}

declare module '#platform/db' {
  interface Tables {
    visit: VisitRow;
    attention: AttentionRow;
    visit_void: VisitVoidRow;
  }
}

export const visit = replicated({
  number: 30,
  name: 'visit',
  class: 'fact',
  partitions: ['site'],
  columns: {
    person: { n: 1, type: 'id' },
    category: { n: 2, type: 'text' },
    day: { n: 3, type: 'date' },
    occurred_at: { n: 4, type: 'instant' },
    reported: { n: 5, type: 'text' },
    age_band: { n: 6, type: 'text' },
    language: { n: 7, type: 'text' },
    sheet: { n: 8, type: 'id' },
    line: { n: 9, type: 'integer' },
    reported_minute: { n: 10, type: 'integer' },
  },
});

export const attention = replicated({
  number: 31,
  name: 'attention',
  class: 'fact',
  partitions: ['site'],
  columns: {
    visit: { n: 1, type: 'id' },
    purpose: { n: 2, type: 'text' },
    institution: { n: 3, type: 'text' },
    procedure: { n: 4, type: 'text' },
    outcome: { n: 5, type: 'text' },
    helper: { n: 6, type: 'id' },
    consent: { n: 7, type: 'text' },
    minutes: { n: 8, type: 'integer' },
    trainer: { n: 9, type: 'text' },
  },
});

export const visitVoid = replicated({
  number: 32,
  name: 'visit_void',
  class: 'fact',
  partitions: ['site'],
  columns: {
    visit: { n: 1, type: 'id' },
    reason: { n: 2, type: 'text' },
    replaced_by: { n: 3, type: 'id' },
  },
});
