// A row as a function of the set of its operations: whatever order they arrive in, the same set shows the same row.
import type { Dot, Operation, Stamped, Value } from './types.ts';

export type MergeClass = 'fact' | 'owned' | 'shared' | 'ruled';

/** One value that nothing replaced. */
export interface Live extends Stamped {
  value: Value;
}

/** A row whose first operation is here. */
export interface RowState {
  made: Stamped;
  /** What is shown, by column number. */
  values: Map<number, Value>;
  /** Columns changed since the row was made. Class owned: the one winner. Class shared: every value that nothing replaced. */
  live: Map<number, Live[]>;
  /** Class shared: what has been replaced, whether it was seen here or not. */
  gone: Map<number, Dot[]>;
}

/** Order of identities: site, device, run, n. */
export function compareDots(a: Dot, b: Dot): number {
  return a.site - b.site || a.device - b.device || a.run - b.run || a.n - b.n;
}

/** Which of two owned writes stands: the later stamp (a home's stamps never run backwards), then the higher identity. */
function compareOwned(a: Stamped, b: Stamped): number {
  return a.at - b.at || compareDots(a, b);
}

/** Which of several concurrent values is shown: the better clock, then the later stamp, then the higher identity. */
export function compareShown(a: Stamped, b: Stamped): number {
  return a.clock - b.clock || compareOwned(a, b);
}

const sameDot = (a: Dot, b: Dot) => compareDots(a, b) === 0;

export function createdRow(made: Stamped, fields: readonly (readonly [column: number, value: Value])[]): RowState {
  return { made, values: new Map(fields), live: new Map(), gone: new Map() };
}

/** Fields of the first operation that could not be read when it was applied; what was written since then stands. */
export function fillCreated(state: RowState, fields: readonly (readonly [column: number, value: Value])[]): RowState {
  for (const [column, value] of fields) if (!state.live.has(column)) state.values.set(column, value);
  return state;
}

/** Applies one `set`; the state is changed in place and returned. The caller knows that this identity was not applied before. */
export function applySet(
  mergeClass: MergeClass,
  state: RowState,
  stamp: Stamped,
  fields: readonly (readonly [column: number, value: Value])[],
  replaces: Operation['replaces'] = [],
): RowState {
  for (const [column, value] of fields) {
    if (mergeClass === 'shared') {
      applyShared(state, column, { ...stamp, value }, replaces.find(([of]) => of === column)?.[1] ?? []);
      continue;
    }
    const winner = state.live.get(column)?.[0];
    if (winner && compareOwned(stamp, winner) <= 0) continue;
    state.live.set(column, [{ ...stamp, value }]);
    state.values.set(column, value);
  }
  return state;
}

function applyShared(state: RowState, column: number, entry: Live, replaced: readonly Dot[]): void {
  // an operation held for a column that came later meets those of its columns that were applied at once
  const live = liveValues(state, column).filter((one) => !sameDot(one, entry));
  const gone = [...(state.gone.get(column) ?? [])];
  for (const dot of replaced) if (!gone.some((one) => sameDot(one, dot))) gone.push(dot);
  gone.sort(compareDots);
  const left = [...live, entry].filter((one) => !gone.some((dot) => sameDot(one, dot)));
  left.sort((a, b) => compareShown(b, a));
  state.live.set(column, left);
  state.gone.set(column, gone);
  state.values.set(column, left[0]?.value ?? null);
}

/** All values of a column that nothing replaced, the shown one first. More than one is a conflict that a person resolves. */
export function liveValues(state: RowState, column: number): Live[] {
  return state.live.get(column) ?? [{ ...state.made, value: state.values.get(column) ?? null }];
}

/** Columns with more than one live value. */
export function conflicts(state: RowState): { column: number; values: Live[] }[] {
  return [...state.live].filter(([, values]) => values.length > 1).map(([column, values]) => ({ column, values }));
}

/** Columns whose live values do not all say the same: there is something to choose. */
export function disagreements(state: RowState): { column: number; values: Live[] }[] {
  const said = ({ value }: Live) => JSON.stringify(toJson(value));
  return conflicts(state).filter(({ values }) => new Set(values.map(said)).size > 1);
}

/** What an edit made here replaces: every value that its author saw. */
export function seenDots(state: RowState, column: number): Dot[] {
  return liveValues(state, column).map(({ site, device, run, n }) => ({ site, device, run, n }));
}

type JsonValue = null | boolean | number | string | { b: string };
/** Site, device, run, n; where it is live also its stamp and clock state. */
type JsonDot = [number, number, number, number, number?, number?];
/** Columns that stand alike: their numbers, and the places of the operations in the list. */
type JsonAlike = [columns: number[], dots: number[]];
interface JsonMeta {
  /** Every operation once. */
  d: JsonDot[];
  /** Live, the shown one first. */
  l: JsonAlike[];
  /** Replaced. */
  g?: JsonAlike[];
  /** Where several are live: the column and its values in that order. */
  v?: [column: number, values: JsonValue[]][];
}

const toJson = (value: Value): JsonValue =>
  value instanceof Uint8Array ? { b: Buffer.from(value).toString('base64url') } : value;
const fromJson = (value: JsonValue | undefined): Value =>
  value && typeof value === 'object' ? Uint8Array.from(Buffer.from(value.b, 'base64url')) : (value ?? null);

/** The state beyond what the row itself shows, as text for the row's `meta`; null when there is nothing. */
export function metaText(state: RowState): string | null {
  if (state.live.size === 0) return null;
  const dots = new Map<string, number>();
  const list: JsonDot[] = [];
  const place = (dot: JsonDot) => {
    const name = dot.join(' ');
    const known = dots.get(name);
    if (known !== undefined) return known;
    dots.set(name, list.length);
    return list.push(dot) - 1;
  };
  const live = [...state.live].sort(([a], [b]) => a - b);
  const gone = [...state.gone].filter(([, some]) => some.length > 0).sort(([a], [b]) => a - b);
  const l = alike(live.map(([column, some]) => [column, some.map((e) => place([...dotParts(e), e.at, e.clock]))]));
  const g = alike(gone.map(([column, some]) => [column, some.map((dot) => place(dotParts(dot)))]));
  const meta: JsonMeta = { d: list, l };
  if (g.length > 0) meta.g = g;
  // a single value stands in the row itself
  const several = live.filter(([, entries]) => entries.length > 1);
  if (several.length > 0)
    meta.v = several.map(([column, entries]) => [column, entries.map(({ value }) => toJson(value))]);
  return JSON.stringify(meta);
}

const dotParts = ({ site, device, run, n }: Dot): [number, number, number, number] => [site, device, run, n];

/** One command writes several columns at once, and they stay alike until one is written alone. */
function alike(columns: readonly [column: number, dots: number[]][]): JsonAlike[] {
  const found = new Map<string, JsonAlike>();
  for (const [column, dots] of columns) {
    const name = dots.join(' ');
    const group = found.get(name);
    if (group) group[0].push(column);
    else found.set(name, [[column], dots]);
  }
  return [...found.values()];
}

/** The state of a stored row. */
export function stateOf(made: Stamped, values: Map<number, Value>, meta: string | null): RowState {
  const state: RowState = { made, values, live: new Map(), gone: new Map() };
  if (!meta) return state;
  const { d, l, g = [], v = [] } = JSON.parse(meta) as JsonMeta;
  const several = new Map(v);
  const dotAt = (place: number): Dot => {
    const [site = 0, device = 0, run = 0, n = 0] = d[place] ?? [];
    return { site, device, run, n };
  };
  for (const [columns, dots] of l)
    for (const column of columns) {
      const own = several.get(column);
      state.live.set(
        column,
        dots.map((place, i) => ({
          ...dotAt(place),
          at: d[place]?.[4] ?? 0,
          clock: d[place]?.[5] ?? 0,
          value: own ? fromJson(own[i]) : (values.get(column) ?? null),
        })),
      );
    }
  for (const [columns, dots] of g) for (const column of columns) state.gone.set(column, dots.map(dotAt));
  return state;
}
