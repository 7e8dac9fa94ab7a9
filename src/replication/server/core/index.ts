// The sans-I/O core: pure functions of what was there and what arrived. Server, courier and simulator run the same code.
export * from './types.ts';
export { Malformed } from './bytes.ts';
export { decodeAct, encodeAct, operationHash } from './act-codec.ts';
export { addDigests, lessDigest, rowHash, sameDigest, ZERO_DIGEST } from './digest.ts';
export {
  applySet,
  compareDots,
  conflicts,
  createdRow,
  fillCreated,
  liveValues,
  metaText,
  seenDots,
  stateOf,
  type RowState,
} from './merge.ts';
export { seal, unseal, type SealPlace } from './seal.ts';
export {
  chainOver,
  closeSegment,
  openSegment,
  segmentHead,
  segmentHolds,
  type OpenedSegment,
  type SegmentHead,
} from './segment.ts';
export * from './session.ts';
export * from './bundle.ts';
