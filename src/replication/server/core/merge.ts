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
type JsonEntry = [number, number, number, number, number, number, JsonValue?];
interface JsonMeta {
  l?: Record<string, JsonEntry[]>;
  g?: Record<string, [number, number, number, number][]>;
}

const toJson = (value: Value): JsonValue =>
  value instanceof Uint8Array ? { b: Buffer.from(value).toString('base64url') } : value;
const fromJson = (value: JsonValue | undefined): Value =>
  value && typeof value === 'object' ? Uint8Array.from(Buffer.from(value.b, 'base64url')) : (value ?? null);

/** The state beyond what the row itself shows, as text for the row's `meta`; null when there is nothing. */
export function metaText(state: RowState): string | null {
  if (state.live.size === 0) return null;
  const meta: JsonMeta = { l: {} };
  for (const [column, entries] of [...state.live].sort(([a], [b]) => a - b)) {
    // a single value stands in the row itself
    const withValue = entries.length > 1;
    (meta.l ??= {})[column] = entries.map((e): JsonEntry => {
      return withValue
        ? [e.site, e.device, e.run, e.n, e.at, e.clock, toJson(e.value)]
        : [e.site, e.device, e.run, e.n, e.at, e.clock];
    });
  }
  const gone = [...state.gone].filter(([, dots]) => dots.length > 0).sort(([a], [b]) => a - b);
  if (gone.length > 0)
    meta.g = Object.fromEntries(
      gone.map(([column, dots]) => [column, dots.map((d) => [d.site, d.device, d.run, d.n])]),
    );
  return JSON.stringify(meta);
}

/** The state of a stored row. */
export function stateOf(made: Stamped, values: Map<number, Value>, meta: string | null): RowState {
  const state: RowState = { made, values, live: new Map(), gone: new Map() };
  if (!meta) return state;
  const parsed = JSON.parse(meta) as JsonMeta;
  for (const [name, entries] of Object.entries(parsed.l ?? {})) {
    const column = Number(name);
    state.live.set(
      column,
      entries.map(([site, device, run, n, at, clock, value], _, all) => ({
        site,
        device,
        run,
        n,
        at,
        clock,
        value: all.length > 1 ? fromJson(value) : (values.get(column) ?? null),
      })),
    );
  }
  for (const [name, dots] of Object.entries(parsed.g ?? {})) {
    state.gone.set(
      Number(name),
      dots.map(([site, device, run, n]) => ({ site, device, run, n })),
    );
  }
  return state;
}
