// Closes open acts into segments: positions are given here, under the partition's head, never while a command runs.
import { addDigests, closeNext, joinSpans, NO_CHAIN, spansOf } from './core/index.ts';
import { privateKeyOf } from './identity.ts';
import type { Replica } from './replica.ts';
import { newEpoch } from './epoch.ts';
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
import type { LocalTx } from '#platform/db';

/** Closes everything that is open. Returns the number of segments made. */
export async function closeOpenActs(replica: Replica): Promise<number> {
  const partitions = await replica.db.read.selectFrom('log_open').select('partition').distinct().execute();
  let made = 0;
  for (const { partition } of partitions) while (await closeOne(replica, partition)) made += 1;
  return made;
}

async function closeOne(replica: Replica, partition: string): Promise<boolean> {
  return replica.db.transaction((tx) => closeIn(replica, tx, partition), { isolation: 'read committed' });
}

/** Closes one segment in a transaction; false when nothing is open. */
export async function closeIn(replica: Replica, tx: LocalTx, partition: string): Promise<boolean> {
  const site = replica.identity.number;
  if (site === undefined) return false;
  const head = await lockPartition(tx, partition);
  await replica.refreshIdentity(); // under the lock: no segment is signed with a key after one signed with the key that replaced it
  const open = await tx
    .selectFrom('log_open')
    .select(['device', 'run', 'first_n', 'act', 'digest'])
    .where('partition', '=', partition)
    .orderBy('device')
    .orderBy('run')
    .orderBy('first_n')
    .limit(2_000)
    .execute();
  if (open.length === 0) return false;

  const chain = (await chainHead(tx, partition, site)) ?? { site, epoch: newEpoch(), seq: 0, chain: NO_CHAIN };
  const closed = closeNext(
    partition,
    open.map(({ act }) => act),
    chain,
    privateKeyOf(replica.identity),
  );
  const feed = head.feed + 1;
  await storeSegment(tx, partition, {
    site,
    epoch: chain.epoch,
    seq_from: closed.seqFrom,
    seq_to: closed.chain.seq,
    feed,
    bytes: closed.bytes,
    stored_at: replica.clock.now(),
  });
  await saveChain(tx, partition, closed.chain);
  const spans = spansOf(closed.acts);
  await saveSpans(tx, partition, joinSpans(await loadSpans(tx, partition, closed.acts), spans));
  await noteRanges(tx, partition, spans, feed);
  let digest = head.digest;
  for (const row of open.slice(0, closed.count)) {
    digest = addDigests(digest, row.digest);
    await tx.local
      .deleteFrom('log_open')
      .where('partition', '=', partition)
      .where('device', '=', row.device)
      .where('run', '=', row.run)
      .where('first_n', '=', row.first_n)
      .execute();
  }
  await saveHead(tx, { ...head, feed, digest });
  return true;
}
