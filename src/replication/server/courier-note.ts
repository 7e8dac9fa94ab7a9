// What a bundle says of its sender, written down beside what it brought: how far it has our work, and how far we have its.
import type { LocalTx } from '#platform/db';
import { partition as names } from '#platform/partitions';
import type { Peer } from './courier-peer.ts';
import { sameDigest, ZERO_DIGEST, type BundleBody, type BundlePart } from './core/index.ts';
import type { Replica } from './replica.ts';
import { ownRevocation } from './revocation.ts';
import { chainHead } from './store.ts';

interface Note {
  peer: Peer;
  part: BundlePart;
  /** No later bundle of this sender was taken before. */
  newest: boolean;
  /** Every segment of the part is stored. */
  complete: boolean;
}

interface Noted {
  /** Own operations that are receipted now and were not before. */
  receipted: number;
  /** Nothing before this part is missing. */
  inTurn: boolean;
}

interface PeerRow {
  feed_name: string;
  cursor: number;
  acked_epoch: number;
  acked_seq: number;
}

/** In one transaction, after the segments are durable. */
export async function notePart(replica: Replica, tx: LocalTx, note: Note): Promise<Noted> {
  const { peer, part } = note;
  const row = await tx
    .selectFrom('log_peer')
    .select(['feed_name', 'cursor', 'acked_epoch', 'acked_seq'])
    .where('partition', '=', part.partition)
    .where('peer', '=', peer.number)
    .executeTakeFirst();
  const known: PeerRow = row ?? { feed_name: '', cursor: 0, acked_epoch: 0, acked_seq: 0 };
  const hub = replica.identity.role === 'hub';
  const own = await chainHead(tx, part.partition, replica.identity.number ?? 0);
  const acked = own ? receiptOf(replica, note, own, known) : undefined;
  const next: PeerRow = { ...known, ...acked };
  const inTurn = hub ? note.complete : followFeed(note, next);
  if (hub) {
    followCursor(note, next);
    if (note.newest) await keepPosition(tx, peer.number, part);
  }
  await tx.local
    .insertInto('log_peer')
    .values({ partition: part.partition, peer: peer.number, ...next })
    .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(next))
    .execute();
  const before = own && known.acked_epoch === own.epoch ? known.acked_seq : 0;
  return { receipted: acked ? Math.max(0, acked.acked_seq - before) : 0, inTurn };
}

/**
 * Our own chain as the sender has it. A late file never takes back what a later one, or a session, told. When the hub's feed has another
 * name, one of the two words was spoken before the hub lost its disk: of its latest file the lesser is believed, so that what was lost is
 * sent again and no receipt claims what is not there; an older file is not believed at all.
 */
function receiptOf(
  replica: Replica,
  { part, newest }: Note,
  own: { epoch: number; seq: number },
  known: PeerRow,
): { acked_epoch: number; acked_seq: number } | undefined {
  if (part.acked.epoch !== own.epoch) return undefined; // of a chain that this site no longer goes on with
  if (part.acked.seq > own.seq) {
    replica.log.error(
      { partition: part.partition, has: own.seq, told: part.acked.seq },
      'the other side has more of us than we do',
    );
    return undefined;
  }
  const before = known.acked_epoch === own.epoch ? known.acked_seq : 0;
  const { feedName } = part.range;
  if (known.feed_name === '' || feedName === '' || feedName === known.feed_name)
    return { acked_epoch: own.epoch, acked_seq: Math.max(before, part.acked.seq) };
  return newest ? { acked_epoch: own.epoch, acked_seq: Math.min(before, part.acked.seq) } : undefined;
}

/** At a telecentre: the cursor in the hub's feed moves over a piece that begins where we are or before. False when there is a hole before it. */
function followFeed({ part, newest, complete }: Note, next: PeerRow): boolean {
  const { feedName, from, to } = part.range;
  if (feedName === next.feed_name) {
    const joins = from <= next.cursor;
    if (joins && complete) next.cursor = Math.max(next.cursor, to);
    return complete && (joins || from === to);
  }
  const begins = from === 0;
  if (begins && complete && (newest || next.feed_name === '')) Object.assign(next, { feed_name: feedName, cursor: to });
  // an old word of a feed that is no longer gone on with is no hole; what it brought is stored
  return complete && (begins || from === to || !newest);
}

/** At the hub: how far the telecentre holds our feed. Its latest word stands, also when it went back: it may have lost its disk. */
function followCursor({ part, newest }: Note, next: PeerRow): void {
  if (newest) Object.assign(next, { feed_name: part.feedName, cursor: part.cursor });
  else if (part.feedName === next.feed_name) next.cursor = Math.max(next.cursor, part.cursor);
}

async function keepPosition(tx: LocalTx, peer: number, part: BundlePart): Promise<void> {
  const position = { own_epoch: part.own.epoch, own_seq: part.own.seq };
  await tx.local
    .insertInto('courier_peer')
    .values({ partition: part.partition, peer, ...position })
    .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(position))
    .execute();
}

/**
 * With nothing left to bring either way and equal schemas the rows must be the same; asked only where both ends stand still. The control log
 * beside must have come too: it holds the hub's word on what does not count.
 */
export async function partDiffers(replica: Replica, peer: Peer, body: BundleBody, part: BundlePart): Promise<boolean> {
  // who is no member gets no rows, and no word on its own
  if (body.schema !== replica.schema || peer.state !== 'enrolled' || (await ownRevocation(replica))) return false;
  const control = body.parts.find((one) => one.partition === names.control(part.partition));
  // positions and digest belong together: one transaction
  return replica.db.transaction(async (tx) => {
    const head = await settledHead(replica, tx, peer, part);
    if (!head || (control && !(await settledHead(replica, tx, peer, control)))) return false;
    return !sameDigest(head.digest ? Uint8Array.from(head.digest) : ZERO_DIGEST, part.digest);
  });
}

/** How a partition stands here, when neither side has anything of it to bring; else undefined. */
async function settledHead(
  replica: Replica,
  tx: LocalTx,
  peer: Peer,
  part: BundlePart,
): Promise<{ digest?: Uint8Array } | undefined> {
  const head = await tx
    .selectFrom('log_partition')
    .select(['feed_name', 'feed', 'digest'])
    .where('partition', '=', part.partition)
    .executeTakeFirst();
  if (replica.identity.role === 'telecentre') return (await hubHasAll(replica, tx, part)) ? (head ?? {}) : undefined;
  const open = await tx
    .selectFrom('log_open')
    .select('first_n')
    .where('partition', '=', part.partition)
    .limit(1)
    .executeTakeFirst();
  return !open && (await siteHasAll(tx, peer, part, head)) ? (head ?? {}) : undefined;
}

/** At a telecentre: the hub had all of ours when it wrote this, and we have its feed exactly up to there. */
async function hubHasAll(replica: Replica, tx: LocalTx, part: BundlePart): Promise<boolean> {
  const own = await chainHead(tx, part.partition, replica.identity.number ?? 0);
  if (own && (own.epoch !== part.acked.epoch || own.seq !== part.acked.seq)) return false;
  const known = await tx
    .selectFrom('log_peer')
    .select(['feed_name', 'cursor'])
    .where('partition', '=', part.partition)
    .where('peer', '=', 0)
    .executeTakeFirst();
  return known?.feed_name === part.range.feedName && known.cursor === part.range.to;
}

/** At the hub: the telecentre had all of our feed but its own work, and we have its chain exactly up to where it stood. */
async function siteHasAll(
  tx: LocalTx,
  peer: Peer,
  part: BundlePart,
  head: { feed_name: string; feed: number } | undefined,
): Promise<boolean> {
  const chain = part.own.epoch > 0 ? await chainHead(tx, part.partition, peer.number, part.own.epoch) : undefined;
  if ((chain?.seq ?? 0) !== part.own.seq) return false;
  if (head && part.feedName !== '' && part.feedName !== head.feed_name) return false;
  const lacks = await tx
    .selectFrom('log_segment')
    .select('feed')
    .where('partition', '=', part.partition)
    .where('feed', '>', part.feedName === head?.feed_name ? part.cursor : 0)
    .where((e) => e.or([e('site', '!=', peer.number), e('epoch', '!=', part.own.epoch)]))
    .limit(1)
    .executeTakeFirst();
  return lacks === undefined;
}
