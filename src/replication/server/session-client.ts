// Holds a session with the hub: carries out what the core's `siteSession` asks for, and keeps a report of it.
import type { KeyObject } from 'node:crypto';
import { storageRefusal } from '#platform/errors';
import { partition as names, partitionsOfSite } from '#platform/partitions';
import { closeOpenActs } from './close.ts';
import { openAlarms, raiseAlarm } from './alarms.ts';
import { CLOCK_NUMBER } from './clock-number.ts';
import {
  carryOut,
  clockOffset,
  Malformed,
  MOST_DOWN_BYTES,
  SessionProblem,
  siteSession,
  ZERO_DIGEST,
  type Doers,
  type OwnSegment,
  type RequestPart,
  type SessionTally,
  type SiteDoing,
  type SiteNote,
  versionNumbers,
} from './core/index.ts';
import { goOnErasing } from './erasing.ts';
import { askTime, isDateProblem } from './hub-time.ts';
import { privateKeyOf } from './identity.ts';
import type { Receipted } from './items.ts';
import { adoptKey } from './key-renewal.ts';
import { keysBeside } from './key-travel.ts';
import { writeMarker } from './marker.ts';
import { receiveSegment, saveCursor } from './receive.ts';
import { mayLookThrough, repairDiffering } from './repair.ts';
import type { Replica } from './replica.ts';
import { skipBundleNumbers } from './courier-number.ts';
import { beginUnseen, renumberPast } from './epoch.ts';
import { ownRevocation } from './revocation.ts';
import { keepReport, openWritePath, type WritePath } from './session-record.ts';
import { keysOfSite } from './site-keys.ts';
import { readState, writeState } from './state.ts';
import { chainAt, chainHead, chainsBeyond, segmentsOfChain, type StoredSegment } from './store.ts';
import { httpTransport, LinkError, type Transport } from './transport.ts';
import { knownClockOff, lookAround } from './watch.ts';

export const SESSION_PATH = '/api/replication/session';
/** Where the hub's last token is kept. */
export const TOKEN = 'session_token';
const CONTROL = names.control(names.public);

export interface SessionReport extends SessionTally {
  ok: boolean;
  /** This machine's clock when it began, milliseconds UTC. */
  started: number;
  /** Bytes on the wire, headers included, without TLS. */
  bytes: { up: number; down: number };
  roundTrips: number;
  seconds: number;
  /** Something is still to be sent (the session was cut) or was refused. */
  left: boolean;
  /** A code for the operator's screen: `link`, `unknown-site`, `ended`, `disk-full`, … */
  problem?: string;
  detail?: string;
  /** Pieces of the own chains that the hub receipted: what was in them is counted when somebody asks. */
  receipted?: Receipted[];
  /** Milliseconds that the hub's clock is ahead, at least. */
  clockOff?: number;
}

export interface SyncOptions {
  hubUrl?: string | undefined;
  transport?: Transport;
  /** No further request once so many bytes went over the link. */
  most?: number | undefined;
}

/** What the hub spoke when they last met: an older version than ours need not be found out again each time. Forgotten with the process. */
const spoken = new WeakMap<Replica, number>();
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
  const began = performance.now();
  const path = await openWritePath(replica);
  const receipted = new Map<string, Receipted>();
  const report: SessionReport = {
    ok: false,
    started: replica.clock.now(),
    operations: { up: 0, down: 0 },
    segments: { up: 0, down: 0 },
    bytes: { up: 0, down: 0 },
    roundTrips: 0,
    seconds: 0,
    left: true,
    differ: [],
  };
  const asked = { up: 0, down: 0 };
  let transport: Transport | undefined;
  try {
    const { role, number } = replica.identity;
    if (role !== 'telecentre') throw new SessionProblem('hub', 'a hub has nobody to call');
    if (number === undefined) throw new SessionProblem('not-enrolled', 'this telecentre is not enrolled yet');
    const url = options.hubUrl ?? replica.config.hubUrl ?? replica.identity.hubUrl;
    if (!url && !options.transport) throw new SessionProblem('no-hub', 'no address of a hub is known');
    // TLS would refuse the hub of a board that woke in 1970
    if (!options.transport && url && replica.clock.state() === 'unknown') await askTime(replica, url, asked);
    transport = options.transport ?? httpTransport(url ?? '', { line: replica.line });
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
      former: (replica.identity.former ?? []).toReversed().map(privateKeyOf),
      hubKeys,
      careful: await lastSessionWasCut(replica),
      note: { ...(await noteOf(replica)), ...(path.most < MOST_DOWN_BYTES && { most: path.most }) },
      upLimit: path.limit,
      mayLook: await mayLookThrough(replica),
      protocol: spoken.get(replica),
    };
    const told: Told = { report, path, receipted, most: options.most ?? Infinity };
    const link = transport;
    const talk = () => carryOut<SiteDoing, void>(siteSession(input, report), doersOf(replica, link, learn, told));
    try {
      await talk();
    } catch (error) {
      if (options.transport || !url || !isDateProblem(error) || !(await askTime(replica, url, asked))) throw error;
      await talk();
    }
    if (report.protocol !== undefined) spoken.set(replica, report.protocol);
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
    if (error instanceof LinkError) path.lost();
    if (!(error instanceof SessionProblem) && !(error instanceof LinkError))
      replica.log.error({ err: error }, 'a session failed');
  } finally {
    if (transport) {
      const { up, down } = transport.bytes();
      report.bytes = { up: up + asked.up, down: down + asked.down };
      report.roundTrips = transport.roundTrips();
      if (!options.transport) transport.close();
    }
  }
  report.seconds = Math.round(performance.now() - began) / 1_000;
  report.receipted = [...receipted.values()].filter(({ from, seq }) => seq >= from);
  await keepReport(replica, report, path);
  await lookAround(replica);
  await goOnErasing(replica);
  await writeMarker(replica);
  await repairDiffering(replica, report);
  return report;
}

async function noteOf(replica: Replica): Promise<SiteNote> {
  const { clock, db, version } = replica;
  const off = await knownClockOff(replica);
  const open = await openAlarms(db.read);
  return {
    version: versionNumbers(version),
    clock: CLOCK_NUMBER[clock.state()],
    clockOff: off === undefined ? undefined : off / 1_000,
    alarms: [...new Set(open.map(({ code }) => code))],
  };
}

/** What the doings tell while a session goes on. */
interface Told {
  report: SessionReport;
  path: WritePath;
  receipted: Map<string, Receipted>;
  most: number;
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

function doersOf(
  replica: Replica,
  transport: Transport,
  learnKeys: () => Promise<void>,
  { report, path, receipted, most }: Told,
): Doers<SiteDoing> {
  const { db, identity } = replica;
  const { read } = db;
  const number = identity.number ?? 0;
  let answer: AsyncIterator<Uint8Array> | undefined;
  let sent = 0;
  let told = false;
  const hubLost = async () => {
    if (!told) await raiseAlarm(replica, 'hub-lost-disk');
    told = true;
  };
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
      const acked = { epoch: peer?.acked_epoch ?? 0, seq: peer?.acked_seq ?? 0 };
      const before = receipted.get(partition);
      if (before?.epoch !== acked.epoch) receipted.set(partition, { partition, ...acked, from: acked.seq + 1 });
      return acked;
    },
    async ownSegment(partition, { epoch, seq }) {
      const [segment] = await segmentsOfChain(read, partition, number, epoch, seq, 1);
      return segment && outgoing(replica, segment);
    },
    chainAt: (partition, position) => chainAt(read, partition, number, position),
    async beginAgain(partition, why) {
      await beginUnseen(replica, partition);
      await skipBundleNumbers(replica);
      await raiseAlarm(replica, why === 'fork' ? 'fork' : 'database-older');
    },
    renumber: (partition, vector) => renumberPast(replica, partition, vector),
    async beyond(partition, vector, limit) {
      const found: OwnSegment[] = [];
      for (const { site, epoch, from } of await chainsBeyond(read, partition, vector, number))
        for (const segment of await segmentsOfChain(read, partition, site, epoch, from, limit - found.length))
          found.push(await outgoing(replica, segment));
      if (found.length > 0) await hubLost();
      return found;
    },
    async send(request) {
      const { up, down } = transport.bytes();
      if (transport.roundTrips() > 0 && up + down >= most)
        throw new SessionProblem('budget', 'what may be used in a day is used; the rest goes later');
      sent = replica.clock.now();
      path.sends(request.slice(1).reduce((sum, part) => sum + part.length, 0));
      const exchange = await transport.send(SESSION_PATH, request);
      answer = exchange.answer[Symbol.asyncIterator]();
      return exchange.status;
    },
    async next() {
      const step = await answer?.next();
      if (!step || step.done) return null;
      path.came(step.value.length);
      return step.value;
    },
    async saveToken(token, time) {
      path.answered();
      report.clockOff = clockOffset(sent, replica.clock.now(), time);
      await writeState(db, TOKEN, Buffer.from(token).toString('base64url'));
    },
    async saveAcked(partition, { epoch, seq }) {
      const acked = { acked_epoch: epoch, acked_seq: seq };
      await db.transaction((tx) =>
        tx.local
          .insertInto('log_peer')
          .values({ partition, peer: 0, feed_name: '', cursor: 0, ...acked })
          .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(acked))
          .execute(),
      );
      const before = receipted.get(partition);
      // what was receipted once is not there any more
      if (before?.epoch === epoch && seq < before.seq) await hubLost();
      const from = before?.epoch === epoch ? Math.min(before.from, seq + 1) : 1;
      receipted.set(partition, { partition, epoch, seq, from });
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
  return last !== undefined && !last.ok && (JSON.parse(last.report) as SessionReport).problem !== 'budget';
}
