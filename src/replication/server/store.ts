// Where closed segments live: numbered in this holder's feed, chained per site, with the identities they hold.
import { randomBytes } from 'node:crypto';
import { lockRows } from '#platform/dialect';
import type { LocalTx, Reader } from '#platform/db';
import { ZERO_DIGEST } from './core/index.ts';
import type {} from './tables.ts';

export interface PartitionHead {
  partition: string;
  feed_name: string;
  feed: number;
  digest: Uint8Array;
}

export interface ChainHead {
  site: number;
  epoch: number;
  seq: number;
  chain: Uint8Array;
}

export const NO_CHAIN = new Uint8Array(32);

/** Locks the partition's head for the rest of the transaction, making it when this is the first thing stored there. */
export async function lockPartition(tx: LocalTx, partition: string): Promise<PartitionHead> {
  const query = tx.selectFrom('log_partition').selectAll().where('partition', '=', partition);
  const found = await lockRows(tx.engine, query).executeTakeFirst();
  if (found) return found;
  const fresh = { partition, feed_name: randomBytes(6).toString('base64url'), feed: 0, digest: ZERO_DIGEST };
  await tx.local
    .insertInto('log_partition')
    .values(fresh)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await lockRows(tx.engine, query).executeTakeFirst()) ?? fresh;
}

export async function saveHead(tx: LocalTx, head: PartitionHead): Promise<void> {
  await tx.local
    .updateTable('log_partition')
    .set({ feed: head.feed, digest: head.digest })
    .where('partition', '=', head.partition)
    .execute();
}

/** The chain of a site in a partition: its given epoch, or the newest. Undefined when nothing is stored. */
export async function chainHead(
  reader: Reader,
  partition: string,
  site: number,
  epoch?: number,
): Promise<ChainHead | undefined> {
  let query = reader
    .selectFrom('log_chain')
    .select(['site', 'epoch', 'seq', 'chain'])
    .where('partition', '=', partition)
    .where('site', '=', site);
  if (epoch !== undefined) query = query.where('epoch', '=', epoch);
  return query.orderBy('epoch', 'desc').limit(1).executeTakeFirst();
}

export async function saveChain(tx: LocalTx, partition: string, head: ChainHead): Promise<void> {
  await tx.local
    .insertInto('log_chain')
    .values({ partition, ...head })
    .onConflict((conflict) =>
      conflict.columns(['partition', 'site', 'epoch']).doUpdateSet({ seq: head.seq, chain: head.chain }),
    )
    .execute();
}

export interface Interval {
  site: number;
  device: number;
  run: number;
  from_n: number;
  to_n: number;
}

/** Whether an operation was applied, held or quarantined here before: the key of "at most once" on every path. */
export async function isApplied(
  reader: Reader,
  partition: string,
  one: Omit<Interval, 'from_n' | 'to_n'> & { n: number },
): Promise<boolean> {
  const found = await reader
    .selectFrom('log_applied')
    .select('to_n')
    .where('partition', '=', partition)
    .where('site', '=', one.site)
    .where('device', '=', one.device)
    .where('run', '=', one.run)
    .where('from_n', '<=', one.n)
    .orderBy('from_n', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined && found.to_n >= one.n;
}

/** Adds identities, joining neighbours, so that months of a telecentre stay a few rows. All of them are new, or all were here before. */
export async function addApplied(tx: LocalTx, partition: string, one: Interval): Promise<void> {
  if (await isApplied(tx, partition, { ...one, n: one.from_n })) return; // an act of before a restore, numbered anew
  const here = { partition, site: one.site, device: one.device, run: one.run };
  const of = (from: number) =>
    tx.local
      .deleteFrom('log_applied')
      .where('partition', '=', partition)
      .where('site', '=', one.site)
      .where('device', '=', one.device)
      .where('run', '=', one.run)
      .where('from_n', '=', from);
  const near = await tx
    .selectFrom('log_applied')
    .select(['from_n', 'to_n'])
    .where('partition', '=', partition)
    .where('site', '=', one.site)
    .where('device', '=', one.device)
    .where('run', '=', one.run)
    .where((e) => e.or([e('to_n', '=', one.from_n - 1), e('from_n', '=', one.to_n + 1)]))
    .execute();
  let { from_n, to_n } = one;
  for (const neighbour of near) {
    from_n = Math.min(from_n, neighbour.from_n);
    to_n = Math.max(to_n, neighbour.to_n);
    await of(neighbour.from_n).execute();
  }
  await tx.local
    .insertInto('log_applied')
    .values({ ...here, from_n, to_n })
    .execute();
}

export interface StoredSegment {
  site: number;
  epoch: number;
  seq_from: number;
  seq_to: number;
  feed: number;
  bytes: Uint8Array;
}

/** Segments after a feed number, in order, at most `limit`. */
export async function segmentsAfter(
  reader: Reader,
  partition: string,
  feed: number,
  limit: number,
): Promise<StoredSegment[]> {
  return reader
    .selectFrom('log_segment')
    .select(['site', 'epoch', 'seq_from', 'seq_to', 'feed', 'bytes'])
    .where('partition', '=', partition)
    .where('feed', '>', feed)
    .orderBy('feed')
    .limit(limit)
    .execute();
}

/** Segments of one chain from a position on, in order: what the other side has not receipted. */
export async function segmentsOfChain(
  reader: Reader,
  partition: string,
  site: number,
  epoch: number,
  fromSeq: number,
  limit: number,
): Promise<StoredSegment[]> {
  return reader
    .selectFrom('log_segment')
    .select(['site', 'epoch', 'seq_from', 'seq_to', 'feed', 'bytes'])
    .where('partition', '=', partition)
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .where('seq_to', '>=', fromSeq)
    .orderBy('seq_from')
    .limit(limit)
    .execute();
}
