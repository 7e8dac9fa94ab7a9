// The telecentre's side of a session: closes what is open, sends what is not receipted, stores what comes, until nothing is left.
import { storageRefusal } from '#platform/errors';
import { partitionsOfSite } from '#platform/partitions';
import { closeOpenActs } from './close.ts';
import {
  decodeAnswer,
  encodeFrame,
  encodeRequest,
  headSignatureHolds,
  Malformed,
  PROTOCOL,
  SessionReader,
  STATUS,
  TOKEN_BYTES,
  ZERO_DIGEST,
  type AnswerHead,
  type Frame,
  type RequestPart,
} from './core/index.ts';
import { privateKeyOf, publicKeyOf } from './identity.ts';
import { keysBeside } from './key-travel.ts';
import { receiveSegment, saveCursor } from './receive.ts';
import type { Replica } from './replica.ts';
import { chainHead, segmentsOfChain } from './store.ts';
import { httpTransport, LinkError, type Transport } from './transport.ts';

export const SESSION_PATH = '/api/replication/session';
/** Bytes of segments sent up in one request: a cut costs at most one segment, but a receipt comes only with the answer. */
const UP_BYTES = 131_072;
const MOST_ROUNDS = 2_000;

export interface SessionReport {
  ok: boolean;
  /** Operations sent and newly taken in. */
  operations: { up: number; down: number };
  segments: { up: number; down: number };
  /** Bytes on the wire, headers included, without TLS. */
  bytes: { up: number; down: number };
  roundTrips: number;
  seconds: number;
  /** Something is still to be sent (the session was cut) or was refused. */
  left: boolean;
  /** A code for the operator's screen: `link`, `unknown-site`, `ended`, `disk-full`, … */
  problem?: string;
  detail?: string;
  /** Partitions whose digests differ though nothing is left to send. */
  differ: string[];
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
    if (replica.identity.role !== 'telecentre') throw new Problem('hub', 'a hub has nobody to call');
    if (replica.identity.number === undefined) throw new Problem('not-enrolled', 'this telecentre is not enrolled yet');
    const url = options.hubUrl ?? replica.config.hubUrl ?? replica.identity.hubUrl;
    if (!url && !options.transport) throw new Problem('no-hub', 'no address of a hub is known');
    await closeOpenActs(replica);
    transport = options.transport ?? httpTransport(url ?? '');
    // after a cut the first request carries nothing: it asks what arrived
    let careful = (await lastSessionWasCut(replica)) || (await readState(replica, 'session_token')) === undefined;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const more = await oneRound(replica, transport, report, careful);
      careful = false;
      if (!more) break;
    }
    report.ok = true;
    report.left = false;
  } catch (error) {
    describe(report, error);
    if (!(error instanceof Problem) && !(error instanceof LinkError))
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
  return report;
}

/** What stops a session, as a code for the screen. */
class Problem extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

function describe(report: SessionReport, error: unknown): void {
  const storage = storageRefusal(error);
  report.problem =
    error instanceof Problem
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

interface Outgoing {
  frames: Uint8Array[];
  segments: number;
  operations: number;
  /** Nothing is left after this. */
  last: boolean;
}

async function oneRound(
  replica: Replica,
  transport: Transport,
  report: SessionReport,
  empty: boolean,
): Promise<boolean> {
  const { identity } = replica;
  const names = partitionsOfSite(identity.siteId ?? '', identity.district ?? '');
  const parts = await Promise.all(names.map((name) => requestPart(replica, name)));
  const out = empty ? { frames: [], segments: 0, operations: 0, last: false } : await outgoing(replica, parts);
  const token = await readToken(replica);
  const head = encodeRequest(
    { protocol: PROTOCOL, site: identity.number ?? 0, schema: replica.schema, token, parts },
    privateKeyOf(identity),
  );
  const exchange = await transport.send(SESSION_PATH, [head, ...out.frames]);
  if (exchange.status !== 200) throw new LinkError(`the hub answered ${exchange.status}`);

  const reader = new SessionReader();
  let answer: AnswerHead | undefined;
  let ended = false;
  let down = 0;
  const keys: { partition: string; subject: string; key: Uint8Array }[] = [];
  for await (const chunk of exchange.answer) {
    const got = reader.push(chunk);
    if (got.head) {
      const hubKeys = identity.hubPublicKey ? [publicKeyOf(identity.hubPublicKey)] : [];
      if (!headSignatureHolds(got.head.head, got.head.signature, hubKeys))
        throw new Problem('wrong-hub', 'the answer was not signed by our hub');
      answer = decodeAnswer(got.head.head);
      await saveToken(replica, answer.token);
      if (answer.status === STATUS.token) return true;
      checkStatus(answer);
      await noteReceipts(replica, parts, answer);
      report.segments.up += out.segments;
      report.operations.up += out.operations;
    }
    for (const frame of got.frames) {
      if (frame.kind === 'end') ended = true;
      else if (await takeDown(replica, parts, answer, frame, keys, report)) down += 1;
    }
  }
  if (!answer) throw new LinkError('the link was cut before the answer');
  if (down > 0 && !ended) throw new LinkError('the link was cut in the middle of an answer');
  if (!out.last || down > 0) return true;
  report.differ = names.filter((_, index) => answer.parts[index]?.digest === 2);
  if (report.differ.length > 0)
    replica.log.error({ partitions: report.differ }, 'digests differ with nothing left to send');
  return false;
}

const REFUSALS: Record<number, [code: string, detail: string]> = {
  [STATUS.unknownSite]: ['unknown-site', 'the hub does not know this site'],
  [STATUS.badSignature]: ['bad-signature', 'the hub could not verify a signature of this site'],
  [STATUS.ended]: ['ended', 'the hub ended the membership of this site'],
  [STATUS.protocol]: ['protocol', 'the hub speaks another version of the protocol'],
  [STATUS.notAllowed]: ['not-allowed', 'the hub refused: this site may not hold or write a partition it named'],
  [STATUS.malformed]: ['malformed', 'what arrived at the hub was damaged'],
  [STATUS.busy]: ['busy', 'the hub is busy'],
  [STATUS.diskFull]: ['hub-disk-full', 'the hub has no room left'],
};

function checkStatus(answer: AnswerHead): void {
  const refusal = REFUSALS[answer.status];
  if (refusal) throw new Problem(...refusal);
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

/** Segments of the own chains that are not receipted, oldest first, within the budget of one request, their keys before them. */
async function outgoing(replica: Replica, parts: readonly RequestPart[]): Promise<Outgoing> {
  const out: Outgoing = { frames: [], segments: 0, operations: 0, last: true };
  const { read } = replica.db;
  let bytes = 0;
  for (const [index, part] of parts.entries()) {
    if (part.own.epoch === 0) continue;
    const peer = await read
      .selectFrom('log_peer')
      .select(['acked_epoch', 'acked_seq'])
      .where('partition', '=', part.partition)
      .where('peer', '=', 0)
      .executeTakeFirst();
    let next = peer && peer.acked_epoch === part.own.epoch ? peer.acked_seq + 1 : 1;
    while (next <= part.own.seq) {
      if (bytes >= UP_BYTES) return { ...out, last: false };
      const [segment] = await segmentsOfChain(
        read,
        part.partition,
        replica.identity.number ?? 0,
        part.own.epoch,
        next,
        1,
      );
      if (!segment) break;
      for (const { subject, key } of await keysBeside(replica, read, segment.bytes))
        out.frames.push(encodeFrame({ kind: 'key', part: index, subject, key }));
      const frame = encodeFrame({ kind: 'segment', part: index, cursor: 0, bytes: segment.bytes });
      out.frames.push(frame);
      bytes += frame.length;
      out.segments += 1;
      out.operations += segment.seq_to - segment.seq_from + 1;
      next = segment.seq_to + 1;
    }
  }
  return out;
}

async function noteReceipts(replica: Replica, parts: readonly RequestPart[], answer: AnswerHead): Promise<void> {
  const { read } = replica.db;
  for (const [index, part] of parts.entries()) {
    const said = answer.parts[index];
    if (!said || part.own.epoch === 0) continue;
    const known = await read
      .selectFrom('log_peer')
      .select(['acked_epoch', 'acked_seq'])
      .where('partition', '=', part.partition)
      .where('peer', '=', 0)
      .executeTakeFirst();
    if (known && known.acked_epoch === said.acked.epoch && known.acked_seq === said.acked.seq) continue;
    const acked = { acked_epoch: said.acked.epoch, acked_seq: said.acked.seq };
    await replica.db.transaction((tx) =>
      tx.local
        .insertInto('log_peer')
        .values({ partition: part.partition, peer: 0, feed_name: '', cursor: 0, ...acked })
        .onConflict((conflict) => conflict.columns(['partition', 'peer']).doUpdateSet(acked))
        .execute(),
    );
  }
}

/** Stores one frame. True when something new may have come. */
async function takeDown(
  replica: Replica,
  parts: readonly RequestPart[],
  answer: AnswerHead | undefined,
  frame: Exclude<Frame, { kind: 'end' }>,
  keys: { partition: string; subject: string; key: Uint8Array }[],
  report: SessionReport,
): Promise<boolean> {
  const part = parts[frame.part];
  const said = answer?.parts[frame.part];
  if (!part || !said) throw new Malformed('a frame of no partition');
  if (frame.kind === 'key') {
    keys.push({ partition: part.partition, subject: frame.subject, key: frame.key });
    return false;
  }
  const cursor = { peer: 0, feedName: said.feedName, cursor: frame.cursor };
  if (frame.kind === 'cursor') {
    await replica.db.transaction((tx) => saveCursor(tx, part.partition, cursor));
    return false;
  }
  if (keys.length > 0) await replica.keys.put(keys.splice(0));
  const received = await receiveSegment(replica, part.partition, frame.bytes, { from: 0, cursor });
  if (received.outcome === 'refused') throw new Problem(received.reason, received.detail);
  if (received.outcome === 'gap')
    throw new Problem('gap', `a segment of ${part.partition} is missing before the one that came`);
  if (received.outcome === 'stored') {
    report.segments.down += 1;
    report.operations.down += received.operations;
  }
  return true;
}

async function readState(replica: Replica, key: string): Promise<string | undefined> {
  return (await replica.db.read.selectFrom('replica_state').select('value').where('key', '=', key).executeTakeFirst())
    ?.value;
}

async function writeState(replica: Replica, key: string, value: string): Promise<void> {
  await replica.db.transaction((tx) =>
    tx.local
      .insertInto('replica_state')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute(),
  );
}

async function readToken(replica: Replica): Promise<Uint8Array> {
  const stored = await readState(replica, 'session_token');
  return stored ? Buffer.from(stored, 'base64url') : new Uint8Array(TOKEN_BYTES);
}

const saveToken = (replica: Replica, token: Uint8Array) =>
  writeState(replica, 'session_token', Buffer.from(token).toString('base64url'));

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
