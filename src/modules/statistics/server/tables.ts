// Totals kept beside the facts, all local: each site's months, and those of districts and the programme made of them.
declare module '#platform/db' {
  interface Tables {
    /** One month of one scope: `t/<site>`, `d/<district>` or `programme`. */
    month_total: {
      scope: string;
      /** `2026-11` */
      month: string;
      /** JSON of `MonthCount`. */
      counted: string;
      /** Civil day on which it was counted. */
      counted_on: string;
      /** Last civil day on which the consents behind it stand as they were counted; null = no end. */
      holds_until: string | null;
      /** Grows with every count in this database. */
      turn: number;
      /** Of a scope of several sites: which counts it was made of. */
      made_of: string;
    };
    /** Months of sites that something was written to since they were counted. */
    month_dirty: {
      scope: string;
      month: string;
      /** Another one with each mark: what was written after a count was read keeps its mark. */
      marked: string;
    };
  }
}

export {};
