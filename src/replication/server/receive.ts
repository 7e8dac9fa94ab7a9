// Takes in a segment that arrived: verified, applied once, stored and numbered in one transaction, or refused with nothing done.
import type { KeyObject } from 'node:crypto';
import type { LocalTx } from '#platform/db';
import { clockState } from './clock-number.ts';
import {
  addDigests,
  chainAfter,
  checkPlace,
  checkSigned,
  fittingKeys,
  freshOf,
  fromLostPast,
  openArrived,
  takeActs,
  type OpenedSegment,
  type PersonKey,
  type Received,
} from './core/index.ts';
import { beginChain } from './epoch.ts';
import { certificateHolds, publicKeyOf } from './identity.ts';
import type { Replica } from './replica.ts';
import type { SitePlace } from './rights.ts';
import { loadShelf, saveShelf } from './shelf.ts';
import { findSiteByNumber, siteKeys } from './sites.ts';
import {
  chainHead,
  loadSpans,
  lockPartition,
  noteRanges,
  saveChain,
  saveHead,
  saveSpans,
  storeSegment,
} from './store.ts';

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
  if (received.outcome === 'stored')
    for (const { header } of segment.acts) {
      const own = segment.site === replica.identity.number; // from before a loss: whatever its clock was, ours goes on after it
      replica.clock.observe(header.at, own ? 'synced' : clockState(header.clock));
    }
  return received;
}

/** Keys that may speak for a site: the hub's own key is pinned, others are certified by the root in the control log. */
async function keysOfSite(replica: Replica, tx: LocalTx, number: number): Promise<KeyObject[]> {
  const { identity } = replica;
  if (number === identity.number) return [publicKeyOf(identity.publicKey)];
  if (number === 0) return identity.hubPublicKey ? [publicKeyOf(identity.hubPublicKey)] : [];
  const root = identity.rootPublicKey;
  if (!root) return [];
  const known = await siteKeys(tx, number);
  return known
    .filter((key) => certificateHolds(root, number, key.public_key, key.certificate))
    .map((key) => publicKeyOf(key.public_key));
}

async function store(
  replica: Replica,
  tx: LocalTx,
  segment: OpenedSegment,
  bytes: Uint8Array,
  { cursor }: ReceiveOptions,
): Promise<Received> {
  const { partition, site, epoch } = segment;
  const forged = checkSigned(segment, await keysOfSite(replica, tx, site));
  if (forged) return forged;
  const head = await lockPartition(tx, partition);
  const misplaced = checkPlace(segment, await chainHead(tx, partition, site, epoch));
  if (misplaced) {
    if (misplaced.outcome === 'known') await saveCursor(tx, partition, cursor);
    return misplaced;
  }
  const known = await loadSpans(tx, partition, segment.acts);
  const fresh = freshOf(segment.acts, known);
  const shelf = await loadShelf(replica, tx, partition, fresh, await placeOf(replica, tx, site));
  const taken = takeActs(shelf, fresh, known);
  await saveShelf(replica, tx, shelf);
  const after = chainAfter(segment);
  // own work of an epoch that this disk does not know: it is from before a loss, and no number of it may be given again
  if (fromLostPast(segment, replica.identity.number, await chainHead(tx, partition, site)))
    await beginChain(replica, tx, partition, epoch);
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
  return {
    outcome: 'stored',
    seq: after.seq,
    operations: taken.operations,
    quarantined: shelf.quarantined.length,
  };
}

/** Where the writer of a segment stands; at a telecentre what the hub sends has been judged by the hub. */
export async function placeOf(replica: Replica, tx: LocalTx, site: number): Promise<SitePlace | null> {
  if (replica.identity.role === 'telecentre') return null;
  if (site === 0) return { role: 'hub' };
  const known = await findSiteByNumber(tx, site);
  return { role: 'telecentre', id: known?.id, district: known?.district };
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
