// Sheets that were printed, and what was copied from them. A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One page that was printed, `t/<site>`; its code is on it and in its QR. */
interface SheetRow extends EngineColumns {
  partition: string;
  id: string;
  /** `visits`, `attendance`, `form`; `file`: a page of a register from a spreadsheet. */
  kind: string | null;
  /** Lines to write on. */
  lines: number | null;
  /** Of an attendance list the course; of a page of a file its digest and number. */
  title: string | null;
  /** Day for which it was printed; empty = written on it by hand. */
  day: string | null;
  /** First sheet of those printed together. */
  batch: string | null;
}

/** A sheet was copied, `t/<site>`: once, with what its foot says. */
interface SheetEntryRow extends EngineColumns {
  partition: string;
  id: string;
  sheet: string | null;
  /** Civil day that stands on it. */
  day: string | null;
  /** Lines written on, and acts of service in them, as counted on the paper and as entered: they agreed. */
  visits: number | null;
  attentions: number | null;
}

declare module '#platform/db' {
  interface Tables {
    sheet: SheetRow;
    sheet_entry: SheetEntryRow;
  }
}

export const sheet = replicated({
  number: 90,
  name: 'sheet',
  class: 'fact',
  partitions: ['site'],
  columns: {
    kind: { n: 1, type: 'text' },
    lines: { n: 2, type: 'integer' },
    title: { n: 3, type: 'text' },
    day: { n: 4, type: 'date' },
    batch: { n: 5, type: 'id' },
  },
});

export const sheetEntry = replicated({
  number: 91,
  name: 'sheet_entry',
  class: 'fact',
  partitions: ['site'],
  columns: {
    sheet: { n: 1, type: 'id' },
    day: { n: 2, type: 'date' },
    visits: { n: 3, type: 'integer' },
    attentions: { n: 4, type: 'integer' },
  },
});
