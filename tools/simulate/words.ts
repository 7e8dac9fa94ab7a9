// The hub's words in the simulated programme: verdicts, memberships, rulings and loans, as rows of its control logs, and what follows from them.
import {
  addDigests,
  compareDots,
  decodeAct,
  emptyShelf,
  freeUnits,
  leftOf,
  nextTurn,
  openSegment,
  rebuildRow,
  rowKey,
  ruleOn,
  shareFor,
  sealedColumns,
  singleActs,
  standings,
  subjectOf,
  subjectsTouched,
  verdictOn,
  voidOf,
  type Act,
  type Book,
  type Dot,
  type Loan,
  type Position,
  type Ruling,
  type SetAside,
  type Shelf,
  type Span,
  type Standing,
  type Value,
  type Verdict,
  type VerdictState,
} from '../../src/replication/server/core/index.ts';
import { partitionsOfSite, readPartition } from '#platform/partitions';
import { judgeRevoked, mayWrite, type Writer } from '../../src/replication/server/rights.ts';
import { chainOf, type Disk, type SimRow, type Store } from './disk.ts';
import type { Holder } from './holder.ts';
import {
  CLAIM,
  ERASURE,
  LOAN,
  QUOTA,
  RETURN,
  RULING,
  shapeOf,
  SITE,
  tables,
  VERDICT,
  NEWEST_SCHEMA,
  type SimTable,
} from './tables.ts';

export const TOLD = 'public/control';
const control = (partition: string) => `${partition}/control`;
const isControl = (partition: string) => partition.endsWith('/control');
const tableNumbered = (number: number) => tables(NEWEST_SCHEMA).get(number) as SimTable; // reason: all of them are known to every schema

type Named = Record<string, Value>;

function named(row: SimRow): Named {
  const { columns } = tableNumbered(row.table);
  return Object.fromEntries(Object.entries(columns).map(([name, { n }]) => [name, row.state.values.get(n) ?? null]));
}

const rowsOf = (disk: Disk, partition: string, table: number): SimRow[] =>
  [...(disk.stores.get(partition)?.rows.values() ?? [])].filter((row) => row.table === table);

/** A word of the hub, in the transaction of the caller. */
export function say(holder: Holder, partition: string, number: number, fields: Named, id = holder.newId()): Dot {
  const table = tableNumbered(number);
  const known = holder.store(partition).rows.has(rowKey(number, id));
  const values = Object.entries(table.columns)
    .filter(([name]) => name in fields)
    .map(([name, { n }]): [number, Value] => [n, fields[name] ?? null])
    .sort(([a], [b]) => a - b);
  return holder.append({ partition, table, id, kind: known ? 'set' : 'create', fields: values }).dot;
}

const text = (value: Value | undefined) => (typeof value === 'string' ? value : '');
const count = (value: Value | undefined) => (typeof value === 'number' ? value : 0);

export function verdictsOf(disk: Disk, partition: string): Verdict[] {
  if (isControl(partition)) return [];
  return rowsOf(disk, control(partition), VERDICT).map((row) => {
    const { site, device, run, from_n, to_n, state, reason, turn } = named(row);
    return {
      ...{ site: count(site), device: count(device), run: count(run), from_n: count(from_n), to_n: count(to_n) },
      ...{ state: text(state) as VerdictState, reason: text(reason), turn: count(turn), made: row.state.made }, // reason: only the words below are written
    };
  });
}

export interface Membership {
  state: 'enrolled' | 'ended' | 'compromised';
  /** The word that said so; undefined where nobody ever spoke of it. */
  dot: Dot | undefined;
}

/** How a site's membership stands, as far as is known on this disk. */
export function membershipOf(disk: Disk, site: number): Membership {
  const row = disk.stores.get(TOLD)?.rows.get(rowKey(SITE, String(site)));
  if (!row) return { state: 'enrolled', dot: undefined };
  const state = text(named(row).state) as Membership['state']; // reason: only these are written
  const column = tableNumbered(SITE).columns.state?.n ?? 0;
  return { state, dot: row.state.live.get(column)?.[0] ?? row.state.made };
}

/** How far this disk holds the hub's log that everybody hears. */
export function heard(disk: Disk): Position | undefined {
  const chain = chainOf(disk.stores.get(TOLD), 0);
  return chain && chain.seq > 0 ? { epoch: chain.epoch, seq: chain.seq } : undefined;
}

/** Where a word stands in the hub's chain; undefined while it is not closed. */
function positionOf(store: Store | undefined, dot: Dot | undefined): Position | undefined {
  if (!dot) return undefined;
  for (const { bytes, epoch, seqFrom } of store?.segments ?? []) {
    const each = openedActs(bytes).flatMap((act) => act.operations.map(({ n }) => ({ ...act, n })));
    const at = each.findIndex((one) => compareDots(one, dot) === 0);
    if (at >= 0) return { epoch, seq: seqFrom + at };
  }
  return undefined;
}

function writerOf(holder: Holder, number: number): Writer | null {
  const place = holder.around.places.get(number);
  if (!place) return null;
  const { state, dot } = membershipOf(holder.disk, number);
  if (state === 'enrolled') return place;
  return { ...place, revoked: state, revokedAt: positionOf(holder.disk.stores.get(TOLD), dot) };
}

/** As `shelf.ts` judges: what the hub sent, and what it released, only by its shape. */
export function judgeOf(holder: Holder, partition: string, late: boolean): Shelf['judge'] {
  const where = readPartition(partition);
  return (of, act, released) => {
    const table = of as SimTable; // reason: shelves are handed these only
    const misplaced = shapeOf(where, table);
    if (misplaced || !where || !holder.hub || released) return misplaced;
    const writer = writerOf(holder, act.site);
    if (!writer) return null;
    return (late ? null : judgeRevoked(writer, act.header)) ?? mayWrite(writer, where, table.class);
  };
}

const opened = new WeakMap<Uint8Array, readonly Act[]>();

/** Acts of a segment, remembered: segments never change. */
export function openedActs(bytes: Uint8Array): readonly Act[] {
  const known = opened.get(bytes) ?? openSegment(bytes).acts;
  opened.set(bytes, known);
  return known;
}

/** Every operation of a log as an act of its own, each once. */
function eachOnce(store: Store): Act[] {
  const acts = [
    ...store.segments.flatMap(({ bytes }) => openedActs(bytes)),
    ...store.open.map(({ act }) => decodeAct(act)),
  ];
  const seen = new Set<string>();
  return acts.flatMap(singleActs).filter((act) => {
    const key = `${act.site}.${act.device}.${act.run}.${act.firstN}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Rows behind these operations are made anew, as `settle.ts` does. */
export function settle(holder: Holder, partition: string, spans: readonly Span[]): void {
  const store = holder.disk.stores.get(partition);
  if (!store) return;
  const all = eachOnce(store);
  const spoken = (act: Act) =>
    spans.some(
      (span) =>
        span.site === act.site &&
        span.device === act.device &&
        span.run === act.run &&
        span.from_n <= act.firstN &&
        act.firstN <= span.to_n,
    );
  const keyOf = ({ operations: [operation] }: Act) => (operation ? rowKey(operation.table, operation.row) : '');
  const touched = new Set(all.filter(spoken).map(keyOf));
  if (touched.size === 0) return;
  const acts = all.filter((act) => touched.has(keyOf(act)));
  const where = readPartition(partition);
  const shelf = emptyShelf(partition, holder.tableOf, (table) => shapeOf(where, table as SimTable)); // reason: as above
  shelf.verdicts = verdictsOf(holder.disk, partition);
  for (const key of touched) {
    const row = store.rows.get(key);
    const table = row && holder.tableOf(row.table);
    if (row && table)
      shelf.rows.set(key, { table, id: row.id, state: structuredClone(row.state), fresh: false, changed: false });
  }
  for (const subject of subjectsTouched(acts, shelf)) {
    const keys = store.keys.get(subject);
    if (keys) shelf.keys.set(subject, keys);
  }
  const other = (kept: { table: number; row: string }) => !touched.has(rowKey(kept.table, kept.row));
  store.held = store.held.filter(other);
  store.quarantine = store.quarantine.filter(other);
  for (const of of Map.groupBy(acts, keyOf).values()) rebuildRow(shelf, of);
  holder.saveShelf(partition, store, shelf);
  store.digest = addDigests(store.digest, shelf.digest);
}

/** What follows from what was stored: the hub tells what it set aside; who hears the hub's words makes rows anew. */
export function judged(holder: Holder, shelf: Shelf): void {
  const { partition } = shelf;
  if (!isControl(partition)) {
    const unsaid = shelf.quarantined.filter((kept) => kept.unsaid);
    if (holder.hub) sayAside(holder, partition, unsaid);
    return;
  }
  const of = partition.slice(0, -'/control'.length);
  for (const { table, state, changed } of shelf.rows.values())
    if (table.number === ERASURE && changed) erase(holder, of, text(state.values.get(1)));
  const words = [...shelf.rows.values()].filter(({ table, changed }) => table.number === VERDICT && changed);
  const spans = words.map(({ id, table, state }) => spanOf({ id, table: table.number, state }));
  if (spans.length > 0) settle(holder, of, spans);
}

function spanOf(row: SimRow): Span {
  const { site, device, run, from_n, to_n } = named(row);
  return { site: count(site), device: count(device), run: count(run), from_n: count(from_n), to_n: count(to_n) };
}

function sayAside(holder: Holder, partition: string, aside: readonly SetAside[]): void {
  for (const { site, device, run, n, reason } of aside)
    say(holder, control(partition), VERDICT, {
      ...{ site, device, run, from_n: n, to_n: n, state: 'quarantined', reason, turn: 1 },
    });
}

/** Destroys a person's key and empties what stands opened, as `erasing.ts` does. */
function erase(holder: Holder, partition: string, subject: string): void {
  const store = holder.store(partition);
  store.keys.delete(subject);
  store.erased.add(subject);
  for (const row of store.rows.values()) {
    const table = holder.tableOf(row.table);
    if (!table || subjectOf(table, row.id, row.state.values) !== subject) continue;
    for (const column of sealedColumns(table)) {
      if (row.state.values.has(column)) row.state.values.set(column, null);
      const live = row.state.live.get(column);
      if (live)
        row.state.live.set(
          column,
          live.map((one) => ({ ...one, value: null })),
        );
    }
  }
}

/** The hub orders it. Errors: PowerCut, DiskFull. */
export function orderErasure(holder: Holder, partition: string, subject: string): void {
  holder.durable();
  say(holder, control(partition), ERASURE, { subject });
  erase(holder, partition, subject);
}

/** Whoever the hub ordered to be erased in a partition, as far as is known on this disk. */
export const erasedIn = (disk: Disk, partition: string): string[] =>
  rowsOf(disk, control(partition), ERASURE).map((row) => text(named(row).subject));

/** A person at the hub decides on what was set aside, as `judging.ts` does. Errors: PowerCut, DiskFull. */
export function decide(holder: Holder, partition: string, kept: SetAside, how: 'released' | 'rejected'): void {
  holder.durable();
  const { site, device, run, n, reason } = kept;
  const span = { site, device, run, from_n: n, to_n: n };
  const on = verdictsOf(holder.disk, partition).filter((one) => verdictOn([one], kept) !== undefined);
  say(holder, control(partition), VERDICT, { ...span, state: how, reason, turn: nextTurn(on) });
  settle(holder, partition, [span]);
}

/** The hub's words on claims of a partition. */
const rulingsIn = (disk: Disk, partition: string): Ruling[] =>
  rowsOf(disk, control(partition), RULING).map((one) => {
    const { row, state, reason, turn } = named(one);
    const said = { row: text(row), reason: text(reason), turn: count(turn), made: one.state.made };
    return { ...said, state: text(state) as Ruling['state'] }; // reason: only words of the core are written
  });

/** All that is known on a disk of one thing. */
export function bookOf(disk: Disk, partition: string, thing: string): Book {
  const of = (table: number, where: string) =>
    rowsOf(disk, where, table).map((row) => ({ row, fields: named(row), made: row.state.made }));
  const claims = of(CLAIM, partition)
    .filter(({ fields }) => fields.thing === thing)
    .map(({ row, fields, made }) => ({
      ...{ ...made, row: row.id, units: count(fields.units) },
      share: typeof fields.share === 'string' ? fields.share : null,
    }));
  const rows = new Set(claims.map(({ row }) => row));
  const loans = of(LOAN, control(partition))
    .filter(({ fields }) => fields.thing === thing)
    .map(({ row, fields }): Loan => {
      const { site, epoch, units, ended } = fields;
      return { id: row.id, site: count(site), epoch: count(epoch), units: count(units), ended: count(ended) === 1 };
    });
  const lent = new Set(loans.map(({ id }) => id));
  const [quota] = of(QUOTA, control(partition))
    .filter(({ fields }) => fields.thing === thing)
    .sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
  return {
    capacity: quota ? count(quota.fields.units) : null,
    claims,
    rulings: rulingsIn(disk, partition).filter(({ row }) => rows.has(row)),
    loans,
    returns: of(RETURN, partition)
      .map(({ fields, made }) => ({ loan: text(fields.loan), units: count(fields.units), site: made.site }))
      .filter(({ loan }) => lent.has(loan)),
    ended: [],
  };
}

export const THINGS = ['fund', 'places'];

/** At the hub: words on all claims that have none, unless what it lost may hold some. */
export function rule(holder: Holder, partition: string): void {
  if (!holder.hub || holder.disk.refilling) return;
  for (const thing of THINGS)
    for (const word of ruleOn(bookOf(holder.disk, partition, thing)))
      say(holder, control(partition), RULING, { ...word });
}

/** After rows were written: what was accepted and is gone gives its place back, and new claims get a word. */
export function followRuled(holder: Holder, shelf: Shelf): void {
  if (!holder.hub || isControl(shelf.partition)) return;
  const { partition } = shelf;
  const gone = shelf.gone
    .filter(({ table, id }) => table.number === CLAIM && !shelf.rows.has(rowKey(CLAIM, id)))
    .map(({ id }) => id);
  const claims = [...shelf.rows.values()].some(({ table, changed }) => table.number === CLAIM && changed);
  const returned = [...shelf.rows.values()].some(({ table, changed }) => table.number === RETURN && changed);
  if (gone.length === 0 && !claims && !returned) return;
  for (const { row, turn } of voidOf(rulingsIn(holder.disk, partition), gone))
    say(holder, control(partition), RULING, { row, state: 'void', reason: '', turn });
  rule(holder, partition);
}

/** The loan within which this site may decide itself. */
export function ownShare(holder: Holder, partition: string, thing: string, units: number): string | null {
  const epoch = chainOf(holder.disk.stores.get(partition), holder.number)?.epoch;
  return shareFor(bookOf(holder.disk, partition, thing), holder.number, epoch, units)?.id ?? null;
}

/** Loans of this site of which something is left, and how much. */
export function ownLoans(holder: Holder, partition: string, thing: string): { id: string; left: number }[] {
  const book = bookOf(holder.disk, partition, thing);
  const epoch = chainOf(holder.disk.stores.get(partition), holder.number)?.epoch;
  const left = leftOf(book);
  return book.loans
    .filter((loan) => loan.site === holder.number && loan.epoch === epoch)
    .map(({ id }) => ({ id, left: left.get(id) ?? 0 }))
    .filter((loan) => loan.left > 0);
}

/** At the hub. False when nothing can be lent. Errors: PowerCut, DiskFull. */
export function lend(holder: Holder, partition: string, thing: string, to: number, units: number): boolean {
  const chain = chainOf(holder.disk.stores.get(partition), to);
  const may = membershipOf(holder.disk, to).state === 'enrolled' && !holder.disk.refilling;
  if (!chain || !may || freeUnits(bookOf(holder.disk, partition, thing)) < units) return false;
  holder.durable();
  say(holder, control(partition), LOAN, { thing, site: to, epoch: chain.epoch, units, ended: 0 });
  return true;
}

/** Units that the hub's words gave, of a thing. */
export function given(disk: Disk, partition: string, thing: string): number {
  const { claims, rulings } = bookOf(disk, partition, thing);
  const latest = new Map<string, (typeof rulings)[0]>();
  for (const word of rulings.toSorted(
    (a, b) => a.turn - b.turn || a.made.at - b.made.at || compareDots(a.made, b.made),
  ))
    latest.set(word.row, word);
  return claims.reduce((sum, { row, units }) => sum + (latest.get(row)?.state === 'accepted' ? units : 0), 0);
}

export const standingsOf = (disk: Disk, partition: string, thing: string): Map<string, Standing> =>
  standings(bookOf(disk, partition, thing));

/** Said here once more, so that a mistake in the core is not a mistake of its judge. */
const stillGiven = (state: Membership['state'], partition: string) =>
  state === 'enrolled' || (state === 'ended' ? isControl(partition) : partition === TOLD);

/** Partitions that a site holds and is still given, by the hub's word. */
export function givenTo(hub: Disk, { number, place }: Holder): string[] {
  const { state } = membershipOf(hub, number);
  return partitionsOfSite(place.id ?? '', place.district ?? '').filter((name) => stillGiven(state, name));
}
