// An attacker for the tests of the publication rule, built apart from the audit: from what is public it looks for two different
// worlds, month by month and record by record, that would both have been published exactly so. One hidden figure, one world: found out.
import { addEquation, addVariable, newSystem, solve, type LinearSystem } from './linear.ts';
import type { ExactRelease, PublishedCell, Release } from './releases.ts';

interface World {
  system: LinearSystem;
  /** Variable of every figure: `release window table cell`, table -1 for the total. */
  of: Map<string, number>;
}

const OPEN = Infinity;

function bounds(cell: PublishedCell, withheld: boolean): [number, number] {
  if (cell.state === 'shown') return [cell.value ?? 0, cell.value ?? 0];
  return [withheld ? 0 : 1, OPEN];
}

/** Releases with the windows month (0) and since the beginning (1), all cells known to somebody. */
export function worldOf(releases: readonly Release[]): World {
  const system = newSystem();
  const of = new Map<string, number>();
  const plus = (...terms: [number, number][]) => addEquation(system, terms);
  releases.forEach((release, t) => {
    const [month, all] = release.windows;
    if (!month || !all) throw new Error('two windows expected');
    const columns: {
      name: string;
      table: number;
      cell: number;
      inMonth: PublishedCell;
      inAll: PublishedCell;
      held: [boolean, boolean];
    }[] = [{ name: 'total', table: -1, cell: 0, inMonth: month.total, inAll: all.total, held: [false, false] }];
    month.tables.forEach((table, at) =>
      table.cells.forEach((cell, i) => {
        const other = all.tables[at];
        const inAll = other?.cells[i];
        if (!other || !inAll) throw new Error('the same tables expected in both windows');
        columns.push({
          name: `${at}`,
          table: at,
          cell: i,
          inMonth: cell,
          inAll,
          held: [table.withheld ?? false, other.withheld ?? false],
        });
      }),
    );
    for (const column of columns) {
      const here = `${column.table} ${column.cell}`;
      const inMonth = addVariable(system, ...bounds(column.inMonth, column.held[0]));
      const inAll = addVariable(system, ...bounds(column.inAll, column.held[1]));
      of.set(`${t} 0 ${here}`, inMonth);
      of.set(`${t} 1 ${here}`, inAll);
      const before = of.get(`${t - 1} 1 ${here}`);
      // records of this month, and records of earlier months that came since the last cut
      if (release.accumulation === 'sum') {
        const late = addVariable(system, 0, before !== undefined && release.revision === 'none' ? 0 : OPEN);
        if (before === undefined) plus([inAll, 1], [inMonth, -1], [late, -1]);
        else plus([inAll, 1], [before, -1], [inMonth, -1], [late, -1]);
      } else {
        // somebody new came in this month or late; somebody of this month may have been there before
        plus([inAll, 1], [inMonth, -1], [addVariable(system, 0, OPEN), -1]);
        if (before !== undefined) {
          const fresh = addVariable(system, 0, OPEN);
          plus([inAll, 1], [before, -1], [fresh, -1]);
          if (release.revision === 'none') plus([inMonth, 1], [fresh, -1], [addVariable(system, 0, OPEN), -1]);
        }
      }
    }
    release.windows.forEach((window, w) =>
      window.tables.forEach((table, at) => {
        const total = of.get(`${t} ${w} -1 0`) ?? 0;
        const cells = table.cells.map((_, i) => of.get(`${t} ${w} ${at} ${i}`) ?? 0);
        const twice = table.sums === 'more' ? addVariable(system, 0, OPEN) : addVariable(system, 0, 0);
        plus(...cells.map((cell): [number, number] => [cell, 1]), [total, -1], [twice, -1]);
        if (table.sums === 'more')
          for (const cell of cells) plus([total, 1], [cell, -1], [addVariable(system, 0, OPEN), -1]);
      }),
    );
  });
  return { system, of };
}

export function truthOf(exact: readonly ExactRelease[], of: ReadonlyMap<string, number>): Map<number, number> {
  const truth = new Map<number, number>();
  for (const [name, variable] of of) {
    const [t, w, table, cell] = name.split(' ').map(Number) as [number, number, number, number];
    const window = exact[t]?.windows[w];
    const found = table === -1 ? window?.total : window?.tables[table]?.cells[cell];
    truth.set(variable, found?.value ?? 0);
  }
  return truth;
}

/** True when a world exists in which the figure is another number than it really is. Errors: when the search gives up. */
export function canBeOther(world: World, truth: ReadonlyMap<number, number>, figure: number): boolean {
  const real = truth.get(figure) ?? 0;
  for (const [low, high] of [
    [real + 1, OPEN],
    [-OPEN, real - 1],
  ] as const) {
    const copy = { low: [...world.system.low], high: [...world.system.high], equations: world.system.equations };
    copy.low[figure] = Math.max(copy.low[figure] ?? 0, low);
    copy.high[figure] = Math.min(copy.high[figure] ?? 0, high);
    if ((copy.low[figure] ?? 0) > (copy.high[figure] ?? 0)) continue;
    const budget = { left: 3000 };
    if (search(copy, truth, budget)) return true;
    if (budget.left <= 0) throw new Error('the attacker gave up: make the story smaller');
  }
  return false;
}

/** Depth first: narrow, take the tightest open variable, try values near the truth first (the truth itself is excluded by one bound). */
function search(system: LinearSystem, truth: ReadonlyMap<number, number>, budget: { left: number }): boolean {
  if (budget.left-- <= 0) return false;
  solve(system);
  let pick = -1;
  let width = OPEN;
  for (let v = 0; v < system.low.length; v++) {
    const span = (system.high[v] ?? 0) - (system.low[v] ?? 0);
    if (span < 0) return false;
    if (span > 0 && (pick === -1 || span < width)) {
      pick = v;
      width = span;
    }
  }
  if (pick === -1) return true;
  const [low, high] = [system.low[pick] ?? 0, system.high[pick] ?? 0];
  const real = truth.get(pick) ?? 0;
  const near = Math.min(Math.max(real, low), high);
  for (let distance = 0; distance <= 12; distance++) {
    for (const value of distance === 0 ? [near] : [near + distance, near - distance]) {
      if (value < low || value > high) continue;
      const copy = { low: [...system.low], high: [...system.high], equations: system.equations };
      copy.low[pick] = value;
      copy.high[pick] = value;
      if (search(copy, truth, budget)) return true;
      if (budget.left <= 0) return false;
    }
  }
  return false;
}
