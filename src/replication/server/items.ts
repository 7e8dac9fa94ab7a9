// What operations are about, counted by table: "12 visits, 3 people", of what a session brought to the hub and of what still waits.
import type { Reader } from '#platform/db';
import { decodeAct, openSegment, type Act, type Position } from './core/index.ts';
import type { Replica } from './replica.ts';
import { chainHead, segmentsOfChain } from './store.ts';

/** New rows by table, and `changes` of rows that were there before. */
export type Items = Record<string, number>;

/** Segments looked into: what is more is told as a number of records only. */
const MOST_SEGMENTS = 60;
const AT_ONCE = 20;
/** Rows that only say who did it, or ask somebody. */
const SILENT = new Set(['act_actor', 'request']);

/** Pieces of the own chains that the hub receipted. */
export interface Receipted extends Position {
  partition: string;
  from: number;
}

/** Undefined when there is too much to look into. */
export async function countReceipted(replica: Replica, receipted: readonly Receipted[]): Promise<Items | undefined> {
  const items: Items = {};
  let left = MOST_SEGMENTS;
  for (const { partition, epoch, from, seq } of receipted) {
    left -= await countChain(replica, items, { partition, epoch, from, to: seq }, left);
    if (left <= 0) return undefined;
  }
  return items;
}

/** What the hub has not receipted yet; undefined when there is too much to look into. */
export async function countWaiting(replica: Replica): Promise<Items | undefined> {
  const { read } = replica.db;
  const items: Items = {};
  const open = await read.selectFrom('log_open').select('act').limit(5_000).execute();
  for (const { act } of open) count(replica, items, decodeAct(act), () => true);
  let left = MOST_SEGMENTS;
  for (const { partition, epoch, from, seq } of await notReceipted(replica, read)) {
    left -= await countChain(replica, items, { partition, epoch, from, to: seq }, left);
    if (left <= 0) return undefined;
  }
  return items;
}

/** Per partition the piece of the present own chain that lies beyond its receipt. */
export async function notReceipted(replica: Replica, read: Reader): Promise<Receipted[]> {
  const site = replica.identity.number;
  if (site === undefined) return [];
  const peers = await read
    .selectFrom('log_peer')
    .select(['partition', 'acked_epoch', 'acked_seq'])
    .where('peer', '=', 0)
    .execute();
  const partitions = await read
    .selectFrom('log_chain')
    .select('partition')
    .distinct()
    .where('site', '=', site)
    .execute();
  const found: Receipted[] = [];
  for (const { partition } of partitions) {
    const own = await chainHead(read, partition, site);
    const peer = peers.find((one) => one.partition === partition);
    const acked = own && peer?.acked_epoch === own.epoch ? peer.acked_seq : 0;
    if (own && own.seq > acked) found.push({ partition, epoch: own.epoch, from: acked + 1, seq: own.seq });
  }
  return found;
}

/** Returns how many segments were opened. */
async function countChain(
  replica: Replica,
  items: Items,
  { partition, epoch, from, to }: { partition: string; epoch: number; from: number; to: number },
  most: number,
): Promise<number> {
  let opened = 0;
  for (let next = from; next <= to && opened < most;) {
    const site = replica.identity.number ?? 0;
    const segments = await segmentsOfChain(replica.db.read, partition, site, epoch, next, Math.min(AT_ONCE, most));
    if (segments.length === 0) break;
    for (const { bytes, seq_from, seq_to } of segments) {
      if (seq_from > to) return opened;
      let seq = seq_from - 1;
      for (const act of openSegment(bytes).acts)
        count(replica, items, act, () => {
          seq += 1;
          return seq >= next && seq <= to;
        });
      opened += 1;
      next = seq_to + 1;
    }
  }
  return opened;
}

function count(replica: Replica, items: Items, { operations }: Act, counts: () => boolean): void {
  for (const { table, kind } of operations) {
    const name = replica.tables.byNumber.get(table)?.name;
    if (!counts() || name === undefined || SILENT.has(name)) continue;
    const key = kind === 'create' ? name : 'changes';
    items[key] = (items[key] ?? 0) + 1;
  }
}
