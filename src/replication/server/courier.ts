// Makes a bundle for a courier: everything the other side has not receipted, with vectors and receipts, sealed to it and signed.
import type { LocalTx } from '#platform/db';
import { closeOpenActs } from './close.ts';
import { bundleName, keepBundle } from './courier-files.ts';
import { sealFor } from './courier-key.ts';
import { nextBundleNumber } from './courier-number.ts';
import { keyToSealTo, type Peer } from './courier-peer.ts';
import { closeBundle, encodeBundleBody, isGiven, ZERO_DIGEST, type BundlePart } from './core/index.ts';
import { signingKeyForPeer } from './hub-keys.ts';
import { keysBeside } from './key-travel.ts';
import type { Replica } from './replica.ts';
import { chainHead, lockPartition, segmentsAfter, segmentsOfChain, type StoredSegment } from './store.ts';

/** Bytes of segments and keys in one bundle: half of what a reader takes, since a small PC holds it several times while it is sealed. */
const BUDGET = 32_000_000;
const AT_ONCE = 50;
const KEPT_FOR = 400 * 86_400_000;

export interface PackReport {
  number: number;
  /** Site number of the recipient. */
  to: number;
  toName: string;
  name: string;
  size: number;
  segments: number;
  operations: number;
  /** More waits than one file may hold: take it there, then make the next. */
  more: boolean;
}

export interface PackOptions {
  /** Tests only: a smaller budget. */
  budget?: number;
}

/** The file's bytes and what is in it. What was packed before goes again until it is receipted. Errors: Refusal. */
export async function packBundle(
  replica: Replica,
  peer: Peer,
  options: PackOptions = {},
): Promise<{ report: PackReport; bytes: Uint8Array }> {
  const key = keyToSealTo(peer);
  const { identity, db } = replica;
  const from = identity.number ?? 0;
  await closeOpenActs(replica);
  const filled: Filled = { left: options.budget ?? BUDGET, segments: 0, operations: 0, more: false, covers: {} };
  const parts: BundlePart[] = [];
  for (const partition of peer.partitions) {
    const vector = await db.transaction((tx) => readVector(replica, tx, peer, partition));
    parts.push(
      identity.role === 'hub'
        ? await feedPart(replica, peer, vector, filled)
        : await chainPart(replica, vector, filled),
    );
  }
  const number = await nextBundleNumber(replica);
  const body = encodeBundleBody({ to: peer.number, from, number, schema: replica.schema, parts });
  const sealed = await sealFor(key, body);
  const bytes = closeBundle(
    { to: peer.number, from, number },
    sealed,
    await signingKeyForPeer(db.read, identity, peer.number),
  );
  const { segments, operations, more } = filled;
  const name = bundleName(peer.number, from, number);
  const report = { number, to: peer.number, toName: peer.name, name, size: bytes.length, segments, operations, more };
  await keepMade(replica, report, filled.covers);
  return { report, bytes };
}

/** The same, kept in the data folder, from where a browser or the command line fetches it. Errors: Refusal. */
export async function makeBundle(replica: Replica, peer: Peer): Promise<PackReport> {
  const { report, bytes } = await packBundle(replica, peer);
  await keepBundle(replica.config.dataDir, report.name, bytes);
  return report;
}

interface Filled {
  /** Bytes that may still be added. */
  left: number;
  segments: number;
  operations: number;
  more: boolean;
  covers: Record<string, [string | number, number]>;
}

interface Vector {
  part: BundlePart;
  /** At a telecentre: what the hub has receipted of the own chain. */
  acked: number;
  /** At the hub: the site's epoch whose work is not sent back, and where its copy of our feed ends. */
  siteEpoch: number;
  feed: number;
}

/** In one transaction: digest, positions and feed belong together. */
async function readVector(replica: Replica, tx: LocalTx, peer: Peer, partition: string): Promise<Vector> {
  const hub = replica.identity.role === 'hub';
  const head = hub
    ? await lockPartition(tx, partition) // makes the feed's name where nothing was stored yet
    : await tx.selectFrom('log_partition').selectAll().where('partition', '=', partition).executeTakeFirst();
  const own = await chainHead(tx, partition, replica.identity.number ?? 0);
  const known = await tx
    .selectFrom('log_peer')
    .select(['feed_name', 'cursor', 'acked_epoch', 'acked_seq'])
    .where('partition', '=', partition)
    .where('peer', '=', peer.number)
    .executeTakeFirst();
  const theirs = await chainHead(tx, partition, peer.number);
  const said = hub
    ? await tx
        .selectFrom('courier_peer')
        .select('own_epoch')
        .where('partition', '=', partition)
        .where('peer', '=', peer.number)
        .executeTakeFirst()
    : undefined;
  const siteEpoch = Math.max(said?.own_epoch ?? 0, theirs?.epoch ?? 0);
  // a feed of another name than the one the cursor was given in: everything is offered again
  const from = hub && head && known?.feed_name === head.feed_name ? Math.min(known.cursor, head.feed) : 0;
  return {
    acked: own && known && known.acked_epoch === own.epoch ? known.acked_seq : 0,
    siteEpoch,
    feed: head?.feed ?? 0,
    part: {
      partition,
      feedName: hub ? '' : (known?.feed_name ?? ''),
      cursor: hub ? 0 : (known?.cursor ?? 0),
      own: own ? { epoch: own.epoch, seq: own.seq } : { epoch: 0, seq: 0 },
      acked: hub
        ? { epoch: siteEpoch, seq: theirs?.epoch === siteEpoch ? theirs.seq : 0 }
        : { epoch: theirs?.epoch ?? 0, seq: theirs?.seq ?? 0 },
      digest: head ? Uint8Array.from(head.digest) : ZERO_DIGEST,
      range: { feedName: hub ? (head?.feed_name ?? '') : '', from, to: from },
      keys: [],
      segments: [],
    },
  };
}

/** A telecentre's own chain from the last receipted position on, never from what was packed before. */
async function chainPart(replica: Replica, vector: Vector, filled: Filled): Promise<BundlePart> {
  const { part } = vector;
  const subjects = new Set<string>();
  let next = vector.acked + 1;
  while (next <= part.own.seq) {
    const segments = await segmentsOfChain(
      replica.db.read,
      part.partition,
      replica.identity.number ?? 0,
      part.own.epoch,
      next,
      AT_ONCE,
    );
    if (segments.length === 0) break;
    for (const segment of segments) {
      if (segment.seq_from > part.own.seq) return part; // closed after the vector was read: for the next bundle
      if (!(await add(replica, part, segment, subjects, filled))) return part;
      next = segment.seq_to + 1;
      filled.covers[part.partition] = [part.own.epoch, segment.seq_to];
    }
  }
  return part;
}

/** The hub's feed after what the site said it holds; the site's own work is not sent back, unless it began again and may have lost some. */
async function feedPart(replica: Replica, peer: Peer, vector: Vector, filled: Filled): Promise<BundlePart> {
  const { part } = vector;
  const subjects = new Set<string>();
  while (part.range.to < vector.feed && isGiven(peer.state, part.partition)) {
    const segments = await segmentsAfter(replica.db.read, part.partition, part.range.to, AT_ONCE);
    if (segments.length === 0) break;
    for (const segment of segments) {
      if (segment.feed > vector.feed) return part;
      const echo = segment.site === peer.number && segment.epoch === vector.siteEpoch;
      if (!echo && !(await add(replica, part, segment, subjects, filled))) return part;
      part.range.to = segment.feed;
      if (!echo) filled.covers[part.partition] = [part.range.feedName, segment.feed];
    }
  }
  return part;
}

/** False when there is no room: the bundle ends here and the rest waits for the next. */
async function add(
  replica: Replica,
  part: BundlePart,
  segment: StoredSegment,
  subjects: Set<string>,
  filled: Filled,
): Promise<boolean> {
  const keys = await keysBeside(replica, replica.db.read, segment.bytes);
  const size = segment.bytes.length + keys.length * 64;
  if (filled.left < size && filled.segments > 0) filled.more = true;
  if (filled.more) return false;
  for (const { subject, key } of keys) {
    if (subjects.has(subject)) continue;
    subjects.add(subject);
    part.keys.push({ subject, key: Uint8Array.from(key) });
  }
  part.segments.push(segment.bytes);
  filled.left -= size;
  filled.segments += 1;
  filled.operations += segment.seq_to - segment.seq_from + 1;
  return true;
}

async function keepMade(replica: Replica, report: PackReport, covers: Filled['covers']): Promise<void> {
  const { number, to, name, size, segments, operations, more } = report;
  const made_at = replica.clock.now();
  await replica.db.transaction(async (tx) => {
    await tx.local
      .insertInto('courier_made')
      .values({ number, peer: to, made_at, name, size, segments, operations, more, covers: JSON.stringify(covers) })
      .execute();
    await tx.local
      .deleteFrom('courier_made')
      .where('made_at', '<', made_at - KEPT_FOR)
      .execute();
  });
}
