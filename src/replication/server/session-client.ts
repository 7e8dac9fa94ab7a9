// Holds a session with the hub: carries out what the core's `siteSession` asks for, and keeps a report of it.
import type { KeyObject } from 'node:crypto';
import { storageRefusal } from '#platform/errors';
import { partition as names, partitionsOfSite } from '#platform/partitions';
import { closeOpenActs } from './close.ts';
import {
  carryOut,
  Malformed,
  SessionProblem,
  siteSession,
  ZERO_DIGEST,
  type Doers,
  type OwnSegment,
  type RequestPart,
  type SessionTally,
  type SiteDoing,
} from './core/index.ts';
import { privateKeyOf } from './identity.ts';
import { adoptKey } from './key-renewal.ts';
import { keysBeside } from './key-travel.ts';
import { writeMarker } from './marker.ts';
import { receiveSegment, saveCursor } from './receive.ts';
import type { Replica } from './replica.ts';
import { beginUnseen } from './epoch.ts';
import { ownRevocation } from './revocation.ts';
import { keysOfSite } from './site-keys.ts';
import { readState, writeState } from './state.ts';
import { chainAt, chainHead, chainsBeyond, segmentsOfChain, type StoredSegment } from './store.ts';
import { httpTransport, LinkError, type Transport } from './transport.ts';

export const SESSION_PATH = '/api/replication/session';
const TOKEN = 'session_token';
const CONTROL = names.control(names.public);

export interface SessionReport extends SessionTally {
  ok: boolean;
  /** Bytes on the wire, headers included, without TLS. */
  bytes: { up: number; down: number };
  roundTrips: number;
  seconds: number;
  /** Something is still to be sent (the session was cut) or was refused. */
  left: boolean;
  /** A code for the operator's screen: `link`, `unknown-site`, `ended`, `disk-full`, … */
  problem?: string;
  detail?: string;
}

export interface SyncOptions {
  hubUrl?: string | undefined;
  transport?: Transport;
}

const running = new WeakMap<Replica, Promise<SessionReport>>();

/** One session now. Two callers at once share one session. Never throws for a bad link: the report says so. */
export function syncOnce(replica: Replica, options: SyncOptions = {}): Promise<SessionReport> {
  const now = running.get(replica);
  if (now) return now;
  const session = runSession(replica, options).finally(() => running.delete(replica));
  running.set(replica, session);
  return session;
}

async function runSession(replica: Replica, options: SyncOptions): Promise<SessionReport> {
  const started = performance.now();
  const report: SessionReport = {
    ok: false,
    operations: { up: 0, down: 0 },
    segments: { up: 0, down: 0 },
    bytes: { up: 0, down: 0 },
    roundTrips: 0,
    seconds: 0,
    left: true,
    differ: [],
  };
  let transport: Transport | undefined;
  try {
    const { role, number } = replica.identity;
    if (role !== 'telecentre') throw new SessionProblem('hub', 'a hub has nobody to call');
    if (number === undefined) throw new SessionProblem('not-enrolled', 'this telecentre is not enrolled yet');
    const url = options.hubUrl ?? replica.config.hubUrl ?? replica.identity.hubUrl;
    if (!url && !options.transport) throw new SessionProblem('no-hub', 'no address of a hub is known');
    transport = options.transport ?? httpTransport(url ?? '');
    // told in the course of the session, a new key of the hub signs what it says next
    const hubKeys: KeyObject[] = [];
    const learn = async () => {
      hubKeys.splice(0, hubKeys.length, ...(await keysOfSite(replica.db.read, replica.identity, 0)));
    };
    await learn();
    const input = {
      site: number,
      schema: replica.schema,
      key: privateKeyOf(replica.identity),
      hubKeys,
      careful: await lastSessionWasCut(replica),
    };
    await carryOut<SiteDoing, void>(siteSession(input, report), doersOf(replica, transport, learn));
    await adoptKey(replica);
    const revoked = await ownRevocation(replica);
    if (revoked)
      throw new SessionProblem(revoked, 'the hub took this site’s membership; what was written here was sent');
    report.ok = true;
    report.left = false;
    if (report.differ.length > 0)
      replica.log.error({ partitions: report.differ }, 'digests differ with nothing left to send');
  } catch (error) {
    describe(report, error);
    if (!(error instanceof SessionProblem) && !(error instanceof LinkError))
      replica.log.error({ err: error }, 'a session failed');
  } finally {
    if (transport) {
      report.bytes = transport.bytes();
      report.roundTrips = transport.roundTrips();
      if (!options.transport) transport.close();
    }
  }
  report.seconds = Math.round(performance.now() - started) / 1_000;
  await keepReport(replica, report);
  await writeMarker(replica);
  return report;
}

function describe(report: SessionReport, error: unknown): void {
  const storage = storageRefusal(error);
  report.problem =
    error instanceof SessionProblem
      ? error.code
      : error instanceof LinkError
        ? 'link'
        : error instanceof Malformed
          ? 'malformed'
          : storage
            ? 'disk-full'
            : 'fault';
  report.detail = error instanceof Error ? error.message : String(error);
}

function doersOf(replica: Replica, transport: Transport, learnKeys: () => Promise<void>): Doers<SiteDoing> {
  const { db, identity } = replica;
  const { read } = db;
  const number = identity.number ?? 0;
  let answer: AsyncIterator<Uint8Array> | undefined;
  return {
    async close() {
      await closeOpenActs(replica);
    },
    parts: () =>
      Promise.all(
        partitionsOfSite(identity.siteId ?? '', identity.district ?? '').map((name) => requestPart(replica, name)),
      ),
    async token() {
      const stored = await readState(read, TOKEN);
      return stored === undefined ? undefined : Buffer.from(stored, 'base64url');
    },
    async acked(partition) {
      const peer = await read
        .selectFrom('log_peer')
        .select(['acked_epoch', 'acked_seq'])
        .where('partition', '=', partition)
        .where('peer', '=', 0)
        .executeTakeFirst();
      return { epoch: peer?.acked_epoch ?? 0, seq: peer?.acked_seq ?? 0 };
    },
    async ownSegment(partition, { epoch, seq }) {
      const [segment] = await segmentsOfChain(read, partition, number, epoch, seq, 1);
      return segment && outgoing(replica, segment);
    },
    chainAt: (partition, position) => chainAt(read, partition, number, position),
    beginAgain: (partition) => beginUnseen(replica, partition),
    async beyond(partition, vector, limit) {
      const found: OwnSegment[] = [];
      for (const { site, epoch, from } of await chainsBeyond(read, partition, vector, number))
        for (const segment of await segmentsOfChain(read, partition, site, epoch, from, limit - found.length))
          found.push(await outgoing(replica, segment));
      return found;
    },
    async send(request) {
      const exchange = await transport.send(SESSION_PATH, request);
      answer = exchange.answer[Symbol.asyncIterator]();
      return exchange.status;
    },
    async next() {
      const step = await answer?.next();
      return !step || step.done ? null : step.value;
    },
    saveToken: (token) => writeState(db, TOKEN, Buffer.from(token).toString('base64url')),
    async saveAcked(partition, { epoch, seq }) {
      const acked = { acked_epoch: epoch, acked_seq: seq };
      await db.transaction((tx) =>
        tx.local
          .insertInto('log_peer')
          .values({ partition, peer: 0, feed_name: '', cursor: 0, ...acked })
          .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(acked))
          .execute(),
      );
    },
    saveCursor: (partition, feedName, cursor) =>
      db.transaction((tx) => saveCursor(tx, partition, { peer: 0, feedName, cursor })),
    async receive(partition, bytes, keys, place) {
      const cursor = place && { peer: 0, ...place };
      const received = await receiveSegment(replica, partition, bytes, { cursor, keys, strict: true });
      if (partition === CONTROL && received.outcome === 'stored') await learnKeys();
      return received;
    },
  };
}

async function outgoing(replica: Replica, segment: StoredSegment): Promise<OwnSegment> {
  const { bytes, seq_from, seq_to } = segment;
  const keys = await keysBeside(replica, replica.db.read, bytes);
  return { bytes, seqTo: seq_to, operations: seq_to - seq_from + 1, keys };
}

async function requestPart(replica: Replica, name: string): Promise<RequestPart> {
  const { read } = replica.db;
  const peer = await read
    .selectFrom('log_peer')
    .select(['feed_name', 'cursor'])
    .where('partition', '=', name)
    .where('peer', '=', 0)
    .executeTakeFirst();
  const own = await chainHead(read, name, replica.identity.number ?? 0);
  const head = await read.selectFrom('log_partition').select('digest').where('partition', '=', name).executeTakeFirst();
  return {
    partition: name,
    feedName: peer?.feed_name ?? '',
    cursor: peer?.cursor ?? 0,
    own: own ? { epoch: own.epoch, seq: own.seq } : { epoch: 0, seq: 0 },
    digest: head ? Uint8Array.from(head.digest) : ZERO_DIGEST,
  };
}

async function lastSessionWasCut(replica: Replica): Promise<boolean> {
  const last = await replica.db.read
    .selectFrom('session_log')
    .select(['ok', 'report'])
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last !== undefined && !last.ok;
}

async function keepReport(replica: Replica, report: SessionReport): Promise<void> {
  const at = replica.clock.now();
  try {
    await replica.db.transaction(async (tx) => {
      await tx.local
        .insertInto('session_log')
        .values({ at, peer: 0, report: JSON.stringify(report), ok: report.ok })
        .execute();
      await tx.local
        .deleteFrom('session_log')
        .where('at', '<', at - 400 * 86_400_000)
        .execute();
    });
  } catch (error) {
    replica.log.error({ err: error }, 'the session’s report could not be kept');
  }
}
