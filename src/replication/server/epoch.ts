// Epochs: a chain's life. A site whose past is in doubt draws a new one, and nothing it numbered before is numbered again.
import { randomBytes, randomInt } from 'node:crypto';
import type { LocalTx } from '#platform/db';
import {
  encodeAct,
  NO_CHAIN,
  openSegment,
  segmentHead,
  ZERO_DIGEST,
  type ChainHead,
  type ChainPosition,
} from './core/index.ts';
import { skipBundleNumbers } from './courier-number.ts';
import { speakAsCertified } from './hub-keys.ts';
import { beginRefill } from './refill.ts';
import type { Replica } from './replica.ts';
import { chainHead, chainsOf, lockPartition, saveChain, segmentsOfChain } from './store.ts';

/** 40 random bits above the last one: two epochs of one site never meet by chance, and the newest is the greatest. */
export function newEpoch(after = 0): number {
  return randomInt(after + 1, after + 2 ** 40);
}

/** Segments of an old epoch that are read at a time. */
const AT_ONCE = 50;

/**
 * After a restore: this image may lie behind what others have of us. Every own chain goes on under a new epoch; what the hub had not
 * receipted when the image was made is numbered anew (identities stay, so nothing counts twice), and the hub's feed gets a new name, so
 * that everybody offers again what the image lacks.
 */
export async function beginAgain(replica: Replica): Promise<void> {
  const { db, identity } = replica;
  await beginRefill(replica); // first, so that no crash leaves a hub with new feeds that decides as before
  const partitions = await db.read.selectFrom('log_partition').select('partition').execute();
  for (const { partition } of partitions)
    await db.transaction((tx) => beginPartition(replica, tx, partition), { isolation: 'read committed' });
  await skipBundleNumbers(replica);
  await beginRefill(replica); // again: who was noted meanwhile followed a feed that is gone
  await speakAsCertified(replica);
  if (identity.role === 'telecentre')
    await db.transaction((tx) => tx.local.deleteFrom('replica_state').where('key', '=', 'session_token').execute());
}

async function beginPartition(replica: Replica, tx: LocalTx, partition: string): Promise<void> {
  await lockPartition(tx, partition);
  if (await chainHead(tx, partition, replica.identity.number ?? 0)) await beginChain(replica, tx, partition);
  if (replica.identity.role === 'hub')
    await tx.local
      .updateTable('log_partition')
      .set({ feed_name: newFeedName() })
      .where('partition', '=', partition)
      .execute();
}

/**
 * The own chain goes on under a new epoch that is greater than any known of it, `after` among them; what is not receipted of the present
 * one is closed again under it. The partition is locked by the caller.
 */
export async function beginChain(replica: Replica, tx: LocalTx, partition: string, after = 0): Promise<void> {
  const { number = 0, role } = replica.identity;
  const own = await chainHead(tx, partition, number);
  if (own && role === 'telecentre') await reopen(tx, partition, own);
  const epoch = newEpoch(Math.max(after, own?.epoch ?? 0));
  await saveChain(tx, partition, { site: number, epoch, seq: 0, chain: NO_CHAIN });
}

/** Own work of earlier epochs that the hub lost, and whose places another copy of this site took: it gets new ones. False when there is none. */
export async function renumberPast(
  replica: Replica,
  partition: string,
  vector: readonly ChainPosition[],
): Promise<boolean> {
  const { number = 0 } = replica.identity;
  return replica.db.transaction(
    async (tx) => {
      await lockPartition(tx, partition);
      const present = await chainHead(tx, partition, number);
      const lost = (await chainsOf(tx, partition)).filter(
        ({ site, epoch, seq }) =>
          site === number &&
          epoch !== present?.epoch &&
          seq > (vector.find((one) => one.site === site && one.epoch === epoch)?.seq ?? 0),
      );
      let opened = false;
      for (const { epoch } of lost) {
        const chain = await chainHead(tx, partition, number, epoch);
        if (chain) opened = (await reopen(tx, partition, chain)) || opened;
      }
      if (opened) replica.log.error({ partition }, 'work of an earlier epoch is numbered anew');
      return opened;
    },
    { isolation: 'read committed' },
  );
}

/** The hub has more of this site than the site, or other work at the same places: an image was restored unseen, or two copies run. */
export async function beginUnseen(replica: Replica, partition: string): Promise<void> {
  await replica.db.transaction(
    async (tx) => {
      await lockPartition(tx, partition);
      await beginChain(replica, tx, partition);
    },
    { isolation: 'read committed' },
  );
  replica.log.error({ partition }, 'the hub has other work of this site than the site: it goes on under a new epoch');
}

/** Told in every request: short, and never by chance the one before. */
export function newFeedName(): string {
  return randomBytes(4).toString('base64url');
}

/**
 * Acts that the hub may not have: open again, to be closed under the new epoch, and the chain ends where it was receipted, since beyond
 * that the hub may have another. Their rows are here already, so no digest changes. False when nothing of it is here.
 */
async function reopen(tx: LocalTx, partition: string, own: ChainHead): Promise<boolean> {
  const { site, epoch } = own;
  const peer = await tx
    .selectFrom('log_peer')
    .select(['acked_epoch', 'acked_seq'])
    .where('partition', '=', partition)
    .where('peer', '=', 0)
    .executeTakeFirst();
  const acked = peer?.acked_epoch === epoch ? peer.acked_seq : 0;
  let end: ChainHead | undefined;
  for (;;) {
    const segments = await segmentsOfChain(tx, partition, site, epoch, acked + 1, AT_ONCE);
    const [first] = segments;
    if (!first) break;
    end ??= { site, epoch, seq: first.seq_from - 1, chain: segmentHead(first.bytes).chainBefore };
    for (const { bytes, feed } of segments) {
      for (const act of openSegment(bytes).acts)
        await tx.local
          .insertInto('log_open')
          .values({
            partition,
            device: act.device,
            run: act.run,
            first_n: act.firstN,
            count: act.operations.length,
            act: encodeAct(act),
            digest: ZERO_DIGEST,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      for (const table of ['log_segment', 'log_range'] as const)
        await tx.local.deleteFrom(table).where('partition', '=', partition).where('feed', '=', feed).execute();
    }
  }
  if (end) await saveChain(tx, partition, end);
  return end !== undefined;
}
