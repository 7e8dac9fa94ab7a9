// What a bundle says of its sender, written down beside what it brought: how far it has our work, and how far we have its.
import type { LocalTx, Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';
import { raiseAlarm } from './alarms.ts';
import { skipBundleNumbers } from './courier-number.ts';
import type { Peer } from './courier-peer.ts';
import {
  noteTold,
  NO_WORD,
  sameDigest,
  ZERO_DIGEST,
  type BundleBody,
  type BundlePart,
  type Noted,
  type PeerWord,
  type Position,
  type Told,
} from './core/index.ts';
import type { Replica } from './replica.ts';
import { beginChain } from './epoch.ts';
import { ownRevocation } from './revocation.ts';
import { chainHead, lockPartition } from './store.ts';

/** In one transaction, after the segments are durable. */
export async function notePart(replica: Replica, tx: LocalTx, peer: Peer, told: Told): Promise<Noted> {
  const { partition } = told.part;
  const { role } = replica.identity;
  const own = await chainHead(tx, partition, replica.identity.number ?? 0);
  const noted = noteTold(role, told, own, (await readWord(tx, partition, peer.number)) ?? NO_WORD);
  if (noted.ahead)
    replica.log.error(
      { partition, has: own?.seq, told: told.part.acked.seq },
      'the other side has more of us than we do',
    );
  if (noted.ahead && role === 'telecentre') {
    await lockPartition(tx, partition);
    await beginChain(replica, tx, partition);
  }
  const { feedName, cursor, acked } = noted.word;
  const line = { feed_name: feedName, cursor, acked_epoch: acked.epoch, acked_seq: acked.seq };
  if (role === 'hub' && told.newest) await keepPosition(tx, peer.number, partition, told.part.own);
  await tx.local
    .insertInto('log_peer')
    .values({ partition, peer: peer.number, ...line })
    .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(line))
    .execute();
  return noted;
}

/** After a file told that this telecentre's disk lies behind: files that it packs are newer than those it no longer knows of, and people hear of it. */
export async function olderThanItWas(replica: Replica): Promise<void> {
  await skipBundleNumbers(replica);
  await raiseAlarm(replica, 'database-older');
}

/** What is known here of the other side. */
export async function readWord(tx: LocalTx, partition: string, peer: number): Promise<PeerWord | undefined> {
  const row = await tx
    .selectFrom('log_peer')
    .select(['feed_name', 'cursor', 'acked_epoch', 'acked_seq'])
    .where('partition', '=', partition)
    .where('peer', '=', peer)
    .executeTakeFirst();
  return row && { feedName: row.feed_name, cursor: row.cursor, acked: { epoch: row.acked_epoch, seq: row.acked_seq } };
}

/** Where a site's own chain stood when it last spoke of it. */
export async function keepPosition(tx: LocalTx, peer: number, partition: string, own: Position): Promise<void> {
  const position = { own_epoch: own.epoch, own_seq: own.seq };
  await tx.local
    .insertInto('courier_peer')
    .values({ partition, peer, ...position })
    .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(position))
    .execute();
}

/** The epoch that a site which uses couriers last spoke of, 0 when it never used one. */
export async function saidEpoch(reader: Reader, partition: string, peer: number): Promise<number> {
  const said = await reader
    .selectFrom('courier_peer')
    .select('own_epoch')
    .where('partition', '=', partition)
    .where('peer', '=', peer)
    .executeTakeFirst();
  return said?.own_epoch ?? 0;
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

/** At the hub: by its latest file the telecentre follows our feed, and we have all of its own work. */
export async function hasGiven(read: Reader, peer: number, { part, newest, complete }: Told): Promise<boolean> {
  if (!newest || !complete) return false;
  const head = await read
    .selectFrom('log_partition')
    .select('feed_name')
    .where('partition', '=', part.partition)
    .executeTakeFirst();
  const chain = part.own.epoch > 0 ? await chainHead(read, part.partition, peer, part.own.epoch) : undefined;
  const holdsNone = part.feedName === '' && sameDigest(part.digest, ZERO_DIGEST);
  return (holdsNone || head?.feed_name === part.feedName) && (chain?.seq ?? 0) === part.own.seq;
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
