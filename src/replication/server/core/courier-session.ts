// The courier's way as steps: what goes into a bundle, and what is done with one that came.
import type { BundlePart } from './bundle.ts';
import { segmentHead } from './segment.ts';
import type { ChainPosition } from './session.ts';
import { NO_WORD, type Noted, type PeerWord, type Told } from './courier-note.ts';
import { ZERO_DIGEST } from './digest.ts';
import { isGiven } from './membership.ts';
import type { Received } from './receive.ts';
import type { PersonKey } from './person-keys.ts';
import { asker, type Steps } from './steps.ts';
import type { Position } from './types.ts';

const AT_ONCE = 50;

export interface PackSegment {
  site: number;
  epoch: number;
  seqFrom: number;
  seqTo: number;
  /** Its number in this holder's feed. */
  feed: number;
  bytes: Uint8Array;
}

/** What is here of one partition, read at one moment. */
export interface Vector {
  /** This holder's feed and the digest of its rows; undefined while nothing is stored. */
  head: { feedName: string; feed: number; digest: Uint8Array } | undefined;
  own: Position | undefined;
  /** The other side's chain as stored here, of the epoch it last spoke of, else its newest. */
  theirs: Position | undefined;
  known: PeerWord | undefined;
  /** At the hub: the epoch that the site last spoke of, 0 when it never did. */
  saidEpoch: number;
}

/** What has to be done for whoever packs. */
export interface PackDoing {
  /** Closes open acts into segments. */
  close(): void;
  vector(partition: string): Vector;
  /** Of the own chain, from a position on, in order. */
  ownSegments(partition: string, from: Position, limit: number): PackSegment[];
  /** Of this holder's feed, after a number, in order. */
  after(partition: string, feed: number, limit: number): PackSegment[];
  /** Of the persons whose fields a segment seals. */
  keysOf(bytes: Uint8Array): PersonKey[];
}

export interface PackInput {
  role: 'hub' | 'telecentre';
  /** Site number of the recipient. */
  to: number;
  partitions: readonly string[];
  /** Bytes of segments and keys that one bundle may hold. */
  budget: number;
  /** How the recipient's membership stands at the hub: who is no member is not given everything. */
  state?: string;
}

export interface Packed {
  parts: BundlePart[];
  segments: number;
  operations: number;
  /** More waits than one file may hold. */
  more: boolean;
  /** Per partition what the bundle covers: the feed's name or the chain's epoch, and how far. */
  covers: Record<string, [string | number, number]>;
}

const ask = asker<PackDoing>();

/** Everything the other side has not receipted, with vectors and receipts. What was packed before goes again until it is receipted. */
export function* packSteps(input: PackInput): Steps<Packed> {
  yield* ask('close');
  const packing: Packing = { left: input.budget, parts: [], segments: 0, operations: 0, more: false, covers: {} };
  for (const partition of input.partitions) {
    const vector = yield* ask('vector', partition);
    const part = partOf(input, partition, vector);
    packing.parts.push(part);
    if (input.role === 'hub') yield* feedPart(input, part, vector, packing);
    else yield* chainPart(part, vector, packing);
  }
  const { parts, segments, operations, more, covers } = packing;
  return { parts, segments, operations, more, covers };
}

interface Packing extends Packed {
  /** Bytes that may still be added. */
  left: number;
}

const NOWHERE: Position = { epoch: 0, seq: 0 };

/** The site's epoch whose work is not sent back. */
const siteEpochOf = ({ saidEpoch, theirs }: Vector) => saidEpoch || (theirs?.epoch ?? 0);

function partOf({ role }: PackInput, partition: string, vector: Vector): BundlePart {
  const { head, own, theirs, known = NO_WORD } = vector;
  const hub = role === 'hub';
  const epoch = siteEpochOf(vector);
  // a feed of another name than the one the cursor was given in: everything is offered again
  const from = hub && head && known.feedName === head.feedName ? Math.min(known.cursor, head.feed) : 0;
  return {
    partition,
    feedName: hub ? '' : known.feedName,
    cursor: hub ? 0 : known.cursor,
    own: own ?? NOWHERE,
    acked: hub ? { epoch, seq: theirs?.epoch === epoch ? theirs.seq : 0 } : (theirs ?? NOWHERE),
    digest: head?.digest ?? ZERO_DIGEST,
    range: { feedName: hub ? (head?.feedName ?? '') : '', from, to: from },
    keys: [],
    segments: [],
  };
}

/** A telecentre's own chain from the last receipted position on, never from what was packed before. */
function* chainPart(part: BundlePart, { known, own }: Vector, packing: Packing): Steps<void> {
  if (!own) return;
  let next = known?.acked.epoch === own.epoch ? known.acked.seq + 1 : 1;
  while (next <= own.seq) {
    const segments = yield* ask('ownSegments', part.partition, { epoch: own.epoch, seq: next }, AT_ONCE);
    if (segments.length === 0) return;
    for (const segment of segments) {
      if (segment.seqFrom > own.seq) return; // closed after the vector was read: for the next bundle
      if (!(yield* add(part, segment, packing))) return;
      next = segment.seqTo + 1;
      packing.covers[part.partition] = [own.epoch, segment.seqTo];
    }
  }
}

/** The hub's feed after what the site said it holds; the site's own work is not sent back, unless it began again and may have lost some. */
function* feedPart(
  { to, state = 'enrolled' }: PackInput,
  part: BundlePart,
  vector: Vector,
  packing: Packing,
): Steps<void> {
  const epoch = siteEpochOf(vector);
  const feed = vector.head?.feed ?? 0;
  while (part.range.to < feed && isGiven(state, part.partition)) {
    const segments = yield* ask('after', part.partition, part.range.to, AT_ONCE);
    if (segments.length === 0) return;
    for (const segment of segments) {
      if (segment.feed > feed) return;
      const echo = segment.site === to && segment.epoch === epoch;
      if (!echo && !(yield* add(part, segment, packing))) return;
      part.range.to = segment.feed;
      if (!echo) packing.covers[part.partition] = [part.range.feedName, segment.feed];
    }
  }
}

/** False when there is no room: the bundle ends here and the rest waits for the next. */
function* add(part: BundlePart, segment: PackSegment, packing: Packing): Steps<boolean> {
  const keys = yield* ask('keysOf', segment.bytes);
  const size = segment.bytes.length + keys.length * 64;
  if (packing.left < size && packing.segments > 0) packing.more = true;
  if (packing.more) return false;
  for (const { subject, key } of keys)
    if (!part.keys.some((one) => one.subject === subject && Buffer.from(key).equals(one.key)))
      part.keys.push({ subject, key: Uint8Array.from(key) });
  part.segments.push(segment.bytes);
  packing.left -= size;
  packing.segments += 1;
  packing.operations += segment.seqTo - segment.seqFrom + 1;
  return true;
}

/** What has to be done for whoever takes a bundle in; each is durable before it returns. */
export interface TakeDoing {
  /** A segment is stored only when those of the keys that open something in it are durable too. */
  receive(partition: string, bytes: Uint8Array, keys: PersonKey[]): Received;
  /** Whether something is here that lies beyond a vector, the present own chain left out. */
  lacks(partition: string, vector: ChainPosition[]): boolean;
  /** Keeps what `noteTold` makes of it, read and written at one moment. */
  note(told: Told): Pick<Noted, 'receipted' | 'inTurn'>;
}

export interface PartTaken {
  segments: number;
  operations: number;
  quarantined: number;
  /** Own operations that are receipted now and were not before. */
  receipted: number;
  /** Nothing before it is missing, here or in the sender's feed. */
  complete: boolean;
  /** Why a segment was refused. */
  refused?: Extract<Received, { outcome: 'refused' }>;
}

const toTake = asker<TakeDoing>();

/** Stores what is new of one partition of a bundle that is believed; `self` is the own site number. */
export function* takePart(part: BundlePart, newest: boolean, self: number): Steps<PartTaken> {
  const taken: PartTaken = { segments: 0, operations: 0, quarantined: 0, receipted: 0, complete: true };
  for (const bytes of part.segments) {
    const received = yield* toTake('receive', part.partition, Uint8Array.from(bytes), part.keys);
    if (received.outcome === 'refused') taken.refused = received;
    if (received.outcome === 'refused' || received.outcome === 'gap') {
      taken.complete = false;
      break; // what follows in this partition hangs on it; the other partitions go on
    }
    if (received.outcome === 'known') continue;
    taken.segments += 1;
    taken.operations += received.operations;
    taken.quarantined += received.quarantined;
  }
  const whole = part.range.feedName !== '' && part.range.from === 0;
  const lacks = whole && (yield* toTake('lacks', part.partition, vectorOf(part, self)));
  const told = { part, newest, complete: taken.complete, brought: taken.segments > 0, lacks };
  const { receipted, inTurn } = yield* toTake('note', told);
  return { ...taken, receipted, complete: inTurn };
}

/** What a part shows of its sender's chains; what it leaves out as the receiver's own it acknowledges. */
function vectorOf(part: BundlePart, self: number): ChainPosition[] {
  const chains = new Map<string, ChainPosition>();
  if (part.acked.epoch !== 0) chains.set(`${self} ${part.acked.epoch}`, { site: self, ...part.acked });
  for (const bytes of part.segments) {
    const { site, epoch, seqFrom, count } = segmentHead(bytes);
    const name = `${site} ${epoch}`;
    const seq = Math.max(chains.get(name)?.seq ?? 0, seqFrom + count - 1);
    chains.set(name, { site, epoch, seq });
  }
  return [...chains.values()];
}
