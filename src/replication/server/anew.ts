// Makes all rows of a partition anew from its log and compares: what is stored must be what the log says. Repairs what is not.
import { crc32 } from 'node:zlib';
import type { LocalTx, Reader } from '#platform/db';
import type { ReplicatedTable } from '#platform/manifest';
import { eachOnce } from './acts.ts';
import {
  addDigests,
  decodeAct,
  hashOf,
  lessDigest,
  metaText,
  openSegment,
  rebuildRow,
  rowKey,
  sameDigest,
  singleActs,
  spansOf,
  ZERO_DIGEST,
  type Act,
  type Digest,
  type RowState,
  type Shelf,
} from './core/index.ts';
import type { Replica } from './replica.ts';
import { rowsOf } from './rows.ts';
import { forgetKept } from './settle.ts';
import { loadKeys, loadShelfRows, openShelf, saveShelf } from './shelf.ts';
import { lockPartition, saveHead } from './store.ts';
import { verdictsOn } from './verdict-log.ts';

export interface WrongRow {
  table: string;
  id: string;
  /** `lost`: the log makes it and it is not there; `changed`: it is not what the log makes; `unexplained`: no act made it. */
  how: 'lost' | 'changed' | 'unexplained';
}

export interface AnewReport {
  partition: string;
  operations: number;
  /** Rows that the log makes. */
  rows: number;
  wrong: number;
  /** The first of them; ids only, never what stands in them. */
  first: WrongRow[];
  /** Whether the digest that is kept is that of the rows, after a repair too. */
  digestHolds: boolean;
  repaired: number;
}

export interface AnewOptions {
  /** Writes what the log says; rows that no act made stay. */
  repair?: boolean;
  /** Operations held in memory at once. */
  most?: number;
}

/** Operations in memory at once: the log is read once for each so many. */
const MOST = 100_000;
const SEGMENTS = 40;
const ROWS = 200;
const NAMED = 20;

/** Each part of the rows in a transaction of its own, which holds the partition for some seconds. A second run finds what a power cut left. */
export async function makeAnew(
  replica: Replica,
  partition: string,
  { repair = false, most = MOST }: AnewOptions = {},
): Promise<AnewReport> {
  const report: AnewReport = {
    partition,
    operations: await countOperations(replica.db.read, partition),
    rows: 0,
    wrong: 0,
    first: [],
    digestHolds: false,
    repaired: 0,
  };
  const parts = Math.max(1, Math.ceil(report.operations / most));
  for (let part = 0; part < parts; part++)
    await replica.db.transaction(async (tx) => {
      const head = await lockPartition(tx, partition);
      // a transaction may be run again: what it counts is kept when it is over
      const found: AnewReport = { ...report, first: [...report.first] };
      const moved = await comparePart(replica, tx, found, (id) => crc32(id) % parts === part, repair);
      if (repair) await saveHead(tx, { ...head, digest: addDigests(head.digest, moved) });
      Object.assign(report, found);
    });
  await replica.db.transaction(async (tx) => {
    const head = await lockPartition(tx, partition);
    const kept = await digestOfRows(replica, tx, partition);
    report.digestHolds = sameDigest(kept, head.digest);
    if (report.digestHolds || !repair) return;
    await saveHead(tx, { ...head, digest: kept });
    report.digestHolds = true;
    report.repaired += 1;
  });
  return report;
}

async function countOperations(read: Reader, partition: string): Promise<number> {
  const { steps, segments } = await read
    .selectFrom('log_segment')
    .select((e) => [e.fn.sum<number>(e('seq_to', '-', e.ref('seq_from'))).as('steps'), e.fn.countAll().as('segments')])
    .where('partition', '=', partition)
    .executeTakeFirstOrThrow();
  const { open } = await read
    .selectFrom('log_open')
    .select((e) => e.fn.sum<number>('count').as('open'))
    .where('partition', '=', partition)
    .executeTakeFirstOrThrow();
  return Number(steps ?? 0) + Number(segments) + Number(open ?? 0);
}

/** Every act of the log, closed ones in the order in which they came, then the open ones. */
async function* actsOfLog(read: Reader, partition: string): AsyncIterable<Act> {
  for (let after = 0; ;) {
    const segments = await read
      .selectFrom('log_segment')
      .select(['feed', 'bytes'])
      .where('partition', '=', partition)
      .where('feed', '>', after)
      .orderBy('feed')
      .limit(SEGMENTS)
      .execute();
    for (const { bytes } of segments) yield* openSegment(bytes).acts;
    const last = segments.at(-1);
    if (!last) break;
    after = last.feed;
  }
  const open = await read.selectFrom('log_open').select('act').where('partition', '=', partition).execute();
  for (const { act } of open) yield decodeAct(act);
}

/** The rows whose ids are `mine`. Returns what a repair did to the digest. */
async function comparePart(
  replica: Replica,
  tx: LocalTx,
  report: AnewReport,
  mine: (id: string) => boolean,
  repair: boolean,
): Promise<Digest> {
  const { partition } = report;
  const byTable = new Map<ReplicatedTable, Map<string, Act[]>>();
  for await (const act of actsOfLog(tx, partition))
    for (const alone of singleActs(act)) {
      const [operation] = alone.operations;
      const table = operation && replica.tables.byNumber.get(operation.table);
      if (!table || !mine(operation.row)) continue;
      const rows = byTable.get(table) ?? new Map<string, Act[]>();
      byTable.set(table, rows);
      const acts = rows.get(operation.row);
      if (acts) acts.push(alone);
      else rows.set(operation.row, [alone]);
    }
  let moved = ZERO_DIGEST;
  for (const [table, rows] of byTable) {
    const ids = [...rows.keys()].sort();
    for (let at = 0; at < ids.length; at += ROWS) {
      const some = new Map(ids.slice(at, at + ROWS).map((id) => [id, eachOnce(rows.get(id) ?? [])]));
      const wrong = await compareRows(replica, tx, partition, table, some, report);
      if (repair && wrong.size > 0) {
        moved = addDigests(moved, await writeRows(replica, tx, partition, table, wrong));
        report.repaired += wrong.size;
      }
    }
  }
  for (const table of replica.tables.byName.values())
    for await (const { id } of rowsOf(tx, table, partition))
      if (mine(id) && !byTable.get(table)?.has(id)) note(report, table, id, 'unexplained');
  return moved;
}

function note(report: AnewReport, table: ReplicatedTable, id: string, how: WrongRow['how']): void {
  report.wrong += 1;
  if (report.first.length < NAMED) report.first.push({ table: table.name, id, how });
}

/** Those of the rows that are not what their operations make. Changes nothing. */
async function compareRows(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  table: ReplicatedTable,
  rows: ReadonlyMap<string, Act[]>,
  report: AnewReport,
): Promise<Map<string, Act[]>> {
  const shelf = await shelfFor(replica, tx, partition, table, rows);
  const stored = new Map([...rows.keys()].map((id) => [id, shelf.rows.get(rowKey(table.number, id))?.state]));
  const before = new Map([...stored].map(([id, state]) => [id, state && textOf(table, state)]));
  for (const acts of rows.values()) rebuildRow(shelf, acts);
  const wrong = new Map<string, Act[]>();
  for (const [id, acts] of rows) {
    const made = shelf.rows.get(rowKey(table.number, id))?.state;
    if (made) report.rows += 1;
    if (before.get(id) === (made && textOf(table, made))) continue;
    wrong.set(id, acts);
    note(report, table, id, before.get(id) === undefined ? 'lost' : 'changed');
  }
  return wrong;
}

/** A row with what its `meta` says, so that two can be compared; empty and absent are one. */
function textOf(table: ReplicatedTable, state: RowState): string {
  const values = [...state.values].filter(([, value]) => value !== null).sort(([a], [b]) => a - b);
  const plain = values.map(([column, value]) => [column, value instanceof Uint8Array ? [...value] : value]);
  return JSON.stringify([plain, table.class === 'fact' ? null : metaText(state), state.made]);
}

async function shelfFor(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  table: ReplicatedTable,
  rows: ReadonlyMap<string, Act[]>,
): Promise<Shelf> {
  const shelf = openShelf(replica, partition, null);
  await loadShelfRows(tx, shelf, table, [...rows.keys()]);
  const acts = [...rows.values()].flat();
  shelf.verdicts = await verdictsOn(tx, partition, spansOf(acts));
  await loadKeys(replica, shelf, acts);
  return shelf;
}

async function writeRows(
  replica: Replica,
  tx: LocalTx,
  partition: string,
  table: ReplicatedTable,
  rows: ReadonlyMap<string, Act[]>,
): Promise<Digest> {
  const shelf = await shelfFor(replica, tx, partition, table, rows);
  await forgetKept(tx, partition, table.number, [...rows.keys()]);
  for (const acts of rows.values()) rebuildRow(shelf, acts);
  await saveShelf(replica, tx, shelf);
  return shelf.digest;
}

/** What the partition's head must keep: the rows' sum, without what open acts did, which they keep themselves. */
async function digestOfRows(replica: Replica, tx: LocalTx, partition: string): Promise<Digest> {
  let sum = ZERO_DIGEST;
  for (const table of replica.tables.byName.values())
    for await (const { id, state } of rowsOf(tx, table, partition))
      sum = addDigests(sum, hashOf(table, id, state.values));
  const open = await tx.selectFrom('log_open').select('digest').where('partition', '=', partition).execute();
  for (const { digest } of open) sum = lessDigest(sum, Uint8Array.from(digest));
  return sum;
}

/** All partitions that are here, control logs first: verdicts are rows too. */
export async function makeAllAnew(replica: Replica, options: AnewOptions = {}): Promise<AnewReport[]> {
  const partitions = await replica.db.read.selectFrom('log_partition').select('partition').execute();
  const names = partitions.map(({ partition }) => partition).sort();
  const control = (name: string) => (name.endsWith('/control') ? 0 : 1);
  const reports: AnewReport[] = [];
  for (const name of names.toSorted((a, b) => control(a) - control(b)))
    reports.push(await makeAnew(replica, name, options));
  return reports;
}
