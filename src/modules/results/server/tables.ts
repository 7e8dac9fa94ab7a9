// What was published, as facts that nothing changes, and beside it, where only the hub reads, what the figures really were.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One statement: what is said of one month of one indicator, or of distinct people since the beginning. Partition `public`. */
export interface PublicationRow extends EngineColumns {
  partition: string;
  id: string;
  /** Code of the indicator and the version of its definition. */
  indicator: string | null;
  version: number | null;
  /** `month`: one of the indicator's periods · `since`: since the beginning. */
  kind: string | null;
  /** First and last civil day; `from` is empty since the beginning. */
  from: string | null;
  to: string | null;
  /** Civil day at which records were counted. */
  cut: string | null;
  /** JSON: PublishedMonth, or PublishedCell since the beginning. */
  body: string | null;
  /** Records counted, and how many of them carry a date of which no clock is sure. Empty where too many were counted to look at each. */
  records: number | null;
  doubtful: number | null;
}

/** The exact figures of a publication: never sent anywhere, needed to decide what a later cut may say. Partition `hub`. */
export interface PublicationExactRow extends EngineColumns {
  partition: string;
  id: string;
  publication: string | null;
  /** JSON: ExactMonth, or FigureCell since the beginning. */
  body: string | null;
}

declare module '#platform/db' {
  interface Tables {
    publication: PublicationRow;
    publication_exact: PublicationExactRow;
  }
}

export const publication = replicated({
  number: 50,
  name: 'publication',
  wide: true,
  class: 'fact',
  partitions: ['public'],
  columns: {
    indicator: { n: 1, type: 'text' },
    version: { n: 2, type: 'integer' },
    kind: { n: 3, type: 'text' },
    from: { n: 4, type: 'date' },
    to: { n: 5, type: 'date' },
    cut: { n: 6, type: 'date' },
    body: { n: 7, type: 'json' },
    records: { n: 8, type: 'integer' },
    doubtful: { n: 9, type: 'integer' },
  },
});

export const publicationExact = replicated({
  number: 51,
  name: 'publication_exact',
  wide: true,
  class: 'fact',
  partitions: ['hub'],
  columns: {
    publication: { n: 1, type: 'id' },
    body: { n: 2, type: 'json' },
  },
});
