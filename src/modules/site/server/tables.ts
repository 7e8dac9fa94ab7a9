// The public site: pages and news in versions that are all kept, and what the programme says of itself.
// A column may be empty in any row: an older program does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One page or one piece of news, `public` or `d/<district>`; the hub writes it. */
interface PageRow extends EngineColumns {
  partition: string;
  id: string;
  /** `news`, `page`, or `place`: the words on a district's front page. */
  kind: string | null;
  /** Of a page: its address under /pages. */
  slug: string | null;
  /** UBIGEO; empty = the whole programme. */
  district: string | null;
  /** Version that everybody reads, by language, JSON: `{"es": "<id>"}`. */
  published: string | null;
  /** Everybody reads it from this instant on, milliseconds UTC. */
  from_at: number | null;
  /** `draft`, `published`, `withdrawn`. */
  state: string | null;
  meta: string | null;
}

/** What a page says in one language, as somebody wrote it at one time; never changed. */
interface PageVersionRow extends EngineColumns {
  partition: string;
  id: string;
  page: string | null;
  language: string | null;
  title: string | null;
  summary: string | null;
  /** Marked-up text (CommonMark without HTML). */
  body: string | null;
  /** The version that was on the screen when this one was written. */
  after: string | null;
}

/** What the programme says of itself, `public`, one row. */
interface ProgrammeRow extends EngineColumns {
  partition: string;
  id: string;
  purpose: string | null;
  /** One a line. */
  objectives: string | null;
  results: string | null;
  partners: string | null;
  /** The donor's sentence, as its rules of visibility demand it. */
  visibility: string | null;
  contact: string | null;
  /** Addresses elsewhere, one a line: name and address. */
  links: string | null;
  starts: string | null;
  ends: string | null;
  /** `text`, `secondary`, `verify`: how well this is known, and by what. */
  status: string | null;
  source: string | null;
  meta: string | null;
}

/** What somebody types and has not saved, kept here only: a power cut takes none of it. */
export interface PageDraftRow {
  account: string;
  /** Page, or `new`. */
  page: string;
  fields: string;
  /** Milliseconds UTC. */
  at: number;
}

declare module '#platform/db' {
  interface Tables {
    page: PageRow;
    page_version: PageVersionRow;
    programme: ProgrammeRow;
    page_draft: PageDraftRow;
  }
}

export const page = replicated({
  number: 123,
  name: 'page',
  class: 'owned',
  partitions: ['public', 'district'],
  columns: {
    kind: { n: 1, type: 'text' },
    slug: { n: 2, type: 'text' },
    district: { n: 3, type: 'text' },
    published: { n: 4, type: 'json' },
    from_at: { n: 5, type: 'instant' },
    state: { n: 6, type: 'text' },
  },
});

export const pageVersion = replicated({
  number: 124,
  name: 'page_version',
  class: 'fact',
  wide: true,
  partitions: ['public', 'district'],
  columns: {
    page: { n: 1, type: 'id' },
    language: { n: 2, type: 'text' },
    title: { n: 3, type: 'text' },
    summary: { n: 4, type: 'text' },
    body: { n: 5, type: 'text' },
    after: { n: 6, type: 'id' },
  },
});

export const programme = replicated({
  number: 125,
  name: 'programme',
  class: 'owned',
  wide: true,
  partitions: ['public'],
  columns: {
    purpose: { n: 1, type: 'text' },
    objectives: { n: 2, type: 'text' },
    results: { n: 3, type: 'text' },
    partners: { n: 4, type: 'text' },
    visibility: { n: 5, type: 'text' },
    contact: { n: 6, type: 'text' },
    links: { n: 7, type: 'text' },
    starts: { n: 8, type: 'date' },
    ends: { n: 9, type: 'date' },
    status: { n: 10, type: 'text' },
    source: { n: 11, type: 'text' },
  },
});
