// The sans-I/O core: pure functions of what was there and what arrived. Server, courier and simulator run the same code.
export * from './types.ts';
export { Malformed } from './bytes.ts';
export { decodeAct, encodeAct, operationHash } from './act-codec.ts';
export { addDigests, lessDigest, rowHash, sameDigest, ZERO_DIGEST, type Digest } from './digest.ts';
export {
  applySet,
  compareDots,
  conflicts,
  createdRow,
  disagreements,
  fillCreated,
  liveValues,
  metaText,
  seenDots,
  stateOf,
  type RowState,
} from './merge.ts';
export {
  emptyShelf,
  foldOperation,
  rebuildRow,
  rowKey,
  rowsTouched,
  singleActs,
  subjectsTouched,
  type Kept,
  type SetAside,
  type Shelf,
  type ShelfRow,
} from './apply.ts';
export { isIn, joinSpans, spansOf, type Span } from './intervals.ts';
export {
  chainAfter,
  checkPlace,
  checkSigned,
  freshOf,
  fromLostPast,
  NO_CHAIN,
  openArrived,
  signedTooOld,
  takeActs,
  type ChainHead,
  type Received,
} from './receive.ts';
export { closeNext, writeCreate, writeSet, type Written } from './write.ts';
export {
  freeUnits,
  leftOf,
  ruleOn,
  shareFor,
  standings,
  voidOf,
  type Book,
  type Claim,
  type Loan,
  type Ruling,
  type ShareReturn,
  type Standing,
} from './ruled.ts';
export { encodeHubTime, NONCE_BYTES, readHubTime } from './hub-time.ts';
export { isGiven } from './membership.ts';
export { nextTurn, verdictOn, type Verdict, type VerdictState } from './verdict.ts';
export { hashOf, sealedColumns, subjectOf, takes, type CoreTable } from './schema.ts';
export { fittingKeys, type PersonKey } from './person-keys.ts';
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
export * from './frames.ts';
export * from './bundle.ts';
export { noteTold, NO_WORD, type Noted, type PeerWord, type Told } from './courier-note.ts';
export {
  packSteps,
  takePart,
  type PackDoing,
  type Packed,
  type PackSegment,
  type PartTaken,
  type TakeDoing,
  type Vector,
} from './courier-session.ts';
export { hubSession, type HubDoing } from './hub-session.ts';
export type { OwnSegment, SiteDoing } from './site-doing.ts';
export { SessionProblem } from './session-problem.ts';
export { siteSession, type SessionTally } from './site-session.ts';
export { carryOut, type Doers, type Step, type Steps } from './steps.ts';
export { ALARMS, clockOffset, isAlarm, versionNumbers, type AlarmCode, type SiteNote } from './site-note.ts';
export { lessDown, moreDown, MOST_DOWN_BYTES, MOST_UP_BYTES, nextLimit } from './write-limit.ts';
