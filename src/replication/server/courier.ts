// Makes a bundle for a courier: everything the other side has not receipted, with vectors and receipts, sealed to it and signed.
import type { LocalTx } from '#platform/db';
import { closeOpenActs } from './close.ts';
import { bundleName, keepBundle } from './courier-files.ts';
import { sealFor } from './courier-key.ts';
import { nextBundleNumber } from './courier-number.ts';
import { keyToSealTo, type Peer } from './courier-peer.ts';
import { readWord, saidEpoch } from './courier-note.ts';
import {
  carryOut,
  closeBundle,
  encodeBundleBody,
  packSteps,
  type Doers,
  type PackDoing,
  type Packed,
  type PackSegment,
  type Vector,
} from './core/index.ts';
import { signingKeyForPeer } from './hub-keys.ts';
import { keysBeside } from './key-travel.ts';
import type { Replica } from './replica.ts';
import { chainHead, lockPartition, segmentsAfter, segmentsOfChain, type StoredSegment } from './store.ts';

/** Bytes of segments and keys in one bundle: half of what a reader takes, since a small PC holds it several times while it is sealed. */
const BUDGET = 32_000_000;
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
  const { identity } = replica;
  const from = identity.number ?? 0;
  const packed = await carryOut<PackDoing, Packed>(
    packSteps({
      role: identity.role,
      to: peer.number,
      partitions: peer.partitions,
      state: peer.state,
      budget: options.budget ?? BUDGET,
    }),
    doersOf(replica, peer),
  );
  const number = await nextBundleNumber(replica);
  const body = encodeBundleBody({ to: peer.number, from, number, schema: replica.schema, parts: packed.parts });
  const sealed = await sealFor(key, body);
  const bytes = closeBundle(
    { to: peer.number, from, number },
    sealed,
    await signingKeyForPeer(replica.db.read, identity, peer.number),
  );
  const { segments, operations, more } = packed;
  const name = bundleName(peer.number, from, number);
  const report = { number, to: peer.number, toName: peer.name, name, size: bytes.length, segments, operations, more };
  await keepMade(replica, report, packed.covers);
  return { report, bytes };
}

/** The same, kept in the data folder, from where a browser or the command line fetches it. Errors: Refusal. */
export async function makeBundle(replica: Replica, peer: Peer): Promise<PackReport> {
  const { report, bytes } = await packBundle(replica, peer);
  await keepBundle(replica.config.dataDir, report.name, bytes);
  return report;
}

function doersOf(replica: Replica, peer: Peer): Doers<PackDoing> {
  const { db, identity } = replica;
  const { read } = db;
  return {
    async close() {
      await closeOpenActs(replica);
    },
    vector: (partition) => db.transaction((tx) => readVector(replica, tx, peer, partition)),
    ownSegments: async (partition, { epoch, seq }, limit) =>
      (await segmentsOfChain(read, partition, identity.number ?? 0, epoch, seq, limit)).map(toPack),
    after: async (partition, feed, limit) => (await segmentsAfter(read, partition, feed, limit)).map(toPack),
    keysOf: (bytes) => keysBeside(replica, read, bytes),
  };
}

const toPack = ({ seq_from: seqFrom, seq_to: seqTo, ...segment }: StoredSegment): PackSegment => ({
  ...segment,
  seqFrom,
  seqTo,
});

/** In one transaction: digest, positions and feed belong together. */
async function readVector(replica: Replica, tx: LocalTx, peer: Peer, partition: string): Promise<Vector> {
  const hub = replica.identity.role === 'hub';
  const head = hub
    ? await lockPartition(tx, partition) // makes the feed's name where nothing was stored yet
    : await tx.selectFrom('log_partition').selectAll().where('partition', '=', partition).executeTakeFirst();
  const said = hub ? await saidEpoch(tx, partition, peer.number) : 0;
  return {
    head: head && { feedName: head.feed_name, feed: head.feed, digest: Uint8Array.from(head.digest) },
    own: await chainHead(tx, partition, replica.identity.number ?? 0),
    theirs: await chainHead(tx, partition, peer.number, said || undefined),
    known: await readWord(tx, partition, peer.number),
    saidEpoch: said,
  };
}

async function keepMade(replica: Replica, report: PackReport, covers: Packed['covers']): Promise<void> {
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
