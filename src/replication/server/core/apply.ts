// What operations do to rows. Whoever holds the rows puts those concerned on a shelf, lets this change it, and saves what changed.
import { addDigests, lessDigest, ZERO_DIGEST, type Digest } from './digest.ts';
import { applySet, compareDots, createdRow, fillCreated, type RowState } from './merge.ts';
import { hashOf, openFields, readable, subjectOf, type CoreTable } from './schema.ts';
import type { Act, Dot, Operation, Stamped } from './types.ts';
import { isWithheld, verdictOn, type Verdict } from './verdict.ts';

/** An operation kept beside the rows: it waits for its row or for a later schema, or is in quarantine. */
export interface Kept extends Dot {
  table: number;
  row: string;
  /** `no-create`, `unknown-table`, `unknown-column`; in quarantine why. */
  reason: string;
  /** The act with this operation alone. */
  act: Act;
}

/** In quarantine. */
export interface SetAside extends Kept {
  /** `waiting` for a person, or `rejected`. */
  state: 'waiting' | 'rejected';
  /** The hub has not spoken of it yet, as far as is known here. */
  unsaid: boolean;
}

export interface ShelfRow {
  table: CoreTable;
  id: string;
  state: RowState;
  /** Not stored yet. */
  fresh: boolean;
  changed: boolean;
}

/** What a holder has that bears on some operations of one partition. Keys of the maps: `rowKey`, subject. */
export interface Shelf {
  partition: string;
  tableOf(number: number): CoreTable | undefined;
  /** Null when this act's writer may write this table here, else why not. Of what the hub released only the shape is judged. */
  judge(table: CoreTable, act: Act, released: boolean): string | null;
  /** The hub's words on the operations concerned. */
  verdicts: readonly Verdict[];
  rows: Map<string, ShelfRow>;
  /** Of the rows concerned: operations that wait for the first one. */
  waiting: Map<string, Kept[]>;
  /** Of persons; whoever was sealed under several keys has them all here. */
  keys: ReadonlyMap<string, readonly Uint8Array[]>;
  /** What changed, to be saved in one transaction with the shelf's rows. */
  held: Kept[];
  /** Kept before this and no longer. */
  released: Kept[];
  quarantined: SetAside[];
  /** Rows that were stored and are no longer, or are to be stored anew; removed before anything is written. */
  gone: ShelfRow[];
  /** What all of it did to the partition's digest. */
  digest: Digest;
}

export const rowKey = (table: number, id: string): string => `${table} ${id}`;

export function emptyShelf(
  partition: string,
  tableOf: Shelf['tableOf'],
  judge: Shelf['judge'] = () => null,
): Shelf & { keys: Map<string, readonly Uint8Array[]> } {
  return {
    partition,
    tableOf,
    judge,
    verdicts: [],
    rows: new Map(),
    waiting: new Map(),
    keys: new Map(),
    held: [],
    released: [],
    quarantined: [],
    gone: [],
    digest: ZERO_DIGEST,
  };
}

/** Rows that these acts touch, of tables known here, each once. */
export function rowsTouched(acts: readonly Act[], tableOf: Shelf['tableOf']): Map<CoreTable, string[]> {
  const touched = new Map<CoreTable, Set<string>>();
  for (const act of acts)
    for (const operation of act.operations) {
      const table = tableOf(operation.table);
      if (!table) continue;
      const ids = touched.get(table) ?? new Set();
      touched.set(table, ids.add(operation.row));
    }
  return new Map([...touched].map(([table, ids]) => [table, [...ids]]));
}

/** Persons whose keys these acts may need, once the rows they touch and what waits for them are on the shelf. */
export function subjectsTouched(acts: readonly Act[], shelf: Shelf): string[] {
  const subjects = new Set<string>();
  const all = [...acts, ...[...shelf.waiting.values()].flat().map((kept) => kept.act)];
  const sealing = all.flatMap((act) => act.operations).filter((operation) => operation.sealed);
  if (sealing.length === 0) return [];
  const rows = new Set(sealing.map((operation) => rowKey(operation.table, operation.row)));
  for (const act of all)
    for (const operation of act.operations) {
      const table = shelf.tableOf(operation.table);
      if (!table || !rows.has(rowKey(operation.table, operation.row))) continue;
      const subject = subjectOf(table, operation.row, new Map(operation.fields));
      if (subject !== undefined) subjects.add(subject);
    }
  for (const key of rows) {
    const row = shelf.rows.get(key);
    const subject = row ? subjectOf(row.table, row.id, row.state.values) : undefined;
    if (subject !== undefined) subjects.add(subject);
  }
  return [...subjects];
}

export const stampOf = (act: Act, operation: Operation): Stamped => ({
  site: act.site,
  device: act.device,
  run: act.run,
  n: operation.n,
  at: act.header.at,
  clock: act.header.clock,
});

/** Total: every well-formed operation ends applied, held or quarantined; none can stop a segment. The caller knows that it is new here. */
export function applyOperation(shelf: Shelf, act: Act, operation: Operation): void {
  const verdict = verdictOn(shelf.verdicts, stampOf(act, operation));
  if (verdict && isWithheld(verdict)) return quarantine(shelf, act, operation, verdict.reason, verdict);
  const table = shelf.tableOf(operation.table);
  if (!table) return hold(shelf, act, operation, 'unknown-table');
  const refused = shelf.judge(table, act, verdict?.state === 'released');
  if (refused) return quarantine(shelf, act, operation, refused);
  if ((table.class === 'fact' || table.class === 'ruled') && operation.kind === 'set')
    return quarantine(shelf, act, operation, 'fact-changed');
  const row = shelf.rows.get(rowKey(operation.table, operation.row));
  if (operation.kind === 'set') {
    if (row) change(shelf, row, act, operation);
    else hold(shelf, act, operation, 'no-create');
    return;
  }
  if (row) return quarantine(shelf, act, operation, 'two-contents');
  create(shelf, table, act, operation);
}

function create(shelf: Shelf, table: CoreTable, act: Act, operation: Operation): void {
  const key = rowKey(operation.table, operation.row);
  const { known, later } = readable(table, operation);
  const fields = openFields(table, act, known, (subject) => shelf.keys.get(subject) ?? [], new Map());
  const state = createdRow(stampOf(act, operation), fields);
  const row: ShelfRow = { table, id: operation.row, state, fresh: true, changed: true };
  shelf.rows.set(key, row);
  shelf.digest = addDigests(shelf.digest, hashOf(table, operation.row, state.values));
  if (later) hold(shelf, act, later, 'unknown-column');
  const waiting = shelf.waiting.get(key) ?? [];
  shelf.waiting.delete(key);
  for (const kept of waiting) {
    release(shelf, kept);
    const [waited] = kept.act.operations;
    if (waited) change(shelf, row, kept.act, waited);
  }
}

/** A `set` on a row that is here. */
function change(shelf: Shelf, row: ShelfRow, act: Act, operation: Operation): void {
  const { known, later } = readable(row.table, operation);
  const fields = openFields(row.table, act, known, (subject) => shelf.keys.get(subject) ?? [], row.state.values);
  rewrite(shelf, row, () => applySet(row.table.class, row.state, stampOf(act, operation), fields, operation.replaces));
  if (later) hold(shelf, act, later, 'unknown-column');
}

function rewrite(shelf: Shelf, row: ShelfRow, how: () => void): void {
  const before = hashOf(row.table, row.id, row.state.values);
  how();
  row.changed = true;
  const after = hashOf(row.table, row.id, row.state.values);
  shelf.digest = addDigests(shelf.digest, lessDigest(after, before));
}

/** What was kept for a later schema, with the schema there is now: what even this one does not know stays kept. */
export function foldOperation(shelf: Shelf, kept: Kept): void {
  const { act } = kept;
  const [operation] = act.operations;
  const table = operation ? shelf.tableOf(operation.table) : undefined;
  if (!operation || !table) return;
  release(shelf, kept);
  const row = shelf.rows.get(rowKey(operation.table, operation.row));
  if (!row || operation.kind === 'set') return applyOperation(shelf, act, operation);
  if (compareDots(row.state.made, stampOf(act, operation)) !== 0) return applyOperation(shelf, act, operation);
  const { known, later } = readable(table, operation);
  const fields = openFields(table, act, known, (subject) => shelf.keys.get(subject) ?? [], row.state.values);
  rewrite(shelf, row, () => fillCreated(row.state, fields));
  if (later) hold(shelf, act, later, 'unknown-column');
}

/**
 * Makes a row anew from all of its operations that are here, since the hub's word on one of them came or changed: a row is a function of the
 * set of its operations that are not withheld. What waited for it or was in quarantine is among `all` and is kept again where it must be.
 */
export function rebuildRow(shelf: Shelf, all: readonly Act[]): void {
  const [first] = all.flatMap((act) => act.operations);
  if (!first) return;
  const key = rowKey(first.table, first.row);
  const row = shelf.rows.get(key);
  if (row) {
    shelf.digest = lessDigest(shelf.digest, hashOf(row.table, row.id, row.state.values));
    shelf.rows.delete(key);
    if (!row.fresh) shelf.gone.push(row);
  }
  shelf.waiting.delete(key);
  const made = row?.state.made;
  const each = all.flatMap((act) =>
    act.operations.map((operation) => ({ act, operation, dot: stampOf(act, operation) })),
  );
  // of two first operations the one that stands here goes on standing, until the hub has spoken
  const rank = (one: (typeof each)[0]) =>
    one.operation.kind === 'set' ? 2 : made && compareDots(made, one.dot) === 0 ? 0 : 1;
  each.sort((a, b) => rank(a) - rank(b) || compareDots(a.dot, b.dot));
  for (const { act, operation } of each) applyOperation(shelf, act, operation);
}

/** Each operation as an act of its own under the same header. */
export function singleActs(act: Act): Act[] {
  return act.operations.map((operation) => ({ ...act, firstN: operation.n, operations: [operation] }));
}

function keep(act: Act, operation: Operation, reason: string): Kept {
  const { site, device, run } = act;
  const alone = { ...act, firstN: operation.n, operations: [operation] };
  return { site, device, run, n: operation.n, table: operation.table, row: operation.row, reason, act: alone };
}

function hold(shelf: Shelf, act: Act, operation: Operation, reason: string): void {
  const kept = keep(act, operation, reason);
  shelf.held.push(kept);
  if (reason !== 'no-create') return;
  const key = rowKey(operation.table, operation.row);
  shelf.waiting.set(key, [...(shelf.waiting.get(key) ?? []), kept]);
}

function release(shelf: Shelf, kept: Kept): void {
  const at = shelf.held.indexOf(kept);
  if (at >= 0) shelf.held.splice(at, 1);
  else shelf.released.push(kept);
}

function quarantine(shelf: Shelf, act: Act, operation: Operation, reason: string, said?: Verdict): void {
  const state = said?.state === 'rejected' ? 'rejected' : 'waiting';
  shelf.quarantined.push({ ...keep(act, operation, reason), state, unsaid: !said });
}
