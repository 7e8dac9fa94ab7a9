// The publication rule: what of a month may be said, so that no small number can be read or computed, now or from what was said before.
//
// 1. Figures leave the house only at dated cuts, month by month, one breakdown at a time, never crossed.
// 2. Counts from 1 to k-1 are hidden: k = 5; 10 for peoples, minors and communities. Zero is shown, and nobody's lack of data is not zero.
// 3. Where cells are hidden there are at least two of them, and together they hold so much that each could be one or more; the
//    smallest cells that could be shown are hidden with them until that is so. Where cells do not suffice the whole table is withheld
//    with its zeros; under a total that is hidden nothing is said at all.
// 4. Months lie apart, so nothing follows from one about another. What comes late changes a month that was published only if every
//    figure of the table changes by nothing or by k and more against all that was ever said of it, and nothing in it was or becomes
//    hidden; else what was said first stands, with its date, until enough has come.
// 5. Distinct people since the beginning are said as one number that moves in steps of k and more.
//
// After Hundepool et al., Statistical Disclosure Control (frequency rule and complementary suppression). Not covered: somebody who knows
// some of those counted; crossing two indicators.
import type { BreakdownName, FigureCell } from '#platform/indicators';

export interface Rule {
  k: number;
  /** For peoples, minors and communities. */
  strict: number;
}

export const RULE: Rule = { k: 5, strict: 10 };

const STRICT: readonly BreakdownName[] = ['people', 'community'];

/** Zero is a shown cell with the value 0; a missing one is not known to anybody; a suppressed one is known and not said. */
export interface PublishedCell {
  key: string;
  state: 'shown' | 'suppressed' | 'missing';
  /** Only when shown. */
  value?: number;
}

export interface PublishedTable {
  breakdown: BreakdownName;
  /** Civil day of the cut at which this was decided; the total may be of a later one. */
  cut: string;
  /** Nothing is said of the whole table, not even its zeros. */
  withheld?: true;
  cells: PublishedCell[];
}

/** What is said of one month of one indicator. */
export interface PublishedMonth {
  /** Civil day of the cut at which the total was decided. */
  cut: string;
  total: PublishedCell;
  tables: PublishedTable[];
}

export interface ExactTable {
  breakdown: BreakdownName;
  /** Anybody can count these cells on public pages; nothing of it is ever hidden. */
  open?: boolean | undefined;
  minors?: readonly string[] | undefined;
  cells: FigureCell[];
}

/** The figures as they are: for the programme's own eyes. */
export interface ExactMonth {
  total: FigureCell;
  openTotal?: boolean | undefined;
  tables: ExactTable[];
}

/** What was said of a month at a cut and what it really was. */
export interface Version {
  published: PublishedMonth;
  exact: ExactMonth;
}

function thresholdOf(table: ExactTable, key: string, rule: Rule): number {
  return STRICT.includes(table.breakdown) || table.minors?.includes(key) ? rule.strict : rule.k;
}

const small = (value: number, k: number): boolean => value > 0 && value < k;
/** A difference that may be known: nothing changed, or enough at once. */
const safeStep = (difference: number, k: number): boolean => !small(Math.abs(difference), k);

function said(cell: FigureCell, hidden: boolean): PublishedCell {
  if (cell.value === null) return { key: cell.key, state: 'missing' };
  return hidden ? { key: cell.key, state: 'suppressed' } : { key: cell.key, state: 'shown', value: cell.value };
}

function decideTotal(exact: ExactMonth, rule: Rule): PublishedCell {
  return said(exact.total, !exact.openTotal && small(exact.total.value ?? 0, rule.k));
}

/** One table by itself, under a total that is known. */
export function decideTable(table: ExactTable, total: PublishedCell, cut: string, rule: Rule = RULE): PublishedTable {
  const { breakdown, cells } = table;
  const as = (hides: (cell: FigureCell) => boolean) => cells.map((cell) => said(cell, hides(cell)));
  if (table.open) return { breakdown, cut, cells: as(() => false) };
  const withheld = { breakdown, cut, withheld: true as const, cells: as(() => true) };
  if (total.state === 'suppressed') return withheld;
  const valueOf = (cell: FigureCell) => cell.value ?? 0;
  const hidden = new Set(cells.filter((cell) => small(valueOf(cell), thresholdOf(table, cell.key, rule))));
  if (hidden.size === 0) return { breakdown, cut, cells: as(() => false) };
  const others = cells
    .filter((cell) => valueOf(cell) > 0 && !hidden.has(cell))
    .toSorted((a, b) => valueOf(a) - valueOf(b) || (a.key < b.key ? -1 : 1));
  for (;;) {
    const sum = [...hidden].reduce((all, cell) => all + valueOf(cell), 0);
    const k = Math.max(...[...hidden].map((cell) => thresholdOf(table, cell.key, rule)));
    if (hidden.size > 1 && sum >= k + hidden.size) return { breakdown, cut, cells: as((cell) => hidden.has(cell)) };
    const next = others.shift();
    if (!next) return withheld;
    hidden.add(next);
  }
}

/** A month by itself, at its first cut. */
function decideFirst(exact: ExactMonth, cut: string, rule: Rule): PublishedMonth {
  const total = decideTotal(exact, rule);
  return { cut, total, tables: exact.tables.map((table) => decideTable(table, total, cut, rule)) };
}

/**
 * What is said of a month at a cut; `versions` is all that was said of it before, oldest first. Undefined when what was said
 * stands: nothing changed, or too little to be told without telling about somebody.
 */
export function decideMonth(
  exact: ExactMonth,
  versions: readonly Version[],
  cut: string,
  rule: Rule = RULE,
): PublishedMonth | undefined {
  const last = versions.at(-1)?.published;
  if (!last) return decideFirst(exact, cut, rule);
  const value = exact.total.value ?? 0;
  const total = decideTotal(exact, rule);
  const totals = versions.flatMap(({ published }) =>
    published.total.state === 'shown' ? [published.total.value ?? 0] : [],
  );
  const speaks = total.state === 'shown' && (exact.openTotal || totals.every((one) => safeStep(value - one, rule.k)));
  // tables add up to the total, so without it they would tell what it has become
  if (!speaks) return undefined;
  const tables = exact.tables.map((table) => {
    const known = last.tables.find((one) => one.breakdown === table.breakdown);
    const next = decideTable(table, total, cut, rule);
    return known && !mayFollow(table, next, versions, rule) ? known : next;
  });
  const moved = last.total.value !== total.value || tables.some((table) => !isKnown(table, last));
  return moved ? { cut, total, tables } : undefined;
}

function isKnown(table: PublishedTable, last: PublishedMonth): boolean {
  const before = last.tables.find((one) => one.breakdown === table.breakdown);
  return JSON.stringify(before?.cells) === JSON.stringify(table.cells);
}

/** Whether a table may take the place of all that was said in it before. */
function mayFollow(exact: ExactTable, next: PublishedTable, versions: readonly Version[], rule: Rule): boolean {
  if (exact.open) return true;
  const told = versions.flatMap(({ published }) =>
    published.tables.filter((table) => table.breakdown === exact.breakdown && !table.withheld),
  );
  if (told.length === 0) return !wouldTellWithheld(exact, next, versions);
  const whole = (table: PublishedTable) => table.cells.every((cell) => cell.state === 'shown');
  if (!whole(next)) return false;
  return told.every(
    (table) =>
      whole(table) &&
      next.cells.every((cell) => {
        const before = table.cells.find((one) => one.key === cell.key)?.value ?? 0;
        return safeStep((cell.value ?? 0) - before, thresholdOf(exact, cell.key, rule));
      }) &&
      // a cell that is there no more has fallen to nothing
      table.cells.every((cell) => next.cells.some((one) => one.key === cell.key) || cell.value === 0),
  );
}

/** A table in which only one cell is not zero would tell that all that was counted before, under a total that was said, lay there. */
function wouldTellWithheld(exact: ExactTable, next: PublishedTable, versions: readonly Version[]): boolean {
  if (next.withheld) return false;
  const underTotal = versions.some(
    ({ published }) =>
      published.total.state === 'shown' &&
      published.total.value !== 0 &&
      published.tables.some((table) => table.breakdown === exact.breakdown && table.cut === published.cut),
  );
  return underTotal && next.cells.filter((cell) => cell.state !== 'shown' || cell.value !== 0).length < 2;
}

/** Totals of a month as they were said last, for the number since the beginning. */
export interface SaidMonth {
  from: string;
  total: PublishedCell;
}

/**
 * Distinct people since the beginning: undefined while the number would move by less than k, would tell how few stayed away in a
 * month, or how many came in a month whose number is hidden. `said`: all values published before, oldest first, with their cuts.
 */
export function decideSince(
  exact: FigureCell,
  earlier: readonly { cut: string; value: number }[],
  months: readonly SaidMonth[],
  rule: Rule = RULE,
): PublishedCell | undefined {
  const { value } = exact;
  if (value === null || value < rule.k) return undefined;
  const last = earlier.at(-1);
  if (last?.value === value || earlier.some((one) => !safeStep(value - one.value, rule.k))) return undefined;
  const shown = months.flatMap(({ total }) => (total.state === 'shown' ? [total.value ?? 0] : []));
  if (shown.some((month) => !safeStep(value - month, rule.k))) return undefined;
  const since = months.filter((month) => !last || month.from > last.cut);
  const open = since.reduce((sum, { total }) => sum + (total.value ?? 0), 0);
  const allShown = since.every(({ total }) => total.state === 'shown');
  if (!allShown && value - (last?.value ?? 0) > open) return undefined;
  return { key: 'total', state: 'shown', value };
}
