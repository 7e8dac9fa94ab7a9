// Takes in a segment that arrived: verified, applied once, stored and numbered in one transaction, or refused with nothing done.
import type { LocalTx } from '#platform/db';
import { editsOf } from './acts.ts';
import { raise } from './alarms.ts';
import { isOverQuota } from './aside-quota.ts';
import { clockState } from './clock-number.ts';
import { closeIn } from './close.ts';
import {
  addDigests,
  chainAfter,
  checkPlace,
  checkSigned,
  fittingKeys,
  freshOf,
  fromLostPast,
  openArrived,
  openSegment,
  signedTooOld,
  takeActs,
  type Act,
  type OpenedSegment,
  type PersonKey,
  type Received,
  type Shelf,
} from './core/index.ts';
import { beginChain } from './epoch.ts';
import { erasureTable, performErasures } from './erasing.ts';
import { answerKeyRequests } from './key-renewal.ts';
import { requestTable } from './manifest.ts';
import type { Replica } from './replica.ts';
import type { Writer, Writers } from './rights.ts';
import { writerOf } from './revocation.ts';
import { settle } from './settle.ts';
import { loadShelf, saveShelf } from './shelf.ts';
import { keysOfSite } from './site-keys.ts';
import {
  chainHead,
  insertMany,
  lastOfChain,
  loadSpans,
  lockPartition,
  noteRanges,
  saveChain,
  saveHead,
  saveSpans,
  storeSegment,
} from './store.ts';
import { sayQuarantined, spansSpoken } from './verdict-log.ts';
import { verdictTable } from './verdict-tables.ts';

export interface ReceiveOptions {
  /** The cursor in the sender's feed that is reached with this segment; kept in the same transaction. */
  cursor?: { peer: number; feedName: string; cursor: number };
  /** Of persons, beside the segment; those that open something in it are durable before it is. */
  keys?: readonly PersonKey[];
  /** The keys are of this segment alone: one that opens nothing was damaged on the way, and nothing is done. */
  strict?: boolean;
}

export async function receiveSegment(
  replica: Replica,
  partition: string,
  bytes: Uint8Array,
  options: ReceiveOptions = {},
): Promise<Received> {
  const segment = openArrived(partition, bytes);
  if ('outcome' in segment) return segment;
  const { keys = [] } = options;
  const fitting = fittingKeys(segment, keys, (number) => replica.tables.byNumber.get(number));
  if (options.strict && fitting.length < keys.length)
    return { outcome: 'refused', reason: 'malformed', detail: 'a key that opens nothing beside it' };
  if (fitting.length > 0) await replica.keys.put(fitting.map((key) => ({ partition, ...key })));
  const received = await replica.db.transaction((tx) => store(replica, tx, segment, bytes, options), {
    isolation: 'read committed',
  });
  if (received.outcome === 'stored') await followUp(replica, segment.acts);
  return received;
}

/** After the segment is durable. */
async function followUp(replica: Replica, acts: readonly Act[]): Promise<void> {
  for (const { header, site } of acts) {
    const own = site === replica.identity.number; // from before a loss: whatever its clock was, ours goes on after it
    replica.clock.observe(header.at, own ? 'synced' : clockState(header.clock));
  }
  const asks = acts.some((act) => act.operations.some(({ table }) => table === requestTable.number));
  if (asks) await answerKeyRequests(replica);
  const erases = acts.some((act) => act.operations.some(({ table }) => table === erasureTable.number));
  if (erases) await performErasures(replica);
}

async function store(
  replica: Replica,
  tx: LocalTx,
  segment: OpenedSegment,
  bytes: Uint8Array,
  { cursor }: ReceiveOptions,
): Promise<Received> {
  const { partition, site, epoch } = segment;
  const keys = await keysOfSite(tx, replica.identity, site);
  const forged = checkSigned(segment, keys);
  if (forged) return forged;
  // an image may hold open what had left before: own work that comes back counts once only when all of it has its place
  if (site === replica.identity.number) while (await closeIn(replica, tx, partition));
  const head = await lockPartition(tx, partition);
  const misplaced = checkPlace(segment, await chainHead(tx, partition, site, epoch));
  if (misplaced) {
    if (misplaced.outcome === 'known') await saveCursor(tx, partition, cursor);
    return misplaced;
  }
  const last = keys.length > 1 ? await lastOfChain(tx, partition, site, epoch) : undefined;
  const tooOld = last && signedTooOld(segment, openSegment(last.bytes), keys);
  if (tooOld) return tooOld;
  const known = await loadSpans(tx, partition, segment.acts);
  const fresh = freshOf(segment.acts, known);
  const shelf = await loadShelf(replica, tx, partition, fresh, await writersOf(replica, tx, [site]));
  const taken = takeActs(shelf, fresh, known);
  if (replica.identity.role === 'hub' && (await isOverQuota(tx, site, shelf, replica.mostAside)))
    return { outcome: 'refused', reason: 'aside-full', detail: `too much of site ${site} waits for a decision` };
  await saveShelf(replica, tx, shelf);
  const after = chainAfter(segment);
  const otherCopy = isOtherCopy(replica, segment.site, fresh);
  if (otherCopy) await raise(tx, replica.clock.now(), 'two-copies');
  // own work of an epoch that this disk does not know: it is from before a loss, and no number of it may be given again
  if (fromLostPast(segment, replica.identity.number, await chainHead(tx, partition, site))) {
    await beginChain(replica, tx, partition, epoch);
    if (!otherCopy) await raise(tx, replica.clock.now(), 'database-older');
  }
  const feed = head.feed + 1;
  await storeSegment(tx, partition, {
    site,
    epoch,
    seq_from: segment.seqFrom,
    seq_to: after.seq,
    feed,
    bytes,
    stored_at: replica.clock.now(),
  });
  await saveChain(tx, partition, after);
  await saveSpans(tx, partition, taken.intervals);
  await noteRanges(tx, partition, taken.spans, feed);
  await saveHead(tx, { ...head, feed, digest: addDigests(head.digest, shelf.digest) });
  await saveCursor(tx, partition, cursor);
  await insertMany(tx, 'log_edit', editsOf(fresh));
  await judged(replica, tx, shelf);
  return {
    outcome: 'stored',
    seq: after.seq,
    operations: taken.operations,
    quarantined: shelf.quarantined.length,
  };
}

/** Work under our own name that we did not write and that is younger than this start: somewhere a second copy of this site runs. */
const isOtherCopy = ({ identity, startedAt }: Replica, site: number, fresh: readonly Act[]) =>
  site === identity.number && fresh.some(({ header }) => header.at > startedAt);

/** What follows from what was stored: the hub tells what it set aside; who hears the hub's words makes rows anew. */
async function judged(replica: Replica, tx: LocalTx, shelf: Shelf): Promise<void> {
  const { partition } = shelf;
  const of = partition.endsWith('/control') ? partition.slice(0, -'/control'.length) : undefined;
  if (of === undefined) return sayUnsaid(replica, tx, shelf);
  const ids = [...shelf.rows.values()].filter(({ table }) => table.number === verdictTable.number).map(({ id }) => id);
  if (ids.length > 0) await settle(replica, tx, of, await spansSpoken(tx, partition, ids));
}

/** At the hub: what was set aside just now is told to every holder. */
export async function sayUnsaid(replica: Replica, tx: LocalTx, shelf: Shelf): Promise<void> {
  if (replica.identity.role !== 'hub') return;
  const unsaid = shelf.quarantined.filter((kept) => kept.unsaid);
  await sayQuarantined(replica, tx, shelf.partition, unsaid);
}

/** How the hub judges the writers of acts; null at a telecentre: what the hub sends has been judged by the hub. */
export async function writersOf(replica: Replica, tx: LocalTx, sites: readonly number[]): Promise<Writers | null> {
  if (replica.identity.role === 'telecentre') return null;
  const writers = new Map<number, Writer>();
  for (const number of sites) writers.set(number, number === 0 ? { role: 'hub' } : await writerOf(tx, number));
  return writers;
}

export async function saveCursor(tx: LocalTx, partition: string, cursor: ReceiveOptions['cursor']): Promise<void> {
  if (!cursor) return;
  await tx.local
    .insertInto('log_peer')
    .values({
      partition,
      peer: cursor.peer,
      feed_name: cursor.feedName,
      cursor: cursor.cursor,
      acked_epoch: 0,
      acked_seq: 0,
    })
    .onConflict((conflict) =>
      conflict.columns(['partition', 'peer']).doUpdateSet({ feed_name: cursor.feedName, cursor: cursor.cursor }),
    )
    .execute();
}
