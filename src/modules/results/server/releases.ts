// What is published at a cut, as data: windows of time, their total, one table per breakdown, cells that are shown, hidden or missing.
import type { Accumulation, BreakdownName, FigureCell } from '#platform/indicators';

/** Zero is a shown cell with the value 0; a missing one is not known to anybody; a suppressed one is known and not said. */
export type CellState = 'shown' | 'suppressed' | 'missing';

export interface PublishedCell {
  key: string;
  state: CellState;
  /** Only when shown. */
  value?: number;
  denominator?: number;
  /** Reserved: least and most while probable duplicates are unresolved. */
  interval?: { min: number; max: number };
}

/**
 * How the cells of a table stand to the total. total: they add up · more: a unit may lie in several (people served in two
 * districts) · part: some are missing · apart: nothing can be said.
 */
export type Sums = 'total' | 'more' | 'part' | 'apart';

export interface PublishedTable {
  breakdown: BreakdownName;
  sums: Sums;
  /** Threshold below which a count is hidden. */
  k: number;
  /** Cells with a stricter threshold. */
  stricter?: { keys: readonly string[]; k: number };
  /** Nothing is said of the whole table, not even its zeros. */
  withheld?: true;
  /** Can be counted on public pages by anybody; nothing of it is ever hidden. */
  open?: true;
  cells: PublishedCell[];
}

export interface PublishedWindow {
  /** First civil day; null = since the beginning. */
  from: string | null;
  to: string;
  k: number;
  open?: true;
  total: PublishedCell;
  tables: PublishedTable[];
}

/**
 * What changed in figures of earlier periods since the last cut. none: nothing · late: records came late, figures only grew ·
 * corrected: records were voided or corrected, figures may have fallen.
 */
export type Revision = 'none' | 'late' | 'corrected';

/** One indicator at one cut. */
export interface Release {
  indicator: string;
  version: number;
  accumulation: Accumulation;
  /** Civil day at which the figures end. */
  cut: string;
  revision: Revision;
  windows: PublishedWindow[];
}

export interface ExactTable {
  breakdown: BreakdownName;
  /** As the indicator declares it. */
  additive: boolean;
  open?: boolean | undefined;
  minors?: readonly string[] | undefined;
  cells: FigureCell[];
}

export interface ExactWindow {
  from: string | null;
  to: string;
  openTotal?: boolean | undefined;
  total: FigureCell;
  tables: ExactTable[];
}

/** The same with every figure as it is: for the programme's own eyes. */
export interface ExactRelease {
  indicator: string;
  version: number;
  accumulation: Accumulation;
  cut: string;
  windows: ExactWindow[];
}

/** One figure of one release, wherever it stands. */
export interface Figure {
  /** Index of the release, in the order of cuts. */
  release: number;
  window: number;
  from: string | null;
  to: string;
  breakdown: BreakdownName | 'total';
  key: string;
  k: number;
  open: boolean;
  withheld: boolean;
  cell: PublishedCell;
}

export function thresholdOf(table: PublishedTable, key: string): number {
  return table.stricter?.keys.includes(key) ? table.stricter.k : table.k;
}

/** The value as the counts it consists of: itself, or numerator and rest of the denominator. Undefined when it is not shown. */
export function partsOf(cell: Pick<FigureCell, 'denominator'> & { value?: number | null }): number[] | undefined {
  if (cell.value === undefined || cell.value === null) return undefined;
  return cell.denominator === undefined ? [cell.value] : [cell.value, cell.denominator - cell.value];
}

export function figuresOf(release: Release, at: number): Figure[] {
  return release.windows.flatMap((window, index): Figure[] => {
    const place = { release: at, window: index, from: window.from, to: window.to };
    const total: Figure = {
      ...place,
      breakdown: 'total',
      key: 'total',
      k: window.k,
      open: window.open ?? false,
      withheld: false,
      cell: window.total,
    };
    const cells = window.tables.flatMap((table) =>
      table.cells.map((cell) => ({
        ...place,
        breakdown: table.breakdown,
        key: cell.key,
        k: thresholdOf(table, cell.key),
        open: table.open ?? false,
        withheld: table.withheld ?? false,
        cell,
      })),
    );
    return [total, ...cells];
  });
}
