// Printed pages, what was free of them, and what was paid. A column may be empty in any row: an older telecentre does not send it.
import { replicated, type EngineColumns } from '#platform/manifest';

/** One act at the printer or the till, `t/<site>`. */
interface PrintEntryRow extends EngineColumns {
  partition: string;
  id: string;
  /** `printed`: pages were printed or copied · `paid`: pages were bought ahead · `taken-back`: a printed entry was a mistake or spoiled. */
  kind: string | null;
  /** Null for whoever has no card: then nothing is free beside what the price list says, and nothing is kept. */
  person: string | null;
  day: string | null;
  pages: number | null;
  colour: boolean | null;
  /** Of the pages: free this month, from those bought ahead. */
  free: number | null;
  from_balance: number | null;
  /** Céntimos of PEN that changed hands. */
  amount: number | null;
  /** The entry that is taken back. */
  of: string | null;
}

/** What a page costs and how many are free, `t/<site>`; the row's id names the list. */
interface PrintPriceRow extends EngineColumns {
  partition: string;
  id: string;
  /** Céntimos of PEN. */
  page: number | null;
  colour_page: number | null;
  /** Pages a month for each person with a card. */
  free_pages: number | null;
  meta: string | null;
}

declare module '#platform/db' {
  interface Tables {
    print_entry: PrintEntryRow;
    print_price: PrintPriceRow;
  }
}

export const printEntry = replicated({
  number: 92,
  name: 'print_entry',
  class: 'fact',
  partitions: ['site'],
  columns: {
    kind: { n: 1, type: 'text' },
    person: { n: 2, type: 'id' },
    day: { n: 3, type: 'date' },
    pages: { n: 4, type: 'integer' },
    colour: { n: 5, type: 'boolean' },
    free: { n: 6, type: 'integer' },
    from_balance: { n: 7, type: 'integer' },
    amount: { n: 8, type: 'integer' },
    of: { n: 9, type: 'id' },
  },
});

export const printPrice = replicated({
  number: 93,
  name: 'print_price',
  class: 'owned',
  partitions: ['site'],
  columns: {
    page: { n: 1, type: 'integer' },
    colour_page: { n: 2, type: 'integer' },
    free_pages: { n: 3, type: 'integer' },
  },
});
