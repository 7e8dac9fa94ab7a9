// Where closed segments live: numbered in this holder's feed, chained per site, with the identities they hold.
import { randomBytes } from 'node:crypto';
import { lockRows } from '#platform/dialect';
import type { LocalTx, Reader, Tables } from '#platform/db';
import {
  segmentHead,
  spansOf,
  ZERO_DIGEST,
  type Act,
  type ChainHead,
  type ChainPosition,
  type Position,
  type Span,
} from './core/index.ts';
import type {} from './tables.ts';

export interface PartitionHead {
  partition: string;
  feed_name: string;
  feed: number;
  digest: Uint8Array;
}

/** Locks the partition's head for the rest of the transaction, making it when this is the first thing stored there. */
export async function lockPartition(tx: LocalTx, partition: string): Promise<PartitionHead> {
  const query = tx.selectFrom('log_partition').selectAll().where('partition', '=', partition);
  const found = await lockRows(tx.engine, query).executeTakeFirst();
  if (found) return found;
  const fresh = { partition, feed_name: randomBytes(4).toString('base64url'), feed: 0, digest: ZERO_DIGEST };
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

/** How far every chain of a partition is stored. */
export async function chainsOf(reader: Reader, partition: string): Promise<ChainPosition[]> {
  return reader
    .selectFrom('log_chain')
    .select(['site', 'epoch', 'seq'])
    .where('partition', '=', partition)
    .where('seq', '>', 0)
    .orderBy('site')
    .orderBy('epoch')
    .execute();
}

/** Chains that reach further here than in a vector, with the first position that is missing there; the own present one left out. */
export async function chainsBeyond(
  reader: Reader,
  partition: string,
  vector: readonly ChainPosition[],
  self: number,
): Promise<{ site: number; epoch: number; from: number }[]> {
  const own = await chainHead(reader, partition, self);
  const known = await chainsOf(reader, partition);
  return known.flatMap(({ site, epoch, seq }) => {
    const there = vector.find((chain) => chain.site === site && chain.epoch === epoch)?.seq ?? 0;
    const left = seq <= there || (site === self && epoch === own?.epoch);
    return left ? [] : [{ site, epoch, from: there + 1 }];
  });
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

/** Of what was ever taken in here: the intervals that these acts may lie in or touch. */
export async function loadSpans(tx: LocalTx, partition: string, acts: readonly Act[]): Promise<Span[]> {
  const found: Span[] = [];
  for (const span of widestOf(spansOf(acts)))
    found.push(
      ...(await tx
        .selectFrom('log_applied')
        .select(['site', 'device', 'run', 'from_n', 'to_n'])
        .where('partition', '=', partition)
        .where('site', '=', span.site)
        .where('device', '=', span.device)
        .where('run', '=', span.run)
        .where('from_n', '<=', span.to_n + 1)
        .where('to_n', '>=', span.from_n - 1)
        .execute()),
    );
  return found;
}

/** One span per run, from its least number to its greatest. */
export function widestOf(spans: readonly Span[]): Span[] {
  return [...Map.groupBy(spans, ({ site, device, run }) => `${site} ${device} ${run}`).values()].map((of) => ({
    ...(of[0] as Span), // reason: a group is never empty
    from_n: Math.min(...of.map((span) => span.from_n)),
    to_n: Math.max(...of.map((span) => span.to_n)),
  }));
}

/** Keeps the intervals as they are after more was taken in. */
export async function saveSpans(
  tx: LocalTx,
  partition: string,
  { gone, made }: { gone: readonly Span[]; made: readonly Span[] },
): Promise<void> {
  for (const span of gone)
    await tx.local
      .deleteFrom('log_applied')
      .where('partition', '=', partition)
      .where('site', '=', span.site)
      .where('device', '=', span.device)
      .where('run', '=', span.run)
      .where('from_n', '=', span.from_n)
      .execute();
  await insertMany(
    tx,
    'log_applied',
    made.map((span) => ({ partition, ...span })),
  );
}

/** Where to find the act behind a row: which stored segment holds which identities. */
export async function noteRanges(tx: LocalTx, partition: string, spans: readonly Span[], feed: number): Promise<void> {
  await insertMany(
    tx,
    'log_range',
    spans.map((span) => ({ partition, ...span, feed })),
  );
}

/** SQLite takes 32,766 values in one statement. */
const MOST_VALUES = 30_000;

/** Lines of one shape in portions that fit one statement. */
export function portions<T extends object>(lines: readonly T[]): T[][] {
  const each = Math.max(1, Object.keys(lines[0] ?? {}).length);
  const most = Math.max(1, Math.floor(MOST_VALUES / each));
  return Array.from({ length: Math.ceil(lines.length / most) }, (_, i) => lines.slice(i * most, (i + 1) * most));
}

type LogTable =
  'log_held' | 'log_quarantine' | 'log_applied' | 'log_range' | 'log_edit' | 'ruled_claim' | 'open_conflict';

/** Lines that are there already stay as they are. */
export async function insertMany<T extends LogTable>(
  tx: LocalTx,
  table: T,
  lines: readonly Tables[T][],
): Promise<void> {
  for (const part of portions(lines))
    await tx.local
      .insertInto(table as LogTable)
      .values(part)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

export async function storeSegment(
  tx: LocalTx,
  partition: string,
  segment: StoredSegment & { stored_at: number },
): Promise<void> {
  await tx.local
    .insertInto('log_segment')
    .values({ partition, ...segment })
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

/** The last segment stored of a chain. */
export async function lastOfChain(
  reader: Reader,
  partition: string,
  site: number,
  epoch: number,
): Promise<{ bytes: Uint8Array } | undefined> {
  return reader
    .selectFrom('log_segment')
    .select('bytes')
    .where('partition', '=', partition)
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .orderBy('seq_from', 'desc')
    .limit(1)
    .executeTakeFirst();
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
  // found by where it begins: a search by where segments end would pass over the whole past
  const around = await reader
    .selectFrom('log_segment')
    .select('seq_from')
    .where('partition', '=', partition)
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .where('seq_from', '<=', fromSeq)
    .orderBy('seq_from', 'desc')
    .limit(1)
    .executeTakeFirst();
  return reader
    .selectFrom('log_segment')
    .select(['site', 'epoch', 'seq_from', 'seq_to', 'feed', 'bytes'])
    .where('partition', '=', partition)
    .where('site', '=', site)
    .where('epoch', '=', epoch)
    .where('seq_from', '>=', around?.seq_from ?? fromSeq)
    .where('seq_to', '>=', fromSeq)
    .orderBy('seq_from')
    .limit(limit)
    .execute();
}

/** The chain hash at a position where one of the chain's segments ends; undefined when none does. */
export async function chainAt(
  reader: Reader,
  partition: string,
  site: number,
  { epoch, seq }: Position,
): Promise<Uint8Array | undefined> {
  const head = await chainHead(reader, partition, site, epoch);
  if (head?.seq === seq) return head.chain;
  const [next] = await segmentsOfChain(reader, partition, site, epoch, seq + 1, 1);
  return next?.seq_from === seq + 1 ? segmentHead(next.bytes).chainBefore : undefined;
}
