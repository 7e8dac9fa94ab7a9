// The hub's side of a session: who asks is proven first, each segment is durable before the next is read, then what is missing goes down.
import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { Malformed } from './bytes.ts';
import { sameDigest, type Digest } from './digest.ts';
import { isGiven } from './membership.ts';
import type { ChainHead, Received } from './receive.ts';
import { keyFrames, encodeFrame, SessionReader, type Frame, type SignedHead } from './frames.ts';
import {
  decodeRequest,
  encodeAnswer,
  headSignatureHolds,
  newestOf,
  STATUS,
  TOKEN_BYTES,
  VERSIONS,
  type AnswerPart,
  type ChainPosition,
  type RequestHead,
  type RequestPart,
  type Status,
  type Versions,
} from './session.ts';
import type { PersonKey } from './person-keys.ts';
import { asker, type Steps } from './steps.ts';
import { MOST_DOWN_BYTES } from './write-limit.ts';

const AT_ONCE = 20;

/** A site as the hub knows it. */
export interface KnownSite {
  number: number;
  /** How its membership stands: `enrolled`, `ended`, `compromised`; see membership.ts. */
  state: string;
  /** Certified keys that may sign for it, oldest first, without those that it replaced. */
  keys: KeyObject[];
  token: Uint8Array | undefined;
}

export interface FeedSegment {
  site: number;
  epoch: number;
  feed: number;
  bytes: Uint8Array;
}

/** What has to be done for the hub in the course of a session; each is durable before it returns. */
export interface HubDoing {
  /** More of the request; null at its end. Throws when the link is cut. */
  next(): Uint8Array | null;
  site(number: number): KnownSite | undefined;
  mayHold(site: number, partition: string): boolean;
  /** The site has begun to use this key: the older ones speak for it no longer. */
  usesKey(site: number, key: KeyObject): void;
  /** The newest own key that whoever asks can know. */
  keyFor(head: RequestHead): KeyObject;
  /** A fresh one for this site, kept together with what it said of itself; a request that was overheard says nothing. */
  newToken(site: number, said?: RequestHead): Uint8Array;
  /** A segment is stored only when the keys beside it are durable too. `full`: there is no room for it. */
  receive(partition: string, bytes: Uint8Array, keys: PersonKey[], site: number): Received | { outcome: 'full' };
  close(): void;
  feed(partition: string): { name: string; feed: number; digest: Digest };
  /** What is stored of a site's chain; undefined when nothing is. */
  stored(partition: string, site: number, epoch: number): Pick<ChainHead, 'seq' | 'chain'> | undefined;
  /** All that is stored of a partition. */
  vector(partition: string): ChainPosition[];
  /** A site holds more of our feed than there is: this disk was replaced by an older one. All feeds and own chains go on under new names. */
  beginAgain(): void;
  /** Segments after a feed number, in order. */
  after(partition: string, cursor: number, limit: number): FeedSegment[];
  /** Of the persons whose fields a segment seals, those that open something in it. */
  keysOf(bytes: Uint8Array): PersonKey[];
  /** The site holds our feed up to here, and goes on under this epoch. */
  noteCursor(site: number, partition: string, feedName: string, cursor: number, epoch: number): void;
  /** In these partitions the site follows our feed, and all of its own work is here: it holds nothing of them that we lack. */
  hasGiven(site: number, partitions: string[]): void;
  now(): number;
}

export interface HubSessionInput {
  key: KeyObject;
  schema: number;
  /** What it speaks. */
  versions?: Versions;
}

export interface HubAnswer {
  status: Status;
  body: Uint8Array[];
}

const NOTHING = { frames: [], bytes: 0 };

const ask = asker<HubDoing>();

/** Answers one request. Never throws for what the other side sent; when the link is cut (`next` throws), every complete segment is stored. */
export function* hubSession(input: HubSessionInput): Steps<HubAnswer> {
  const reader = new SessionReader();
  let head: RequestHead | undefined;
  let failed: Status | undefined;
  let state = '';
  const keys = new Map<string, PersonKey[]>();
  try {
    for (let chunk = yield* ask('next'); chunk; chunk = yield* ask('next')) {
      const got = reader.push(chunk);
      if (got.head) {
        head = decodeRequest(got.head.head, input.versions);
        const proven = yield* prove(head, got.head, input.versions);
        state = proven.state;
        const { status } = proven;
        if (status === STATUS.token) return yield* refuse(input, status, head);
        if (status !== STATUS.done) return yield* refuse(input, status);
      }
      for (const frame of got.frames) if (failed === undefined && head) failed = yield* take(head, frame, keys);
    }
  } catch (error) {
    if (error instanceof Malformed) return yield* refuse(input, STATUS.malformed);
    throw error;
  }
  if (!head) return yield* refuse(input, STATUS.malformed);
  if (failed !== undefined) return yield* refuse(input, failed, head);
  return yield* answer(input, head, state);
}

/** Whether who asks is who it says, and how its membership stands. */
function* prove(head: RequestHead, signed: SignedHead, versions = VERSIONS): Steps<{ status: Status; state: string }> {
  if (!versions.has(head.protocol)) return { status: STATUS.protocol, state: '' };
  const site = yield* ask('site', head.site);
  const state = site?.state ?? '';
  if (!site) return { status: STATUS.unknownSite, state };
  const used = site.keys.find((key) => headSignatureHolds(signed.head, signed.signature, [key]));
  if (!used) return { status: STATUS.badSignature, state };
  if (used !== site.keys[0]) yield* ask('usesKey', site.number, used);
  for (const { partition } of head.parts)
    if (!(yield* ask('mayHold', site.number, partition))) return { status: STATUS.notAllowed, state };
  // a request that was overheard cannot be used again
  const fresh = site.token && timingSafeEqual(site.token, head.token);
  return { status: fresh ? STATUS.done : STATUS.token, state };
}

function* take(head: RequestHead, frame: Frame, keys: Map<string, PersonKey[]>): Steps<Status | undefined> {
  if (frame.kind !== 'keys' && frame.kind !== 'segment') return undefined;
  const partition = head.parts[frame.part]?.partition;
  if (partition === undefined) return STATUS.malformed;
  if (frame.kind === 'keys') {
    keys.set(partition, [...(keys.get(partition) ?? []), ...frame.keys]);
    return undefined;
  }
  const beside = keys.get(partition) ?? [];
  keys.delete(partition);
  const received = yield* ask('receive', partition, frame.bytes, beside, head.site);
  if (received.outcome === 'full') return STATUS.diskFull;
  if (received.outcome !== 'refused') return undefined;
  // the site went on from another past than the one that is here: what is acknowledged tells it
  if (received.reason === 'chain') return undefined;
  if (received.reason === 'aside-full') return STATUS.asideFull;
  return received.reason === 'malformed'
    ? STATUS.malformed
    : received.reason === 'signature'
      ? STATUS.badSignature
      : STATUS.notAllowed;
}

/** `head` when who asks has proven itself: it is given a token for its next request. */
function* refuse(input: HubSessionInput, status: Status, head?: RequestHead): Steps<HubAnswer> {
  const said = status === STATUS.token ? undefined : head;
  const token = head ? yield* ask('newToken', head.site, said) : new Uint8Array(TOKEN_BYTES);
  const key = head ? yield* ask('keyFor', head) : input.key;
  const time = yield* ask('now');
  const { versions = VERSIONS } = input;
  const protocol = head?.protocol ?? newestOf(versions);
  return { status, body: [encodeAnswer({ protocol, status, token, time, parts: [] }, key, versions)] };
}

function* answer(input: HubSessionInput, head: RequestHead, state: string): Steps<HubAnswer> {
  yield* ask('close');
  const token = yield* ask('newToken', head.site, head);
  const parts: AnswerPart[] = [];
  const frames: Uint8Array[] = [];
  const given: string[] = [];
  let budget = Math.min(MOST_DOWN_BYTES, head.note?.most ?? MOST_DOWN_BYTES);
  for (const part of head.parts) {
    const { name, feed } = yield* ask('feed', part.partition);
    if (part.feedName !== name || part.cursor <= feed) continue;
    yield* ask('beginAgain');
    break;
  }
  for (const [index, part] of head.parts.entries()) {
    const feed = yield* ask('feed', part.partition);
    // another feed than the one the cursor was given in: everything is offered again, and known segments are recognised
    const cursor = part.feedName === feed.name ? part.cursor : 0;
    const served = isGiven(state, part.partition);
    if (served) yield* ask('noteCursor', head.site, part.partition, feed.name, cursor, part.own.epoch);
    const down = served ? yield* framesDown(index, part, head.site, cursor, budget) : NOTHING;
    budget -= down.bytes;
    frames.push(...down.frames);
    const whole = served && head.schema === input.schema && budget > 0;
    if (down.frames.length > 0 && whole) frames.push(encodeFrame({ kind: 'digest', part: index, digest: feed.digest }));
    const stored = part.own.epoch === 0 ? undefined : yield* ask('stored', part.partition, head.site, part.own.epoch);
    const acked = stored?.seq ?? 0;
    // another schema shows other rows of the same log: only equal ones can be compared
    const comparable = whole && down.frames.length === 0 && acked === part.own.seq;
    const answered: AnswerPart = {
      feedName: part.feedName === feed.name ? '' : feed.name,
      acked: { epoch: part.own.epoch, seq: acked },
      digest: comparable ? (sameDigest(feed.digest, part.digest) ? 1 : 2) : 0,
    };
    if (stored && acked > 0) answered.chain = stored.chain;
    // the feed has another name: the hub lost its disk, and this site may hold what the hub lacks
    if (part.feedName !== '' && part.feedName !== feed.name) answered.vector = yield* ask('vector', part.partition);
    parts.push(answered);
    // whoever names no feed holds nothing of the partition but its own work
    if ((part.feedName === feed.name || part.feedName === '') && acked === part.own.seq) given.push(part.partition);
  }
  yield* ask('hasGiven', head.site, given);
  const key = yield* ask('keyFor', head);
  const time = yield* ask('now');
  const { protocol } = head;
  const first = encodeAnswer({ protocol, status: STATUS.done, token, time, parts }, key, input.versions);
  const end = frames.length > 0 ? [encodeFrame({ kind: 'end' })] : [];
  return { status: STATUS.done, body: [first, ...frames, ...end] };
}

function* framesDown(
  index: number,
  part: RequestPart,
  site: number,
  from: number,
  budget: number,
): Steps<{ frames: Uint8Array[]; bytes: number }> {
  const frames: Uint8Array[] = [];
  let bytes = 0;
  let cursor = from;
  let skipped = false;
  const sent = new Set<string>();
  while (bytes < budget) {
    const segments = yield* ask('after', part.partition, cursor, AT_ONCE);
    if (segments.length === 0) break;
    for (const segment of segments) {
      if (bytes >= budget) break;
      cursor = segment.feed;
      // a site's own work does not come back to it, unless it began again: then it may have lost some
      skipped = segment.site === site && segment.epoch === part.own.epoch;
      if (skipped) continue;
      const keys = (yield* ask('keysOf', segment.bytes)).filter(({ subject, key }) => {
        const name = `${subject} ${Buffer.from(key).toString('base64')}`;
        if (sent.has(name)) return false;
        sent.add(name);
        return true;
      });
      frames.push(...keyFrames(index, keys));
      const frame = encodeFrame({ kind: 'segment', part: index, cursor, bytes: segment.bytes });
      frames.push(frame);
      bytes += frame.length;
    }
  }
  if (skipped && cursor > from) frames.push(encodeFrame({ kind: 'cursor', part: index, cursor }));
  return { frames, bytes };
}
