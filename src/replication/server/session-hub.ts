// The hub's side of a session: who asks is proven first, each segment is durable before the next is read, then what is missing goes down.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { LocalTx, Reader } from '#platform/db';
import {
  Malformed,
  decodeRequest,
  encodeAnswer,
  encodeFrame,
  headSignatureHolds,
  PROTOCOL,
  sameDigest,
  SessionReader,
  STATUS,
  TOKEN_BYTES,
  ZERO_DIGEST,
  type AnswerPart,
  type Frame,
  type RequestHead,
  type RequestPart,
  type SignedHead,
  type Status,
} from './core/index.ts';
import { closeOpenActs } from './close.ts';
import { certificateHolds, privateKeyOf, publicKeyOf } from './identity.ts';
import { keysBeside } from './key-travel.ts';
import { receiveSegment } from './receive.ts';
import type { Replica } from './replica.ts';
import { mayHold } from './rights.ts';
import { findSiteByNumber, siteKeys, type SiteSummary } from './sites.ts';
import { chainHead, lockPartition, segmentsAfter } from './store.ts';
import { storageRefusal } from '#platform/errors';

/** Bytes of segments sent down in one answer; the telecentre asks again for the rest. */
const DOWN_BYTES = 262_144;

export interface HubAnswer {
  status: Status;
  body: AsyncIterable<Uint8Array>;
}

/** Answers one request of a session. Never throws for what the other side sent; a cut in the middle keeps what was complete. */
export async function answerSession(replica: Replica, body: AsyncIterable<Uint8Array>): Promise<HubAnswer> {
  const reader = new SessionReader();
  let head: RequestHead | undefined;
  let site: SiteSummary | undefined;
  let failed: Status | undefined;
  const keys: { partition: string; subject: string; key: Uint8Array }[] = [];
  let segments = 0;
  try {
    for await (const chunk of body) {
      const got = reader.push(chunk);
      if (got.head) {
        head = decodeRequest(got.head.head);
        const proof = await prove(replica, head, got.head);
        if (proof.status !== STATUS.done) return refuse(replica, proof.status, proof.token);
        site = proof.site;
      }
      for (const frame of got.frames) {
        if (failed !== undefined || !head || !site) break;
        const result = await take(replica, head, frame, keys);
        if (result === 'segment') segments += 1;
        else if (result !== undefined) failed = result;
      }
    }
  } catch (error) {
    if (error instanceof Malformed) return refuse(replica, STATUS.malformed);
    throw error; // the link was cut: every complete segment is stored, there is nobody to answer
  }
  if (!head || !site) return refuse(replica, STATUS.malformed);
  if (failed !== undefined) return refuse(replica, failed, undefined, site.number);
  replica.log.debug({ site: site.number, segments }, 'session');
  return answer(replica, head, site);
}

interface Proof {
  status: Status;
  site?: SiteSummary;
  token?: Uint8Array;
}

async function prove(replica: Replica, head: RequestHead, signed: SignedHead): Promise<Proof> {
  if (head.protocol !== PROTOCOL) return { status: STATUS.protocol };
  const { read } = replica.db;
  const site = await findSiteByNumber(read, head.site);
  const root = replica.identity.rootPublicKey;
  if (!site || !root) return { status: STATUS.unknownSite };
  const known = await siteKeys(read, site.number);
  const keys = known
    .filter((key) => certificateHolds(root, site.number, key.public_key, key.certificate))
    .map((key) => publicKeyOf(key.public_key));
  if (!headSignatureHolds(signed.head, signed.signature, keys)) return { status: STATUS.badSignature };
  if (site.state !== 'enrolled') return { status: STATUS.ended };
  const place = { role: 'telecentre' as const, id: site.id, district: site.district };
  if (head.parts.some((part) => !mayHold(place, part.partition))) return { status: STATUS.notAllowed };
  const row = await read.selectFrom('session_token').select('token').where('site', '=', site.number).executeTakeFirst();
  if (!row || !timingSafeEqual(Buffer.from(row.token), Buffer.from(head.token)))
    return { status: STATUS.token, token: await newToken(replica, site.number) };
  return { status: STATUS.done, site };
}

async function newToken(replica: Replica, site: number): Promise<Uint8Array> {
  const token = randomBytes(TOKEN_BYTES);
  await replica.db.transaction(
    (tx) =>
      tx.local
        .insertInto('session_token')
        .values({ site, token })
        .onConflict((conflict) => conflict.column('site').doUpdateSet({ token }))
        .execute(),
    { isolation: 'read committed' },
  );
  return token;
}

async function take(
  replica: Replica,
  head: RequestHead,
  frame: Frame,
  keys: { partition: string; subject: string; key: Uint8Array }[],
): Promise<Status | 'segment' | undefined> {
  if (frame.kind === 'key') {
    const part = head.parts[frame.part];
    if (!part) return STATUS.malformed;
    keys.push({ partition: part.partition, subject: frame.subject, key: frame.key });
    return undefined;
  }
  if (frame.kind !== 'segment') return undefined;
  const part = head.parts[frame.part];
  if (!part) return STATUS.malformed;
  try {
    // a segment is receipted only when its keys are durable too
    if (keys.length > 0) await replica.keys.put(keys.splice(0));
    const received = await receiveSegment(replica, part.partition, frame.bytes, { from: head.site });
    if (received.outcome !== 'refused') return 'segment';
    replica.log.warn(
      { site: head.site, partition: part.partition, reason: received.reason, detail: received.detail },
      'a segment was refused',
    );
    return received.reason === 'malformed'
      ? STATUS.malformed
      : received.reason === 'signature'
        ? STATUS.badSignature
        : STATUS.notAllowed;
  } catch (error) {
    if (!storageRefusal(error)) throw error;
    replica.log.error({ err: error, site: head.site }, 'no room for what arrives');
    return STATUS.diskFull;
  }
}

async function refuse(
  replica: Replica,
  status: Status,
  token: Uint8Array = new Uint8Array(TOKEN_BYTES),
  site?: number,
): Promise<HubAnswer> {
  const fresh = site === undefined ? token : await newToken(replica, site);
  const head = encodeAnswer(
    { protocol: PROTOCOL, status, token: fresh, time: replica.clock.now(), parts: [] },
    privateKeyOf(replica.identity),
  );
  return { status, body: once([head]) };
}

async function* once(chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(Buffer.concat(chunks));
}

async function answer(replica: Replica, head: RequestHead, site: SiteSummary): Promise<HubAnswer> {
  await closeOpenActs(replica);
  const token = await newToken(replica, site.number);
  const reader = replica.db.read;
  const parts: AnswerPart[] = [];
  const frames: Uint8Array[] = [];
  let budget = DOWN_BYTES;
  for (const [index, part] of head.parts.entries()) {
    const feed = await feedOf(replica, part);
    const down = await framesDown(replica, reader, index, part, site.number, feed.cursor, budget);
    budget -= down.bytes;
    frames.push(...down.frames);
    const acked = await ackedOf(reader, part, site.number);
    // another schema shows other rows of the same log: only equal ones can be compared
    const comparable =
      head.schema === replica.schema && down.frames.length === 0 && acked.seq === part.own.seq && budget > 0;
    parts.push({
      feedName: feed.name,
      acked: { epoch: part.own.epoch, seq: acked.seq },
      wants: acked.seq + 1,
      digest: comparable ? (sameDigest(feed.digest, part.digest) ? 1 : 2) : 0,
    });
  }
  const first = encodeAnswer(
    { protocol: PROTOCOL, status: STATUS.done, token, time: replica.clock.now(), parts },
    privateKeyOf(replica.identity),
  );
  return {
    status: STATUS.done,
    body: once([first, ...frames, ...(frames.length > 0 ? [encodeFrame({ kind: 'end' })] : [])]),
  };
}

async function feedOf(
  replica: Replica,
  part: RequestPart,
): Promise<{ name: string; cursor: number; digest: Uint8Array }> {
  const row = await replica.db.read
    .selectFrom('log_partition')
    .select(['feed_name', 'feed', 'digest'])
    .where('partition', '=', part.partition)
    .executeTakeFirst();
  const head =
    row ??
    (await replica.db.transaction((tx: LocalTx) => lockPartition(tx, part.partition), { isolation: 'read committed' }));
  // another feed than the one the cursor was given in: everything is offered again, and known segments are recognised
  const cursor = part.feedName === head.feed_name ? Math.min(part.cursor, head.feed) : 0;
  return { name: head.feed_name, cursor, digest: row?.digest ?? ZERO_DIGEST };
}

async function ackedOf(reader: Reader, part: RequestPart, site: number): Promise<{ seq: number }> {
  if (part.own.epoch === 0) return { seq: 0 };
  const chain = await chainHead(reader, part.partition, site, part.own.epoch);
  return { seq: chain?.seq ?? 0 };
}

async function framesDown(
  replica: Replica,
  reader: Reader,
  index: number,
  part: RequestPart,
  site: number,
  from: number,
  budget: number,
): Promise<{ frames: Uint8Array[]; bytes: number }> {
  const frames: Uint8Array[] = [];
  let bytes = 0;
  let cursor = from;
  let skipped = false;
  const sent = new Set<string>();
  for (;;) {
    if (bytes >= budget) break;
    const segments = await segmentsAfter(reader, part.partition, cursor, 20);
    if (segments.length === 0) break;
    for (const segment of segments) {
      if (bytes >= budget) break;
      cursor = segment.feed;
      // a site's own work does not come back to it, unless it began again: then it may have lost some
      skipped = segment.site === site && segment.epoch === part.own.epoch;
      if (skipped) continue;
      for (const { subject, key } of await keysBeside(replica, reader, segment.bytes)) {
        if (sent.has(subject)) continue;
        sent.add(subject);
        frames.push(encodeFrame({ kind: 'key', part: index, subject, key }));
      }
      const frame = encodeFrame({ kind: 'segment', part: index, cursor, bytes: segment.bytes });
      frames.push(frame);
      bytes += frame.length;
    }
  }
  if (skipped && cursor > from) frames.push(encodeFrame({ kind: 'cursor', part: index, cursor }));
  return { frames, bytes };
}
