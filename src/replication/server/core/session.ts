// The heads of one session's messages, one each way, signed; what follows them stands in frames.ts.
import type { KeyObject } from 'node:crypto';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { signatureHolds, signBytes } from './crypto.ts';
import { readNote, writeNote, type SiteNote } from './site-note.ts';
import type { Position } from './types.ts';

const MAGIC = 0xc7;
export const TOKEN_BYTES = 8;
const MOST_PARTITIONS = 64;

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
  asideFull: 10,
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

function signed(head: Uint8Array, key: KeyObject): Uint8Array {
  const out = new ByteWriter(head.length + 68);
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

/**
 * How one version of the protocol codes a head behind its beginning. The beginning is the same in all versions, for ever: of a request its
 * mark and version; of an answer mark, version, status, token and time. A refusal for the version has nothing behind it.
 */
export interface HeadCoder {
  writeRequest(out: ByteWriter, head: RequestHead): void;
  /** Errors: Malformed. */
  readRequest(input: ByteReader, protocol: number): RequestHead;
  writeAnswer(out: ByteWriter, head: AnswerHead): void;
  /** Errors: Malformed. */
  readAnswer(input: ByteReader): AnswerPart[];
}

/** By number. */
export type Versions = ReadonlyMap<number, HeadCoder>;

const FIRST: HeadCoder = {
  writeRequest(out, head) {
    out.varint(head.site).varint(head.schema).raw(head.token).varint(head.parts.length);
    for (const [at, part] of head.parts.entries()) writeRequestPart(out, part, head.parts.slice(0, at));
    if (head.note) writeNote(out, head.note);
  },
  readRequest(input, protocol) {
    const head: RequestHead = {
      protocol,
      site: input.varint(),
      schema: input.varint(),
      token: Uint8Array.from(input.raw(TOKEN_BYTES)),
      parts: [],
    };
    const count = input.count(4);
    if (count > MOST_PARTITIONS) throw new Malformed('too many partitions');
    for (let i = 0; i < count; i++) head.parts.push(readRequestPart(input, head.parts));
    if (input.left > 0) head.note = readNote(input);
    return head;
  },
  writeAnswer(out, { parts }) {
    out.varint(parts.length);
    for (const part of parts) writeAnswerPart(out, part);
  },
  readAnswer(input) {
    const parts: AnswerPart[] = [];
    const count = input.count();
    for (let i = 0; i < count; i++) parts.push(readAnswerPart(input));
    return parts;
  },
};

/** What this program speaks: the newest and the two before it, so that nobody has to upgrade all at once. There is one so far. */
export const VERSIONS: Versions = new Map([[1, FIRST]]);

export const newestOf = (versions: Versions): number => Math.max(...versions.keys());

/** A length-prefixed head with the site's signature behind it, in the version that it names. */
export function encodeRequest(head: RequestHead, key: KeyObject, versions = VERSIONS): Uint8Array {
  const out = new ByteWriter(512).u8(MAGIC).u8(head.protocol);
  coderOf(head.protocol, versions).writeRequest(out, head);
  return signed(out.done(), key);
}

/** Of a version that is not spoken here only the number. Errors: Malformed. */
export function decodeRequest(bytes: Uint8Array, versions = VERSIONS): RequestHead {
  const input = new ByteReader(bytes);
  if (input.u8() !== MAGIC) throw new Malformed('not a request');
  const protocol = input.u8();
  const coder = versions.get(protocol);
  if (!coder) return { protocol, site: 0, schema: 0, token: new Uint8Array(TOKEN_BYTES), parts: [] };
  const head = coder.readRequest(input, protocol);
  input.end();
  return head;
}

function coderOf(protocol: number, versions: Versions): HeadCoder {
  const coder = versions.get(protocol);
  if (!coder) throw new Malformed('a version of the protocol that is not spoken here');
  return coder;
}

/** The hub's head with its signature over head and request token, in the version that it names. */
export function encodeAnswer(head: AnswerHead, key: KeyObject, versions = VERSIONS): Uint8Array {
  const out = new ByteWriter(256);
  out.u8(MAGIC).u8(head.protocol).u8(head.status).raw(head.token).varint(head.time);
  if (head.status !== STATUS.protocol) coderOf(head.protocol, versions).writeAnswer(out, head);
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
export function decodeAnswer(bytes: Uint8Array, versions = VERSIONS): AnswerHead {
  const input = new ByteReader(bytes);
  if (input.u8() !== MAGIC) throw new Malformed('not an answer');
  const protocol = input.u8();
  const status = input.u8();
  const head: AnswerHead = {
    protocol,
    status: status as Status,
    token: Uint8Array.from(input.raw(TOKEN_BYTES)),
    time: input.varint(),
    parts: [],
  };
  if (head.status === STATUS.protocol) return head;
  if (!(Object.values(STATUS) as number[]).includes(status)) throw new Malformed('status');
  head.parts = coderOf(protocol, versions).readAnswer(input);
  input.end();
  return head;
}

export function headSignatureHolds(head: Uint8Array, signature: Uint8Array, keys: readonly KeyObject[]): boolean {
  return keys.some((key) => signatureHolds(head, signature, key));
}
