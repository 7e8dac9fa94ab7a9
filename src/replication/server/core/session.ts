// The messages of one session: a head each way, then frames that the receiver can store as soon as each is complete.
import type { KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { signatureHolds, signBytes } from './crypto.ts';
import { decodeKeys, encodeKeys } from './key-list.ts';
import type { PersonKey } from './person-keys.ts';
import { readNote, writeNote, type SiteNote } from './site-note.ts';
import type { Position } from './types.ts';

export const PROTOCOL = 1;
const MAGIC = 0xc7;
const SIGNATURE = 64;
export const TOKEN_BYTES = 8;
const MOST_PARTITIONS = 64;
/** A head is at most this long; a frame's length is bounded by what a segment may be, with room for its keys. */
export const MAX_HEAD_BYTES = 32_768;
export const MAX_FRAME_BYTES = 131_072;

/** Per partition, what the telecentre says of itself. */
export interface RequestPart {
  partition: string;
  /** Name of the hub's feed that the cursor belongs to; empty at first contact. */
  feedName: string;
  /** All of the hub's feed up to here is stored and applied. */
  cursor: number;
  /** Last position of the own chain, and its epoch. */
  own: Position;
  /** Digest of the partition's rows, 16 bytes. */
  digest: Uint8Array;
}

export interface RequestHead {
  protocol: number;
  site: number;
  schema: number;
  /** What the hub gave in its last answer: a request that was overheard cannot be used again. */
  token: Uint8Array;
  parts: RequestPart[];
  /** Absent from a site that says nothing of itself. */
  note?: SiteNote;
}

export const STATUS = {
  done: 0,
  token: 1,
  unknownSite: 2,
  badSignature: 3,
  ended: 4,
  protocol: 5,
  notAllowed: 6,
  malformed: 7,
  busy: 8,
  diskFull: 9,
} as const;
export type Status = (typeof STATUS)[keyof typeof STATUS];

export interface AnswerPart {
  /** Empty where it is the one that was asked with. */
  feedName: string;
  /** Durable at the hub: all of the own chain up to here. */
  acked: Position;
  /** Whether the digests agree: 0 not comparable (something is still to come), 1 equal, 2 different. */
  digest: number;
  /** The first bytes of the chain hash at `acked`, as the hub has it; undefined where nothing is acknowledged. */
  chain?: Uint8Array;
  /** To whoever comes with the name of another feed: all that the hub has of this partition, so that it can be given back what it lost. */
  vector?: ChainPosition[];
}

/** How far somebody has one chain. */
export interface ChainPosition extends Position {
  site: number;
}

/** Enough to notice that two chains are not the same. */
export const CHAIN_BYTES = 4;
const MOST_CHAINS = 65_536;

export interface AnswerHead {
  protocol: number;
  status: Status;
  token: Uint8Array;
  /** The hub's wall time, milliseconds, signed: for a board whose clock woke in 1970. */
  time: number;
  /** In the order of the request's parts. */
  parts: AnswerPart[];
}

export type Frame =
  /** Keys of persons that the next segment of the part needs. */
  | { kind: 'keys'; part: number; keys: PersonKey[] }
  | { kind: 'segment'; part: number; cursor: number; bytes: Uint8Array }
  | { kind: 'cursor'; part: number; cursor: number }
  /** Of the part's rows at the hub when its answer was made: with all of it stored, ours must be the same, and nothing has to be asked again. */
  | { kind: 'digest'; part: number; digest: Uint8Array }
  | { kind: 'end' };

function signed(head: Uint8Array, key: KeyObject): Uint8Array {
  const out = new ByteWriter(head.length + SIGNATURE + 4);
  return out.bytes(head).raw(signBytes(head, key)).done();
}

const HAS_OWN = 1;
const HAS_DIGEST = 2;
/** The name is that of an earlier part without its `/control`; otherwise it goes on from the part before. */
const HAS_CONTROL = 4;
const CONTROL = '/control';

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  // a letter of two units is not cut in its middle: its half alone has no bytes
  const last = a.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}

function writeRequestPart(out: ByteWriter, part: RequestPart, before: readonly RequestPart[]): void {
  const { partition, feedName, cursor, own, digest } = part;
  const control = before.findIndex((one) => one.partition === partition + CONTROL);
  const hasOwn = own.epoch !== 0 || own.seq !== 0;
  const hasDigest = digest.some((byte) => byte !== 0);
  out.u8((hasOwn ? HAS_OWN : 0) + (hasDigest ? HAS_DIGEST : 0) + (control >= 0 ? HAS_CONTROL : 0));
  if (control >= 0) out.varint(control);
  else {
    const shared = sharedStart(partition, before.at(-1)?.partition ?? '');
    out.varint(shared).text(partition.slice(shared));
  }
  out.text(feedName).varint(cursor);
  if (hasOwn) out.varint(own.epoch).varint(own.seq);
  if (hasDigest) out.raw(digest);
}

function readRequestPart(input: ByteReader, before: readonly RequestPart[]): RequestPart {
  const flags = input.u8();
  if (flags > HAS_OWN + HAS_DIGEST + HAS_CONTROL) throw new Malformed('flags of a partition');
  const partition = flags & HAS_CONTROL ? withoutControl(input.varint(), before) : goingOn(input, before);
  return {
    partition,
    feedName: input.text(),
    cursor: input.varint(),
    own: flags & HAS_OWN ? { epoch: input.varint(), seq: input.varint() } : { epoch: 0, seq: 0 },
    digest: flags & HAS_DIGEST ? Uint8Array.from(input.raw(16)) : new Uint8Array(16),
  };
}

function withoutControl(at: number, before: readonly RequestPart[]): string {
  const name = before[at]?.partition;
  if (!name?.endsWith(CONTROL)) throw new Malformed('name of a partition');
  return name.slice(0, -CONTROL.length);
}

function goingOn(input: ByteReader, before: readonly RequestPart[]): string {
  const name = before.at(-1)?.partition ?? '';
  const shared = input.varint();
  if (shared > name.length) throw new Malformed('name of a partition');
  return name.slice(0, shared) + input.text();
}

/** A length-prefixed head with the site's signature behind it. */
export function encodeRequest(head: RequestHead, key: KeyObject): Uint8Array {
  const out = new ByteWriter(512);
  out.u8(MAGIC).u8(head.protocol).varint(head.site).varint(head.schema).raw(head.token).varint(head.parts.length);
  for (const [at, part] of head.parts.entries()) writeRequestPart(out, part, head.parts.slice(0, at));
  if (head.note) writeNote(out, head.note);
  return signed(out.done(), key);
}

/** Errors: Malformed. */
export function decodeRequest(bytes: Uint8Array): RequestHead {
  const input = new ByteReader(bytes);
  if (input.u8() !== MAGIC) throw new Malformed('not a request');
  const head: RequestHead = {
    protocol: input.u8(),
    site: input.varint(),
    schema: input.varint(),
    token: Uint8Array.from(input.raw(TOKEN_BYTES)),
    parts: [],
  };
  const count = input.count(4);
  if (count > MOST_PARTITIONS) throw new Malformed('too many partitions');
  for (let i = 0; i < count; i++) head.parts.push(readRequestPart(input, head.parts));
  if (input.left > 0) head.note = readNote(input);
  input.end();
  return head;
}

/** The hub's head with its signature over head and request token. */
export function encodeAnswer(head: AnswerHead, key: KeyObject): Uint8Array {
  const out = new ByteWriter(256);
  out.u8(MAGIC).u8(head.protocol).u8(head.status).raw(head.token).varint(head.time).varint(head.parts.length);
  for (const part of head.parts) writeAnswerPart(out, part);
  return signed(out.done(), key);
}

const HAS_CHAIN = 4;
const HAS_VECTOR = 8;
const HAS_ACKED = 16;
const HAS_NAME = 32;

function writeAnswerPart(out: ByteWriter, { feedName, acked, digest, chain, vector }: AnswerPart): void {
  const hasAcked = acked.epoch !== 0 || acked.seq !== 0;
  out.u8(
    digest +
      (chain ? HAS_CHAIN : 0) +
      (vector ? HAS_VECTOR : 0) +
      (hasAcked ? HAS_ACKED : 0) +
      (feedName === '' ? 0 : HAS_NAME),
  );
  if (feedName !== '') out.text(feedName);
  if (hasAcked) out.varint(acked.epoch).varint(acked.seq);
  if (chain) out.raw(chain.subarray(0, CHAIN_BYTES));
  if (!vector) return;
  out.varint(vector.length);
  for (const { site, epoch, seq } of vector) out.varint(site).varint(epoch).varint(seq);
}

function readAnswerPart(input: ByteReader): AnswerPart {
  const flags = input.u8();
  if (flags >= 2 * HAS_NAME || (flags & 3) > 2) throw new Malformed('flags of a partition');
  const feedName = flags & HAS_NAME ? input.text() : '';
  const acked = flags & HAS_ACKED ? { epoch: input.varint(), seq: input.varint() } : { epoch: 0, seq: 0 };
  const part: AnswerPart = { feedName, acked, digest: flags & 3 };
  if (flags & HAS_CHAIN) part.chain = Uint8Array.from(input.raw(CHAIN_BYTES));
  if (!(flags & HAS_VECTOR)) return part;
  const count = input.count(3);
  if (count > MOST_CHAINS) throw new Malformed('too many chains');
  part.vector = Array.from({ length: count }, () => ({
    site: input.varint(),
    epoch: input.varint(),
    seq: input.varint(),
  }));
  return part;
}

/** Errors: Malformed. */
export function decodeAnswer(bytes: Uint8Array): AnswerHead {
  const input = new ByteReader(bytes);
  if (input.u8() !== MAGIC) throw new Malformed('not an answer');
  const protocol = input.u8();
  const status = input.u8();
  if (!(Object.values(STATUS) as number[]).includes(status)) throw new Malformed('status');
  const head: AnswerHead = {
    protocol,
    status: status as Status,
    token: Uint8Array.from(input.raw(TOKEN_BYTES)),
    time: input.varint(),
    parts: [],
  };
  const count = input.count();
  for (let i = 0; i < count; i++) head.parts.push(readAnswerPart(input));
  input.end();
  return head;
}

export function headSignatureHolds(head: Uint8Array, signature: Uint8Array, keys: readonly KeyObject[]): boolean {
  return keys.some((key) => signatureHolds(head, signature, key));
}

const KIND = { end: 0, keys: 1, segment: 2, cursor: 3, digest: 4 } as const;

export function encodeFrame(frame: Frame): Uint8Array {
  const out = new ByteWriter(64);
  switch (frame.kind) {
    case 'end':
      return Uint8Array.of(1, KIND.end);
    case 'keys':
      out.u8(KIND.keys).varint(frame.part).raw(encodeKeys(frame.keys));
      break;
    case 'digest':
      out.u8(KIND.digest).varint(frame.part).raw(frame.digest);
      break;
    case 'segment':
      out.u8(KIND.segment).varint(frame.part).varint(frame.cursor).raw(frame.bytes);
      break;
    case 'cursor':
      out.u8(KIND.cursor).varint(frame.part).varint(frame.cursor);
  }
  const body = out.done();
  // heads are signed and so is what a segment holds; a cursor or a key is not, and one flipped bit in it would lose work for good
  return new ByteWriter(body.length + 8).bytes(Buffer.concat([body, checkOf(body)])).done();
}

/** So many keys in a frame: it stays below what a frame may have. */
const KEYS_AT_ONCE = 1_000;

export function keyFrames(part: number, keys: readonly PersonKey[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE)
    frames.push(encodeFrame({ kind: 'keys', part, keys: keys.slice(from, from + KEYS_AT_ONCE) }));
  return frames;
}

const CHECK = 4;

function checkOf(body: Uint8Array): Buffer {
  const out = Buffer.alloc(CHECK);
  out.writeUInt32LE(crc32(body));
  return out;
}

function decodeFrame(whole: Uint8Array): Frame {
  if (whole.length === 1 && whole[0] === KIND.end) return { kind: 'end' };
  const bytes = whole.subarray(0, Math.max(0, whole.length - CHECK));
  if (!checkOf(bytes).equals(whole.subarray(bytes.length))) throw new Malformed('a frame that was changed on the way');
  const input = new ByteReader(bytes);
  const kind = input.u8();
  const part = input.varint();
  if (kind === KIND.keys) return { kind: 'keys', part, keys: decodeKeys(input.raw(input.left)) };
  if (kind === KIND.digest) {
    const frame: Frame = { kind: 'digest', part, digest: Uint8Array.from(input.raw(16)) };
    input.end();
    return frame;
  }
  if (kind === KIND.segment)
    return { kind: 'segment', part, cursor: input.varint(), bytes: Uint8Array.from(input.raw(input.left)) };
  if (kind === KIND.cursor) {
    const frame: Frame = { kind: 'cursor', part, cursor: input.varint() };
    input.end();
    return frame;
  }
  throw new Malformed('kind of frame');
}

export interface SignedHead {
  head: Uint8Array;
  signature: Uint8Array;
}

/** Takes bytes as they come and gives the head, then whole frames. Holds at most one head or frame in memory. Errors: Malformed. */
export class SessionReader {
  #waiting: Uint8Array = new Uint8Array(0);
  #head: SignedHead | undefined;

  push(chunk: Uint8Array): { head?: SignedHead; frames: Frame[] } {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    const out: { head?: SignedHead; frames: Frame[] } = { frames: [] };
    if (!this.#head) {
      const body = this.#take(MAX_HEAD_BYTES, SIGNATURE);
      if (!body) return out;
      this.#head = {
        head: body.subarray(0, body.length - SIGNATURE),
        signature: body.subarray(body.length - SIGNATURE),
      };
      out.head = this.#head;
    }
    for (let body = this.#take(MAX_FRAME_BYTES, 0); body; body = this.#take(MAX_FRAME_BYTES, 0))
      out.frames.push(decodeFrame(body));
    return out;
  }

  /** The next length-prefixed part with `more` bytes behind it, or undefined until it is complete. */
  #take(most: number, more: number): Uint8Array | undefined {
    let length = 0;
    let at = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#waiting[at];
      if (byte === undefined) return undefined;
      at += 1;
      length += (byte & 0x7f) * scale;
      if (length > most || at > 4) throw new Malformed('a part longer than allowed');
      if (byte < 0x80) break;
    }
    const end = at + length + more;
    if (this.#waiting.length < end) return undefined;
    const body = Uint8Array.from(this.#waiting.subarray(at, end));
    this.#waiting = this.#waiting.subarray(end);
    return body;
  }
}
