// What a command's write does to a row, and how open acts become the next segment.
import type { KeyObject } from 'node:crypto';
import { decodeAct } from './act-codec.ts';
import { addDigests, lessDigest, ZERO_DIGEST, type Digest } from './digest.ts';
import { applySet, createdRow, seenDots, type RowState } from './merge.ts';
import type { ChainHead } from './receive.ts';
import { hashOf, type CoreTable } from './schema.ts';
import { closeSegment } from './segment.ts';
import { MAX_SEGMENT_BYTES, type Act, type Dot, type Operation, type Stamped, type Value } from './types.ts';

/** A row as it stands after a write, and what the write did to the partition's digest. */
export interface Written {
  state: RowState;
  digest: Digest;
}

/** A row whose id is new. */
export function writeCreate(
  table: CoreTable,
  id: string,
  made: Stamped,
  fields: readonly (readonly [number, Value])[],
): Written {
  const state = createdRow(made, fields);
  return { state, digest: addDigests(ZERO_DIGEST, hashOf(table, id, state.values)) };
}

/** A change that replaces every value that is here, or those that its author was shown; `state` is changed in place. */
export function writeSet(
  table: CoreTable,
  id: string,
  state: RowState,
  stamp: Stamped,
  fields: readonly (readonly [number, Value])[],
  shown?: ReadonlyMap<number, readonly Dot[]>,
): Written & { replaces: Operation['replaces'] } {
  const replaces: Operation['replaces'] =
    table.class === 'shared'
      ? fields.map(([column]) => [column, [...(shown?.get(column) ?? seenDots(state, column))]])
      : undefined;
  const before = hashOf(table, id, state.values);
  applySet(table.class, state, stamp, fields, replaces);
  return { state, digest: lessDigest(hashOf(table, id, state.values), before), replaces };
}

/** Encoded acts shrink to a tenth or less in a segment; what comes out larger is closed in halves. Far below what a segment may open to. */
const OPEN_BYTES = 200_000;

export interface Closed {
  /** The first so many of the open acts are in it. */
  count: number;
  acts: Act[];
  bytes: Uint8Array;
  seqFrom: number;
  chain: ChainHead;
}

/** The first of these open acts (encoded, at least one, in their order) as the chain's next segment. */
export function closeNext(partition: string, open: readonly Uint8Array[], chain: ChainHead, key: KeyObject): Closed {
  let count = 0;
  for (let bytes = 0; count < open.length; count++) {
    bytes += open[count]?.length ?? 0;
    if (count > 0 && bytes > OPEN_BYTES) break;
  }
  const { site, epoch } = chain;
  const place = { partition, site, epoch, seqFrom: chain.seq + 1, chainBefore: chain.chain };
  for (;;) {
    const acts = open.slice(0, count).map(decodeAct);
    const { bytes, chainAfter, seqTo } = closeSegment({ ...place, acts }, key);
    if (bytes.length <= MAX_SEGMENT_BYTES || count === 1)
      return { count, acts, bytes, seqFrom: place.seqFrom, chain: { site, epoch, seq: seqTo, chain: chainAfter } };
    count = Math.ceil(count / 2);
  }
}
