// What a module declares so that its records become numbers: results asks for figures and evidence and imports no source of data.
import type { Reader } from './db.ts';
import type { Scope } from './permissions.ts';

/** Breakdowns that figures may have. In public one at a time, never crossed. */
export const BREAKDOWNS = ['district', 'sex', 'ageBand', 'people', 'community'] as const;
export type BreakdownName = (typeof BREAKDOWNS)[number];

export interface Breakdown {
  name: BreakdownName;
  /** All its cells in the order in which they are shown; a cell without records is zero. Absent: cells are places, named by their id. */
  keys?: readonly string[] | undefined;
  /** Cells that are about minors: they fall under the stricter threshold. */
  minors?: readonly string[] | undefined;
  /** Prefix of the texts that name the cells: `people.sex` for `people.sex.female`. Absent: places, named by territory. */
  texts?: string | undefined;
  /** Every unit counted lies in exactly one cell, so the cells add up to the total. A person served in two districts lies in two. */
  additive: boolean;
  /** Anybody can count these cells on public pages, so hiding small ones would hide nothing: proposals by district. */
  open?: boolean | undefined;
}

/**
 * How values of periods make the value of a longer one.
 * sum: they add up (attentions) · cumulative: distinct units, counted once however often they come (people) ·
 * last: the state at the end (telecentres operating) · average: numerators and denominators add up (a percentage).
 */
export type Accumulation = 'sum' | 'cumulative' | 'last' | 'average';

/** Civil days in the programme's zone, both included; `from` null = since the beginning. */
export interface Period {
  from: string | null;
  to: string;
}

export interface FigureCell {
  /** Key of the breakdown's cell, or `total`. */
  key: string;
  /** Null: nobody knows (missing). Zero is a value. */
  value: number | null;
  /** Of a percentage or average: what `value` is divided by. A computed percentage is never stored. */
  denominator?: number | undefined;
  /** Least and most, while probable duplicates are unresolved. */
  interval?: { min: number; max: number } | undefined;
}

export interface FigureRequest {
  period: Period;
  /** Null: the total alone, one cell with the key `total`. */
  breakdown: BreakdownName | null;
  /** Where the records lie: programme, province, district or site. */
  scope: Scope;
  /** Civil day on which is asked: consents count as they stand on it. */
  today: string;
}

export interface RecordsRequest extends FigureRequest {
  /** Key of the cell; `total` for all. */
  cell: string;
  /** From 0. */
  page: number;
}

/** One record behind a number: enough to open it, without names. */
export interface EvidenceRow {
  table: string;
  partition: string;
  id: string;
  /** Civil day on which it counts. */
  day?: string | undefined;
  /** The unit that it makes count, where the unit is not the record: a person. */
  subject?: string | undefined;
  /** Clock of the record: 0 unknown, 1 estimated, 2 synced. */
  clock?: number | undefined;
}

export interface EvidencePage {
  rows: EvidenceRow[];
  page: number;
  more: boolean;
}

export interface Indicator {
  /** `module.what-is-counted`; for ever. Its name is the text `<code>.name`, its explanation `<code>.about`. */
  code: string;
  /** Grows when definition or breakdowns change; a published figure keeps the version it was made with. */
  version: number;
  /** What one is: `attention`, `visit`, `person`, `proposal` …; attentions, visits and people are never mixed. Text `unit.<unit>`. */
  unit: string;
  /** IATI IndicatorMeasure code: 1 unit, 2 percentage, 3 nominal, 4 ordinal, 5 qualitative. */
  measure: 1 | 2 | 3 | 4 | 5;
  /** Whether more is better. */
  direction: 'ascending' | 'descending' | 'neither';
  accumulation: Accumulation;
  /** Shortest period for which it is published. */
  period: 'month' | 'quarter' | 'year';
  breakdowns: readonly Breakdown[];
  /** The total can be counted by anybody on public pages. */
  openTotal?: boolean | undefined;
  /** Key of the sentence that says where the number comes from. */
  source: string;
  /** The cells of one breakdown, without the total; a cell that is not returned is zero where the breakdown has `keys`. */
  figures(reader: Reader, request: FigureRequest): Promise<FigureCell[]>;
  /** At most 50 records a page, in a stable order. */
  records(reader: Reader, request: RecordsRequest): Promise<EvidencePage>;
}
