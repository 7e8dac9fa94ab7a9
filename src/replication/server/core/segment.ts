// Segments: closed, chained and signed pieces of one site's log of one partition, columnar and compressed.
import type { KeyObject } from 'node:crypto';
import { operationHash } from './act-codec.ts';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { NEWEST_DICTIONARY } from './dictionaries.ts';
import { chainOn, signatureHolds, signBytes } from './crypto.ts';
import { readBody, writeBody } from './segment-body.ts';
import type { Act } from './types.ts';

const MAGIC = 0xc5;
/** 1 was before the first release: zstd over differences. */
const VERSION = 2;

export interface SegmentHead {
  partition: string;
  site: number;
  epoch: number;
  /** First position and number of operations. */
  seqFrom: number;
  count: number;
  /** Chain hash before the first operation, 32 bytes. */
  chainBefore: Uint8Array;
  /** Ed25519 of the site over partition, site, epoch, last position and chain hash after it. */
  signature: Uint8Array;
}

export interface OpenedSegment extends SegmentHead {
  acts: Act[];
  chainAfter: Uint8Array;
}

function signedText(
  head: Pick<SegmentHead, 'partition' | 'site' | 'epoch'>,
  seqTo: number,
  chain: Uint8Array,
): Uint8Array {
  return new ByteWriter(128)
    .text('ciudadania segment')
    .text(head.partition)
    .varint(head.site)
    .varint(head.epoch)
    .varint(seqTo)
    .raw(chain)
    .done();
}

/** The chain after these acts, or after the first `most` of their operations. */
export function chainOver(before: Uint8Array, acts: readonly Act[], most = Infinity): Uint8Array {
  let chain = before;
  let left = most;
  for (const act of acts)
    for (const operation of act.operations) if (left-- > 0) chain = chainOn(chain, operationHash(act, operation));
  return chain;
}

export interface SegmentInput {
  partition: string;
  site: number;
  epoch: number;
  seqFrom: number;
  chainBefore: Uint8Array;
  /** Whole acts in the order of their positions; all of this partition and site. */
  acts: readonly Act[];
}

/** Closes acts into a segment. Returns its bytes and the chain after it. Errors: RangeError for an empty list or a foreign act. */
export function closeSegment(
  input: SegmentInput,
  key: KeyObject,
): { bytes: Uint8Array; chainAfter: Uint8Array; seqTo: number } {
  const count = input.acts.reduce((sum, act) => sum + act.operations.length, 0);
  if (count === 0) throw new RangeError('an empty segment');
  if (input.acts.some((act) => act.partition !== input.partition || act.site !== input.site))
    throw new RangeError('an act of another log');
  const chainAfter = chainOver(input.chainBefore, input.acts);
  const seqTo = input.seqFrom + count - 1;
  const signature = signBytes(signedText(input, seqTo, chainAfter), key);
  const out = new ByteWriter(4096);
  out
    .u8(MAGIC)
    .u8(VERSION)
    .varint(NEWEST_DICTIONARY)
    .text(input.partition)
    .varint(input.site)
    .varint(input.epoch)
    .varint(input.seqFrom)
    .varint(count);
  out.raw(input.chainBefore).raw(signature).bytes(writeBody(input.acts, input));
  return { bytes: out.done(), chainAfter, seqTo };
}

function readHead(input: ByteReader): SegmentHead & { dictionary: number } {
  if (input.u8() !== MAGIC) throw new Malformed('not a segment');
  const version = input.u8();
  if (version !== VERSION) throw new Malformed(`segment version ${version} is not known here`);
  const dictionary = input.varint();
  const head = {
    dictionary,
    partition: input.text(),
    site: input.varint(),
    epoch: input.varint(),
    seqFrom: input.varint(),
    count: input.varint(),
  };
  if (head.seqFrom < 1 || head.count < 1) throw new Malformed('positions');
  return { ...head, chainBefore: Uint8Array.from(input.raw(32)), signature: Uint8Array.from(input.raw(64)) };
}

/** The clear part only. Errors: Malformed. */
export function segmentHead(bytes: Uint8Array): SegmentHead {
  return readHead(new ByteReader(bytes));
}

/** Opens a segment without judging its signature. Errors: Malformed. */
export function openSegment(bytes: Uint8Array): OpenedSegment {
  const input = new ByteReader(bytes);
  const { dictionary, ...head } = readHead(input);
  const payload = input.bytes();
  input.end();
  const acts = readBody(payload, { partition: head.partition, site: head.site }, dictionary);
  const count = acts.reduce((sum, act) => sum + act.operations.length, 0);
  if (count !== head.count) throw new Malformed('number of operations');
  return { ...head, acts, chainAfter: chainOver(head.chainBefore, acts) };
}

/** Whether one of the site's keys signed exactly these operations at exactly these positions. */
export function segmentHolds(segment: OpenedSegment, keys: readonly KeyObject[]): boolean {
  const text = signedText(segment, segment.seqFrom + segment.count - 1, segment.chainAfter);
  return keys.some((key) => signatureHolds(text, segment.signature, key));
}
