// The publication rule: which cells of a cut are hidden, so that no small number can be read or computed, now or from earlier cuts.
//
// 1. Figures leave the house only at dated cuts, one breakdown at a time, never crossed.
// 2. Counts from 1 to k-1 are hidden: k = 5; k = 10 for peoples, for minors and for communities. Zero is shown.
// 3. Further cells are hidden until nothing hidden can be computed or bounded to one value from all that is published: the sums of
//    tables, the total that all tables of a window share, what a month adds to the figure since the beginning, and every earlier
//    cut (`audit`). Nor may a difference of two published figures be a small count of its own: what grew since an earlier cut,
//    what lay before the month, what came late, who came again.
// 4. Where cells alone do not do it, the whole table of that cut is withheld with its zeros, at last the total.
// A hidden cell that had to fall under 2 and one that fell under 3 look the same, so nobody can tell which is the small one.
//
// After: Hundepool et al., Statistical Disclosure Control (frequency rule, complementary suppression, linked tables), as in the R
// packages sdcTable and GaussSuppression. Not covered: somebody who knows some of the people counted; crossing two indicators.
import type { BreakdownName } from '#platform/indicators';
import { audit, links, type Finding } from './knowledge.ts';
import {
  figuresOf,
  partsOf,
  type ExactRelease,
  type ExactTable,
  type Figure,
  type PublishedCell,
  type PublishedTable,
  type Release,
  type Revision,
  type Sums,
} from './releases.ts';
import type { FigureCell } from '#platform/indicators';

export interface Rule {
  k: number;
  /** For peoples, minors and communities. */
  strict: number;
}

export const RULE: Rule = { k: 5, strict: 10 };

const STRICT: readonly BreakdownName[] = ['people', 'community'];

/** What was published before and what it really was. */
export interface Past {
  published: Release;
  exact: ExactRelease;
}

export interface Decision {
  release: Release;
  /** Empty, unless what was published before already says too much: then nothing new may be published. */
  findings: Finding[];
}

/** Decides one cut of one indicator; `earlier` are its cuts before, oldest first. */
export function decide(exact: ExactRelease, earlier: readonly Past[], rule: Rule = RULE): Decision {
  const past = earlier.map((one) => one.published);
  const open = asShown(exact, rule, 'none');
  const release: Release = { ...open, revision: revisionOf(open, earlier, rule) };
  const values = new Map<PublishedCell, number>();
  for (const figure of figuresOf(release, past.length)) values.set(figure.cell, figure.cell.value ?? 0);
  const work = new Hiding(release, past.length, values);
  work.hideSmall();
  let findings = audit([...past, release]);
  while (findings.length > 0 && (work.answer(findings) || work.admit(findings))) findings = audit([...past, release]);
  if (findings.length === 0) work.giveBack(() => audit([...past, release]).length === 0);
  return { release: stripped(release), findings };
}

/** The exact figures in the form of a release in which everything is shown. */
function asShown(exact: ExactRelease, rule: Rule, revision: Revision): Release {
  const { indicator, version, accumulation, cut } = exact;
  const windows = exact.windows.map((window) => ({
    from: window.from,
    to: window.to,
    k: rule.k,
    ...(window.openTotal ? { open: true as const } : {}),
    total: shownCell(window.total),
    tables: window.tables.map((table): PublishedTable => {
      const k = STRICT.includes(table.breakdown) ? rule.strict : rule.k;
      return {
        breakdown: table.breakdown,
        sums: sumsOf(table, window.total),
        k,
        ...(table.minors && k < rule.strict ? { stricter: { keys: table.minors, k: rule.strict } } : {}),
        ...(table.open ? { open: true as const } : {}),
        cells: table.cells.map(shownCell),
      };
    }),
  }));
  return { indicator, version, accumulation, cut, revision, windows };
}

function shownCell(cell: FigureCell): PublishedCell {
  if (cell.value === null) return { key: cell.key, state: 'missing' };
  return {
    key: cell.key,
    state: 'shown',
    value: cell.value,
    ...(cell.denominator === undefined ? {} : { denominator: cell.denominator }),
  };
}

function sumsOf(table: ExactTable, total: FigureCell): Sums {
  const whole = partsOf(total);
  if (!whole) return 'apart';
  const gaps = whole.map((value, part) =>
    table.cells.reduce((sum, cell) => sum + (partsOf(cell)?.[part] ?? 0), -value),
  );
  if (gaps.every((gap) => gap === 0) && table.additive) return 'total';
  const within = table.cells.every((cell) => (partsOf(cell) ?? []).every((value, part) => value <= (whole[part] ?? 0)));
  if (gaps.every((gap) => gap >= 0) && within) return 'more';
  return gaps.every((gap) => gap <= 0) ? 'part' : 'apart';
}

/** What happened to earlier periods since the last cut, seen with the exact figures of both. */
function revisionOf(open: Release, earlier: readonly Past[], rule: Rule): Revision {
  const all = [...earlier.map((one) => asShown(one.exact, rule, 'none')), open];
  const at = all.length - 1;
  let late = false;
  for (const link of links(all.flatMap((release, index) => figuresOf(release, index)))) {
    if (link.now.release !== at) continue;
    if (link.kind === 'growth' && all[link.before.release]?.version !== open.version) continue;
    const now = partsOf(link.now.cell) ?? [];
    const before = link.kind === 'growth' ? (partsOf(link.before.cell) ?? []) : [];
    const last = link.part ? partsOf(link.part.cell) : undefined;
    for (const [part, value] of now.entries()) {
      const growth = value - (before[part] ?? 0);
      const lately = last?.[part];
      if (link.kind === 'growth' && growth < 0) return 'corrected';
      if (lately === undefined) continue;
      if (link.kind === 'rest') {
        if (value < lately) return 'corrected';
      } else if (growth > lately) late = true;
      else if (growth < lately && open.accumulation !== 'cumulative') return 'corrected';
    }
  }
  return late ? 'late' : 'none';
}

/** Hidden cells keep nothing of what they were. */
function stripped(release: Release): Release {
  const bare = (cell: PublishedCell): PublishedCell =>
    cell.state === 'shown' ? cell : { key: cell.key, state: cell.state };
  return {
    ...release,
    windows: release.windows.map((window) => ({
      ...window,
      total: bare(window.total),
      tables: window.tables.map((table) => ({ ...table, cells: table.cells.map(bare) })),
    })),
  };
}

/** A release in the making: what may still be hidden, in which order, and what can be given back at the end. */
class Hiding {
  readonly #release: Release;
  readonly #at: number;
  readonly #values: ReadonlyMap<PublishedCell, number>;
  readonly #figures: Figure[];
  readonly #small = new Set<PublishedCell>();
  readonly #admitted = new Set<PublishedCell>();

  constructor(release: Release, at: number, values: ReadonlyMap<PublishedCell, number>) {
    this.#release = release;
    this.#at = at;
    this.#values = values;
    this.#figures = figuresOf(release, at);
  }

  hideSmall(): void {
    for (const { cell, k, open } of this.#figures) {
      if (open || !(partsOf(cell) ?? []).some((value) => value > 0 && value < k)) continue;
      cell.state = 'suppressed';
      this.#small.add(cell);
    }
  }

  /** Hides more, one step for each table in which something was found. False when nothing is left to hide. */
  answer(findings: readonly Finding[]): boolean {
    const answered = new Set<string>();
    let hidden = false;
    for (const { kind, figure } of findings) {
      const place = `${figure.window} ${figure.release === this.#at ? figure.breakdown : `earlier ${figure.breakdown}`}`;
      if (answered.has(place)) continue;
      answered.add(place);
      const mine = figure.release === this.#at;
      const done =
        mine && kind === 'cell'
          ? figure.breakdown === 'total'
            ? this.#hideUnderTotal(figure.window)
            : this.#hideBeside(figure.window, figure.breakdown)
          : this.#hideSame(figure);
      hidden ||= done;
    }
    return hidden || this.#hideAnything();
  }

  #hide(figures: readonly Figure[]): boolean {
    const candidates = figures.filter(({ cell, open }) => !open && cell.state === 'shown' && !this.#isZero(cell));
    const [least] = candidates.toSorted((a, b) => this.#value(a) - this.#value(b));
    if (least) least.cell.state = 'suppressed';
    return least !== undefined;
  }

  #value(figure: Figure): number {
    return this.#values.get(figure.cell) ?? 0;
  }

  /** A second cell in the same table; without one the table is withheld; then the total. */
  #hideBeside(window: number, breakdown: Figure['breakdown']): boolean {
    const table = this.#figures.filter((one) => one.window === window && one.breakdown === breakdown);
    return (
      this.#hide(table) ||
      this.#withhold(window, breakdown) ||
      this.#hide(this.#figures.filter((one) => one.window === window && one.breakdown === 'total'))
    );
  }

  /** The whole table with its zeros, unless all of it is zero: where nobody was counted nothing can be hidden. */
  #withhold(window: number, breakdown: Figure['breakdown']): boolean {
    const table = this.#release.windows[window]?.tables.find((one) => one.breakdown === breakdown);
    if (!table || table.open || table.withheld) return false;
    const cells = this.#figures.filter((one) => one.window === window && one.breakdown === breakdown);
    if (cells.every(({ cell }) => this.#isZero(cell))) return false;
    table.withheld = true;
    for (const { cell } of cells) if (cell.state === 'shown' && !this.#admitted.has(cell)) cell.state = 'suppressed';
    return true;
  }

  #isZero(cell: PublishedCell): boolean {
    return cell.state === 'missing' || ((cell.value ?? 0) === 0 && (cell.denominator ?? 0) === 0);
  }

  /** A hidden total that follows from a table: one cell of every table in which all are shown, else of any. */
  #hideUnderTotal(window: number): boolean {
    const tables = this.#release.windows[window]?.tables ?? [];
    const whole = tables.filter((table) => table.cells.every((cell) => cell.state !== 'suppressed'));
    const cells = (table: PublishedTable) =>
      this.#figures.filter((one) => one.window === window && one.breakdown === table.breakdown);
    const done = whole.map((table) => this.#hide(cells(table)));
    return (
      done.includes(true) || tables.some((table) => this.#hide(cells(table)) || this.#withhold(window, table.breakdown))
    );
  }

  /**
   * Something follows across windows or from an earlier cut. A small difference of this cut: the same cell in the longest window,
   * which can be shown again once it has grown. An earlier cell: the same one in the period first, which settles it for later cuts.
   */
  #hideSame(found: Figure): boolean {
    const same = this.#figures.filter((one) => one.breakdown === found.breakdown && one.key === found.key);
    const longest = same.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1));
    const order = found.release === this.#at ? longest : longest.toReversed();
    return (
      order.some((figure) => this.#hide([figure])) ||
      longest.some((figure) => this.#hideBeside(figure.window, figure.breakdown))
    );
  }

  #hideAnything(): boolean {
    const windows = this.#release.windows.keys();
    return (
      [...windows].some((window) =>
        (this.#release.windows[window]?.tables ?? []).some((table) => this.#withhold(window, table.breakdown)),
      ) || this.#hide(this.#figures)
    );
  }

  /**
   * When nothing is left to hide: a figure that is not small and follows from what is public already (it did not change since it
   * was last shown) is said, since hiding it hides nothing.
   */
  admit(findings: readonly Finding[]): boolean {
    const known = findings.filter(
      ({ kind, figure }) => kind === 'cell' && figure.release === this.#at && !this.#small.has(figure.cell),
    );
    for (const { figure } of known) {
      figure.cell.state = 'shown';
      this.#admitted.add(figure.cell);
    }
    return known.length > 0;
  }

  /** Shows again, largest first, what turned out not to be needed. */
  giveBack(isSafe: () => boolean): void {
    const extra = this.#figures
      .filter(({ cell, withheld }) => cell.state === 'suppressed' && !this.#small.has(cell) && !withheld)
      .filter(
        ({ window, breakdown }) =>
          !this.#release.windows[window]?.tables.find((one) => one.breakdown === breakdown)?.withheld,
      )
      .toSorted((a, b) => this.#value(b) - this.#value(a));
    for (const { cell } of extra.slice(0, 60)) {
      cell.state = 'shown';
      if (!isSafe()) cell.state = 'suppressed';
    }
  }
}

export { audit };
