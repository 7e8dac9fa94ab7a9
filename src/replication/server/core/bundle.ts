// A bundle: what a session carries, in one file for a courier. Its clear head, its body before it is sealed, and the envelope around both.
import type { KeyObject } from 'node:crypto';
import { MAX_SITE } from '#platform/ids';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { sha256, signatureHolds, signBytes } from './crypto.ts';
import { decodeKeys, encodeKeys } from './key-list.ts';
import { MAX_FRAME_BYTES } from './frames.ts';
import type { Position } from './types.ts';

const MAGIC = Buffer.from('cdig');
export const BUNDLE_VERSION = 1;
const SIGNATURE = 64;
const DIGEST = 16;
const MOST_PARTITIONS = 64;
/** A head never needs more bytes than these: what has to be read of a file to know whose it is. */
export const BUNDLE_HEAD_BYTES = 48;
/** No file is read that is larger; who packs stops well before. */
export const MAX_BUNDLE_BYTES = 67_108_864;

/** All that a courier, or whoever finds the stick, can read. These fields stand first in every version, for ever. */
export interface BundleHead {
  version: number;
  /** Site number of the recipient and of the sender; 0 = hub. */
  to: number;
  from: number;
  /** The sender counts its bundles, to all recipients together. */
  number: number;
  /** Bytes of the sealed body that follows. */
  size: number;
}

export interface BundlePart {
  partition: string;
  /** The receiver's feed as the sender holds it; the name is empty at first contact. */
  feedName: string;
  cursor: number;
  /** Last position of the sender's own chain, and its epoch; zeros when it has none. */
  own: Position;
  /** Durable at the sender: the receiver's chain up to here. */
  acked: Position;
  /** Digest of the partition's rows at the sender, 16 bytes. */
  digest: Uint8Array;
  /** From the hub only: the piece (from, to] of its feed that the segments below are, own work of the receiver left out. */
  range: { feedName: string; from: number; to: number };
  /** Keys of persons that the segments below need; stored before them. */
  keys: { subject: string; key: Uint8Array }[];
  /** As stored, in the order in which they must arrive. */
  segments: Uint8Array[];
}

export interface BundleBody {
  /** Once more inside, so that nobody can put his own name on another's sealed body. */
  to: number;
  from: number;
  number: number;
  /** Number of migrations the sender knows: digests are compared between equal ones only. */
  schema: number;
  parts: BundlePart[];
}

function writeHead(head: BundleHead): Buffer {
  return new ByteWriter(BUNDLE_HEAD_BYTES)
    .raw(MAGIC)
    .u8(head.version)
    .varint(head.to)
    .varint(head.from)
    .varint(head.number)
    .varint(head.size)
    .done();
}

function readHead(input: ByteReader): BundleHead {
  if (!MAGIC.equals(input.raw(MAGIC.length))) throw new Malformed('not a bundle');
  const head = {
    version: input.u8(),
    to: input.varint(),
    from: input.varint(),
    number: input.varint(),
    size: input.varint(),
  };
  if (head.to > MAX_SITE || head.from > MAX_SITE) throw new Malformed('site of a bundle');
  if (head.number < 1) throw new Malformed('number of a bundle');
  if (head.size > MAX_BUNDLE_BYTES) throw new Malformed('a bundle larger than allowed');
  return head;
}

/** From the first bytes of a file; the version is not judged. Errors: Malformed. */
export function readBundleHead(start: Uint8Array): BundleHead {
  return readHead(new ByteReader(start));
}

/** What is signed: the head and the hash of the sealed body, under a name that no other signature of the program has. */
function signedText(head: BundleHead, sealed: Uint8Array): Uint8Array {
  return new ByteWriter(128).text('ciudadania bundle').raw(writeHead(head)).raw(sha256(sealed)).done();
}

/** The whole file. Errors: RangeError when it would be too large to be read again. */
export function closeBundle(head: Omit<BundleHead, 'version' | 'size'>, sealed: Uint8Array, key: KeyObject): Buffer {
  if (sealed.length > MAX_BUNDLE_BYTES) throw new RangeError('a bundle larger than allowed');
  const whole: BundleHead = { ...head, version: BUNDLE_VERSION, size: sealed.length };
  return Buffer.concat([writeHead(whole), sealed, signBytes(signedText(whole, sealed), key)]);
}

export interface OpenBundle {
  head: BundleHead;
  sealed: Uint8Array;
  signature: Uint8Array;
}

/** Takes the file apart without judging its signature. Errors: Malformed, also for one that is cut or goes on after its end. */
export function openBundle(bytes: Uint8Array): OpenBundle {
  const input = new ByteReader(bytes);
  const head = readHead(input);
  if (head.version !== BUNDLE_VERSION) throw new Malformed(`bundle version ${head.version} is not known here`);
  const sealed = input.raw(head.size);
  const signature = input.raw(SIGNATURE);
  input.end();
  return { head, sealed, signature };
}

/** Whether one of these keys signed exactly this head over exactly this body. */
export function bundleHolds(bundle: OpenBundle, keys: readonly KeyObject[]): boolean {
  const text = signedText(bundle.head, bundle.sealed);
  return keys.some((key) => signatureHolds(text, bundle.signature, key));
}

export function encodeBundleBody(body: BundleBody): Buffer {
  const out = new ByteWriter(65_536);
  out.varint(body.to).varint(body.from).varint(body.number).varint(body.schema).varint(body.parts.length);
  for (const part of body.parts) {
    out
      .text(part.partition)
      .text(part.feedName)
      .varint(part.cursor)
      .varint(part.own.epoch)
      .varint(part.own.seq)
      .varint(part.acked.epoch)
      .varint(part.acked.seq)
      .raw(part.digest)
      .text(part.range.feedName)
      .varint(part.range.from)
      .varint(part.range.to - part.range.from)
      .bytes(encodeKeys(part.keys));
    out.varint(part.segments.length);
    for (const segment of part.segments) out.bytes(segment);
  }
  return out.done();
}

/** Errors: Malformed. */
export function decodeBundleBody(bytes: Uint8Array): BundleBody {
  const input = new ByteReader(bytes);
  const body: BundleBody = {
    to: input.varint(),
    from: input.varint(),
    number: input.varint(),
    schema: input.varint(),
    parts: [],
  };
  const count = input.count(30);
  if (count > MOST_PARTITIONS) throw new Malformed('too many partitions');
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const part = readPart(input);
    if (seen.has(part.partition)) throw new Malformed('a partition twice');
    seen.add(part.partition);
    body.parts.push(part);
  }
  input.end();
  return body;
}

function readPart(input: ByteReader): BundlePart {
  const part: BundlePart = {
    partition: input.text(),
    feedName: input.text(),
    cursor: input.varint(),
    own: { epoch: input.varint(), seq: input.varint() },
    acked: { epoch: input.varint(), seq: input.varint() },
    digest: Uint8Array.from(input.raw(DIGEST)),
    range: readRange(input),
    keys: [],
    segments: [],
  };
  part.keys = decodeKeys(input.bytes());
  const segments = input.count();
  for (let i = 0; i < segments; i++) {
    const length = input.count();
    if (length > MAX_FRAME_BYTES) throw new Malformed('a segment longer than allowed');
    part.segments.push(input.raw(length));
  }
  return part;
}

function readRange(input: ByteReader): BundlePart['range'] {
  const feedName = input.text();
  const from = input.varint();
  const to = from + input.varint();
  if (!Number.isSafeInteger(to)) throw new Malformed('number too large');
  return { feedName, from, to };
}
