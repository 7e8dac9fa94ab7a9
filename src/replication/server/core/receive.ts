// Whether a segment that arrived follows what is here, and what it does: pure, so that server, stick and simulator decide alike.
import type { KeyObject } from 'node:crypto';
import { applyOperation, type Shelf } from './apply.ts';
import { Malformed } from './bytes.ts';
import { isIn, joinSpans, spansOf, type Span } from './intervals.ts';
import { chainOver, openSegment, segmentHolds, type OpenedSegment } from './segment.ts';
import type { Act } from './types.ts';

export type RefusalReason = 'malformed' | 'signature' | 'unknown-site' | 'not-allowed' | 'chain' | 'aside-full';
/** Damaged, forged or not allowed: nothing was done. */
export interface Refused {
  outcome: 'refused';
  reason: RefusalReason;
  detail: string;
}
export type Received =
  | { outcome: 'stored'; seq: number; operations: number; quarantined: number }
  /** All of it was here before. */
  | { outcome: 'known'; seq: number }
  /** Something before it is missing: send from `seq` + 1. */
  | { outcome: 'gap'; seq: number }
  | Refused;

/** Where a site's chain stands in a partition, under one epoch. */
export interface ChainHead {
  site: number;
  epoch: number;
  seq: number;
  chain: Uint8Array;
}

export const NO_CHAIN = new Uint8Array(32);

const refused = (reason: RefusalReason, detail: string): Refused => ({ outcome: 'refused', reason, detail });

/** Opens what claims to be a segment of a partition. Whoever brings it, its author's signature and rights count: a hub that lost its disk is given back others' work. */
export function openArrived(partition: string, bytes: Uint8Array): OpenedSegment | Refused {
  let segment: OpenedSegment;
  try {
    segment = openSegment(bytes);
  } catch (error) {
    if (error instanceof Malformed) return refused('malformed', error.message);
    throw error;
  }
  // the hub alone writes what all believe of sites, keys and verdicts
  if (partition.endsWith('/control') && segment.site !== 0)
    return refused('not-allowed', 'a control log is written by the hub');
  if (segment.partition !== partition) return refused('not-allowed', 'a segment of another partition');
  return segment;
}

/** Null when one of the site's keys signed it. */
export function checkSigned(segment: OpenedSegment, keys: readonly KeyObject[]): Refused | null {
  if (keys.length === 0) return refused('unknown-site', `no key is known for site ${segment.site}`);
  return segmentHolds(segment, keys) ? null : refused('signature', 'the signature does not fit the content');
}

/** Whether a key signed this that was replaced before: of `keys`, oldest first, a newer one signed the chain's last segment. */
export function signedTooOld(segment: OpenedSegment, last: OpenedSegment, keys: readonly KeyObject[]): Refused | null {
  const at = keys.findIndex((key) => segmentHolds(segment, [key]));
  if (!segmentHolds(last, keys.slice(at + 1))) return null;
  return refused('signature', 'signed with a key that was replaced before');
}

/** Null when the segment continues the chain that is here (its beginning may be known), else what to say of it. */
export function checkPlace(segment: OpenedSegment, chain: ChainHead | undefined): Received | null {
  const seq = chain?.seq ?? 0;
  const last = segment.seqFrom + segment.count - 1;
  if (last < seq) return { outcome: 'known', seq };
  if (segment.seqFrom > seq + 1) return { outcome: 'gap', seq };
  if (!Buffer.from(chain?.chain ?? NO_CHAIN).equals(chainWithin(segment, seq)))
    return refused('chain', `the chain of site ${segment.site} differs at position ${seq}`);
  return last === seq ? { outcome: 'known', seq } : null;
}

/** Whether a segment is own work under an epoch later than the own chain's: this holder's disk was replaced since it wrote that. */
export function fromLostPast(segment: OpenedSegment, number: number | undefined, own: ChainHead | undefined): boolean {
  return segment.site === number && segment.epoch > (own?.epoch ?? 0);
}

/** The chain hash at a position that lies in the segment or right before it. */
function chainWithin(segment: OpenedSegment, seq: number): Uint8Array {
  if (seq === segment.seqFrom + segment.count - 1) return segment.chainAfter;
  return chainOver(segment.chainBefore, segment.acts, seq - segment.seqFrom + 1);
}

/** A chain as it stands behind this segment. */
export function chainAfter(segment: OpenedSegment): ChainHead {
  const { site, epoch } = segment;
  return { site, epoch, seq: segment.seqFrom + segment.count - 1, chain: segment.chainAfter };
}

/** The acts with those of their operations that were never here; an act that was, is left out. */
export function freshOf(acts: readonly Act[], known: readonly Span[]): Act[] {
  const fresh: Act[] = [];
  for (const act of acts) {
    const { site, device, run } = act;
    const news = act.operations.filter(({ n }) => !isIn(known, { site, device, run, n }));
    if (news.length === act.operations.length) fresh.push(act);
    else for (const operation of news) fresh.push({ ...act, firstN: operation.n, operations: [operation] });
  }
  return fresh;
}

export interface Taken {
  operations: number;
  /** The identities that were new. */
  spans: Span[];
  /** How the known intervals change. */
  intervals: { gone: Span[]; made: Span[] };
}

/** Applies what is new in a segment to the shelf. `known` are the intervals of its runs, `fresh` what `freshOf` left of its acts. */
export function takeActs(shelf: Shelf, fresh: readonly Act[], known: readonly Span[]): Taken {
  let operations = 0;
  for (const act of fresh)
    for (const operation of act.operations) {
      applyOperation(shelf, act, operation);
      operations += 1;
    }
  const spans = spansOf(fresh);
  return { operations, spans, intervals: joinSpans(known, spans) };
}
