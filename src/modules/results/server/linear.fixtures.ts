// What whole numbers can be when sums of them are known: exact elimination and bounds, the arithmetic of somebody who tries to
// find out a hidden figure. Everything is an integer; nothing is rounded.

export interface Equation {
  /** Variables, each once, with their factors: Σ factor · variable = constant. */
  variables: number[];
  factors: number[];
  constant: number;
}

export interface LinearSystem {
  /** Least and most that each variable can be, as far as known; -Infinity and Infinity are open ends. */
  low: number[];
  high: number[];
  equations: Equation[];
}

export function newSystem(): LinearSystem {
  return { low: [], high: [], equations: [] };
}

export function addVariable(system: LinearSystem, low: number, high: number): number {
  system.low.push(low);
  system.high.push(high);
  return system.low.length - 1;
}

/** Σ factor · variable = constant; the same variable may come twice. */
export function addEquation(
  system: LinearSystem,
  terms: readonly (readonly [variable: number, factor: number])[],
  constant = 0,
): void {
  const row = new Map<number, number>();
  for (const [variable, factor] of terms) row.set(variable, (row.get(variable) ?? 0) + factor);
  const kept = [...row].filter(([, factor]) => factor !== 0);
  if (kept.length === 0) return;
  system.equations.push({ variables: kept.map(([v]) => v), factors: kept.map(([, f]) => f), constant });
}

/** Rounds of narrowing after which an end that still creeps stays where it is; found enough for every chain of ten years of cuts. */
const MOST_ROUNDS = 400;

/**
 * Narrows the bounds in place as far as sums allow. What ends with low = high is known to whoever has the equations.
 * Errors: RangeError when factors outgrow exact integers, which sums and differences do not.
 */
export function solve(system: LinearSystem): void {
  narrow(system, system.equations);
  for (let round = 0; round < 10; round++) {
    const before = spread(system);
    const derived = components(system).flatMap((rows) => eliminate(rows));
    if (derived.length === 0) return;
    narrow(system, [...system.equations, ...derived]);
    if (spread(system) === before) return;
  }
}

function spread(system: LinearSystem): string {
  let open = 0;
  let width = 0;
  for (let v = 0; v < system.low.length; v++) {
    const one = (system.high[v] ?? 0) - (system.low[v] ?? 0);
    if (Number.isFinite(one)) width += one;
    else open += Number.isFinite(system.low[v]) ? 1 : 2;
  }
  return `${open} ${width}`;
}

/** Interval propagation to a fixed point. */
function narrow(system: LinearSystem, equations: readonly Equation[]): void {
  const { low, high } = system;
  const uses = new Map<number, number[]>();
  equations.forEach((equation, at) => {
    for (const variable of equation.variables) {
      const list = uses.get(variable);
      if (list) list.push(at);
      else uses.set(variable, [at]);
    }
  });
  let due = new Set(equations.keys());
  for (let round = 0; due.size > 0 && round < MOST_ROUNDS; round++) {
    const next = new Set<number>();
    for (const at of due) {
      const equation = equations[at];
      if (!equation) continue;
      for (const variable of narrowOne(equation, low, high)) for (const use of uses.get(variable) ?? []) next.add(use);
    }
    due = next;
  }
}

function narrowOne(equation: Equation, low: number[], high: number[]): number[] {
  const { variables, factors, constant } = equation;
  let least = 0;
  let most = 0;
  let leastOpen = 0;
  let mostOpen = 0;
  const ends = variables.map((variable, i) => {
    const factor = factors[i] ?? 0;
    const a = factor * (low[variable] ?? -Infinity);
    const b = factor * (high[variable] ?? Infinity);
    return factor > 0 ? ([a, b] as const) : ([b, a] as const);
  });
  for (const [a, b] of ends) {
    if (a === -Infinity) leastOpen++;
    else least += a;
    if (b === Infinity) mostOpen++;
    else most += b;
  }
  const changed: number[] = [];
  variables.forEach((variable, i) => {
    const factor = factors[i] ?? 1;
    const [a, b] = ends[i] ?? [0, 0];
    const othersLeast = leastOpen - (a === -Infinity ? 1 : 0) > 0 ? -Infinity : least - (a === -Infinity ? 0 : a);
    const othersMost = mostOpen - (b === Infinity ? 1 : 0) > 0 ? Infinity : most - (b === Infinity ? 0 : b);
    const [from, to] = [constant - othersMost, constant - othersLeast];
    const newLow = Math.ceil(factor > 0 ? from / factor : to / factor);
    const newHigh = Math.floor(factor > 0 ? to / factor : from / factor);
    let moved = false;
    if (newLow > (low[variable] ?? -Infinity)) {
      low[variable] = newLow;
      moved = true;
    }
    if (newHigh < (high[variable] ?? Infinity)) {
      high[variable] = newHigh;
      moved = true;
    }
    if (moved) changed.push(variable);
  });
  return changed;
}

interface Row {
  terms: Map<number, number>;
  constant: number;
}

/** The equations that still have unknowns, known ones put in, in groups that share no unknown. */
function components(system: LinearSystem): Row[][] {
  const rows: Row[] = [];
  const firstUse = new Map<number, number>();
  const parent: number[] = [];
  const root = (at: number): number => {
    let top = at;
    while ((parent[top] ?? top) !== top) top = parent[top] ?? top;
    parent[at] = top;
    return top;
  };
  for (const equation of system.equations) {
    const terms = new Map<number, number>();
    let { constant } = equation;
    equation.variables.forEach((variable, i) => {
      const factor = equation.factors[i] ?? 0;
      const value = system.low[variable] ?? 0;
      if (value === system.high[variable]) constant -= factor * value;
      else terms.set(variable, factor);
    });
    if (terms.size === 0) continue;
    const at = rows.push({ terms, constant }) - 1;
    parent.push(at);
    for (const variable of terms.keys()) {
      const other = firstUse.get(variable);
      if (other === undefined) firstUse.set(variable, at);
      else parent[root(at)] = root(other);
    }
  }
  const groups = new Map<number, Row[]>();
  rows.forEach((row, at) => {
    const group = groups.get(root(at));
    if (group) group.push(row);
    else groups.set(root(at), [row]);
  });
  return [...groups.values()].filter((group) => group.length > 1);
}

/** Gauss-Jordan in integers, shortest rows first; returns the reduced rows. */
function eliminate(rows: Row[]): Equation[] {
  const open = new Set(rows);
  const done: { row: Row; pivot: number }[] = [];
  while (open.size > 0) {
    let best: Row | undefined;
    for (const row of open) if (!best || row.terms.size < best.terms.size) best = row;
    if (!best) break;
    open.delete(best);
    const pivot = best.terms.keys().next().value;
    if (pivot === undefined) continue; // said nothing that others had not said
    for (const row of open) cancel(row, best, pivot);
    for (const { row } of done) cancel(row, best, pivot);
    done.push({ row: best, pivot });
  }
  return done
    .filter(({ row }) => row.terms.size > 0)
    .map(({ row }) => ({
      variables: [...row.terms.keys()],
      factors: [...row.terms.values()],
      constant: row.constant,
    }));
}

/** Takes the pivot out of a row by subtracting a multiple of the other; both stay whole numbers. */
function cancel(row: Row, by: Row, pivot: number): void {
  const mine = row.terms.get(pivot);
  const theirs = by.terms.get(pivot);
  if (mine === undefined || theirs === undefined) return;
  const common = gcd(mine, theirs);
  const [a, b] = [theirs / common, mine / common];
  const terms = new Map<number, number>();
  for (const [variable, factor] of row.terms) terms.set(variable, factor * a);
  for (const [variable, factor] of by.terms) {
    const value = (terms.get(variable) ?? 0) - factor * b;
    if (value === 0) terms.delete(variable);
    else terms.set(variable, value);
  }
  let constant = row.constant * a - by.constant * b;
  let divisor = Math.abs(constant);
  for (const factor of terms.values()) divisor = gcd(divisor, factor);
  if (divisor > 1) {
    for (const [variable, factor] of terms) terms.set(variable, factor / divisor);
    constant /= divisor;
  }
  if (!Number.isSafeInteger(constant) || [...terms.values()].some((factor) => !Number.isSafeInteger(factor)))
    throw new RangeError('figures too large to be compared exactly');
  row.terms = terms;
  row.constant = constant;
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}
