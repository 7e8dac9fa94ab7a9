// The telecentre's side of a session: closes what is open, sends what is not receipted, stores what comes, until nothing is left.
import type { KeyObject } from 'node:crypto';
import { Malformed } from './bytes.ts';
import { LOOK_THROUGH } from './courier-note.ts';
import { sameDigest, ZERO_DIGEST } from './digest.ts';
import type { PersonKey } from './person-keys.ts';
import { TOLD_TO_ALL } from './membership.ts';
import { encodeFrame, keyFrames, SessionReader, type Frame } from './frames.ts';
import {
  decodeAnswer,
  encodeRequest,
  headSignatureHolds,
  newestOf,
  STATUS,
  TOKEN_BYTES,
  VERSIONS,
  type AnswerHead,
  type AnswerPart,
  type ChainPosition,
  type RequestPart,
  type Versions,
} from './session.ts';
import { checkStatus, SessionProblem } from './session-problem.ts';
import type { SiteNote } from './site-note.ts';
import { asker, type Steps } from './steps.ts';
import type { OwnSegment, SiteDoing } from './site-doing.ts';
import type { Position } from './types.ts';
import { MOST_UP_BYTES } from './write-limit.ts';

const MOST_ROUNDS = 2_000;
/** Segments looked up at once for a hub that lost its disk. */
const MOST_GIVEN_BACK = 40;

export interface SiteSessionInput {
  site: number;
  schema: number;
  key: KeyObject;
  /** Own keys that were replaced, newest first: a hub whose disk is older than the last replacement knows only these. */
  former?: readonly KeyObject[];
  hubKeys: readonly KeyObject[];
  /** The last session was cut: the first request carries nothing and asks what arrived. */
  careful: boolean;
  /** What this site says of itself. */
  note?: SiteNote;
  /** Bytes of segments in one request, the first in any case: a cut costs at most one segment, but a receipt comes only with the answer. */
  upLimit?: number;
  /** What it speaks; it begins with the newest, or with what the hub spoke when they last met. */
  versions?: Versions;
  protocol?: number | undefined;
  /** Whether a partition that differs may be looked through as if nothing of it were here, which costs its whole log; each at most once a session. */
  mayLook?: (partition: string) => boolean;
}

/** What a session did, counted as it goes on, so that a cut leaves a true report. */
export interface SessionTally {
  /** Operations sent and newly taken in. */
  operations: { up: number; down: number };
  segments: { up: number; down: number };
  /** Partitions whose digests differ though nothing is left to send. */
  differ: string[];
  /** Partitions that were compared and agree. */
  same?: string[];
  /** Partitions that were looked through because they differed. */
  looked?: string[];
  /** The version of the protocol in which both spoke. */
  protocol?: number;
}

const NONE: ReadonlySet<string> = new Set();

const ask = asker<SiteDoing>();

/** One session. Errors: SessionProblem; Malformed; what `send` and `next` throw when the link is cut. */
export function* siteSession(input: SiteSessionInput, tally: SessionTally): Steps<void> {
  if (input.protocol !== undefined && input.versions?.has(input.protocol) !== false) tally.protocol = input.protocol;
  let careful = input.careful || (yield* ask('token')) === undefined;
  const owed: Owed = new Map();
  const looked = new Set<string>();
  const spoken: Speaking = { keys: [input.key, ...(input.former ?? [])], doubted: false };
  let look = NONE;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    yield* ask('close'); // each time: what came may have made this site begin again, and people go on writing
    const more = yield* oneRound(input, tally, owed, { empty: careful || spoken.doubted, look, spoken });
    careful = false;
    look = NONE;
    if (more) continue;
    // one side holds what the other was never told of, as after a stick from before the hub lost its disk
    const differing = tally.differ.filter((name) => !looked.has(name) && (input.mayLook?.(name) ?? true));
    if (differing.length === 0) return;
    for (const name of differing) looked.add(name);
    look = new Set(differing);
    tally.looked = [...looked];
  }
}

interface Outgoing {
  frames: Uint8Array[];
  bytes: number;
  segments: number;
  operations: number;
  /** Nothing is left after this. */
  last: boolean;
  /** Partitions of which something goes up that the hub lost. */
  gave: Set<string>;
}

/** Per partition what a hub that lost its disk has; until it was given what it lacks, its new feed is not followed. */
type Owed = Map<string, ChainPosition[]>;

/** With which keys a site may speak to the hub, the first in use. */
interface Speaking {
  keys: KeyObject[];
  /** An earlier key speaks, and no answer came to it yet: nothing that a later one signed is sent. */
  doubted: boolean;
}

/** The hub does not know who asks: one that knew would have given a token. Then an earlier key is tried. */
function speaksOlder(spoken: Speaking, { status, token }: AnswerHead): boolean {
  if (status !== STATUS.badSignature || spoken.keys.length < 2 || token.some((byte) => byte !== 0)) return false;
  spoken.keys.shift();
  spoken.doubted = true;
  return true;
}

/** Something is here and no feed was ever followed: a hub that lost its disk since would else be asked for nothing, and given nothing. */
const followsNone = ({ feedName, own, digest }: RequestPart) =>
  feedName === '' && (own.epoch > 0 || !sameDigest(digest, ZERO_DIGEST));

/** True when another round is needed. */
function* oneRound(
  input: SiteSessionInput,
  tally: SessionTally,
  owed: Owed,
  { empty, look, spoken }: { empty: boolean; look: ReadonlySet<string>; spoken: Speaking },
): Steps<boolean> {
  const parts = (yield* ask('parts')).map((part) =>
    look.has(part.partition) || followsNone(part) ? { ...part, feedName: LOOK_THROUGH } : part,
  );
  const out: Outgoing = empty
    ? { frames: [], bytes: 0, segments: 0, operations: 0, last: false, gave: new Set() }
    : yield* outgoing(parts, owed, input.upLimit ?? MOST_UP_BYTES);
  const token = (yield* ask('token')) ?? new Uint8Array(TOKEN_BYTES);
  const { site, schema, versions = VERSIONS } = input;
  // after a cut the first answer only tells: a large one may be what was lost
  const note = input.note && (empty ? { ...input.note, most: 0 } : input.note);
  const [key = input.key] = spoken.keys;
  const protocol = tally.protocol ?? newestOf(versions);
  const head = encodeRequest({ protocol, site, schema, token, parts, ...(note && { note }) }, key, versions);
  const status = yield* ask('send', [head, ...out.frames]);
  if (status !== 200) throw new SessionProblem('link', `the hub answered ${status}`);

  const reader = new SessionReader();
  const keys = new Map<string, PersonKey[]>();
  // what the hub left out as our own work it left out for the chain that we asked with
  const follows = (partition: string) => !owed.has(partition) && !again.has(partition);
  let answer: AnswerHead | undefined;
  let ended = false;
  let down = 0;
  /** Parts of which something came. */
  const came = new Set<number>();
  /** What the hub's rows of a part are like after all that it sent. */
  const told = new Map<number, Uint8Array>();
  let again = new Set<string>();
  let less = false;
  for (let chunk = yield* ask('next'); chunk; chunk = yield* ask('next')) {
    const got = reader.push(chunk);
    if (got.head) {
      if (!headSignatureHolds(got.head.head, got.head.signature, input.hubKeys))
        throw new SessionProblem('wrong-hub', 'the answer was not signed by our hub');
      answer = decodeAnswer(got.head.head, versions);
      if (answer.status === STATUS.protocol) {
        tally.protocol = common(answer.protocol, versions, protocol);
        return true;
      }
      if (speaksOlder(spoken, answer)) return true;
      yield* ask('saveToken', answer.token, answer.time);
      if (answer.status === STATUS.token) return true;
      checkStatus(answer);
      spoken.doubted = false;
      ({ again, less } = yield* noteReceipts(parts, answer));
      less = (yield* noteOwed(parts, answer, owed, out.gave)) || less;
      tally.segments.up += out.segments;
      tally.operations.up += out.operations;
    }
    for (const frame of got.frames) {
      if (frame.kind === 'end') ended = true;
      else if (frame.kind === 'digest') told.set(frame.part, frame.digest);
      else {
        if (yield* takeDown(parts, answer, follows, frame, keys, tally)) down += 1;
        came.add(frame.part);
      }
    }
  }
  if (!answer) throw new SessionProblem('link', 'the link was cut before the answer');
  if (down > 0 && !ended) throw new SessionProblem('link', 'the link was cut in the middle of an answer');
  // a new feed of which nothing came is followed from its beginning: else the hub would tell all that it has each time
  for (const [at, { partition }] of parts.entries()) {
    const said = answer.parts[at];
    if (said?.vector && follows(partition) && !came.has(at)) yield* ask('saveCursor', partition, said.feedName, 0);
  }
  if (!out.last || again.size > 0 || owed.size > 0 || less) return true;
  // a hub that lost its disk holds less of our chain than it receipted
  const lacks = parts.some(({ own }, at) => own.epoch > 0 && (answer.parts[at]?.acked.seq ?? 0) < own.seq);
  if (came.size > 0 && (lacks || !(yield* sameAsTold(came, told)))) return true;
  const { parts: said } = answer;
  const compared = (digest: number) =>
    parts.flatMap((part, at) => (said[at]?.digest === digest ? [part.partition] : []));
  tally.differ = compared(2);
  tally.same = [...compared(1), ...[...came].flatMap((at) => parts[at]?.partition ?? [])];
  return false;
}

/** Whether all that came is here and the rows are as the hub's: then there is nothing to ask for once more. */
function* sameAsTold(came: ReadonlySet<number>, told: ReadonlyMap<number, Uint8Array>): Steps<boolean> {
  const parts = yield* ask('parts');
  return [...came].every((part) => {
    const digest = told.get(part);
    const here = parts[part]?.digest;
    return digest !== undefined && here !== undefined && sameDigest(digest, here);
  });
}

/** The hub told the newest version that it speaks. Errors: SessionProblem when that is none of ours. */
function common(theirs: number, versions: Versions, asked: number): number {
  if (versions.has(theirs) && theirs !== asked) return theirs;
  if (theirs > newestOf(versions))
    throw new SessionProblem('program-too-old', 'the hub no longer speaks as this program does');
  throw new SessionProblem('hub-too-old', 'the hub does not speak as this program does yet');
}

/** Segments of the own chains that are not receipted, oldest first, then what the hub lost, within the budget of one request, keys before them. */
function* outgoing(parts: readonly RequestPart[], owed: Owed, limit: number): Steps<Outgoing> {
  const out: Outgoing = { frames: [], bytes: 0, segments: 0, operations: 0, last: true, gave: new Set() };
  // who is a member and with which key: without it the hub could refuse what follows
  yield* giveBack(out, parts, owed, limit, (partition) => partition === TOLD_TO_ALL);
  if (out.segments > 0) return { ...out, last: false };
  for (const [index, { partition, own }] of parts.entries()) {
    if (own.epoch === 0) continue;
    const acked = yield* ask('acked', partition);
    let next = acked.epoch === own.epoch ? acked.seq + 1 : 1;
    while (next <= own.seq) {
      const segment = yield* ask('ownSegment', partition, { epoch: own.epoch, seq: next });
      if (!segment) break;
      if (isFull(out, segment, limit)) return { ...out, last: false };
      addUp(out, index, segment);
      next = segment.seqTo + 1;
    }
  }
  yield* giveBack(out, parts, owed, limit, () => true);
  return out;
}

/** What the hub lost, of these partitions. */
function* giveBack(
  out: Outgoing,
  parts: readonly RequestPart[],
  owed: Owed,
  limit: number,
  wanted: (partition: string) => boolean,
): Steps<void> {
  for (const [index, { partition }] of parts.entries()) {
    const vector = wanted(partition) ? owed.get(partition) : undefined;
    const lost = vector ? yield* ask('beyond', partition, vector, MOST_GIVEN_BACK) : [];
    for (const segment of lost) {
      if (isFull(out, segment, limit)) return; // a chain goes up without holes
      addUp(out, index, segment);
      out.gave.add(partition);
    }
  }
}

const isFull = (out: Outgoing, { bytes }: OwnSegment, limit: number) =>
  out.segments > 0 && out.bytes + bytes.length > limit;

function addUp(out: Outgoing, part: number, { bytes, keys, operations }: OwnSegment): void {
  out.frames.push(...keyFrames(part, keys));
  const frame = encodeFrame({ kind: 'segment', part, cursor: 0, bytes });
  out.frames.push(frame);
  out.bytes += frame.length;
  out.segments += 1;
  out.operations += operations;
}

/** `again`: partitions whose chain the site began again. `less`: the hub has less than it receipted. In both what was to be sent goes once more. */
type Receipts = { again: Set<string>; less: boolean };

function* noteReceipts(parts: readonly RequestPart[], answer: AnswerHead): Steps<Receipts> {
  const again = new Set<string>();
  let less = false;
  for (const [index, { partition, own }] of parts.entries()) {
    const said = answer.parts[index];
    if (!said || own.epoch === 0) continue;
    const other = yield* otherChain(partition, own, said);
    const known = yield* ask('acked', partition);
    if (other) {
      // a file of a courier may have moved our place over work that we had lost, which was left out as our own
      yield* ask('saveCursor', partition, '', 0);
      // the hub lost what it had receipted, and a second copy of us took the place: where the two part nobody knows
      const lost = said.feedName !== '' || (known.epoch === own.epoch && known.seq >= said.acked.seq);
      if (lost) yield* ask('saveAcked', partition, { ...own, seq: 0 });
      yield* ask('beginAgain', partition, other);
      again.add(partition);
      continue;
    }
    if (known.epoch === said.acked.epoch && known.seq === said.acked.seq) continue;
    less ||= known.epoch === said.acked.epoch && known.seq > said.acked.seq;
    yield* ask('saveAcked', partition, said.acked);
  }
  return { again, less };
}

/** The hub has more of our present chain than we do, or another chain at the same place: an image restored unseen, or a second copy of us. */
function* otherChain(
  partition: string,
  own: Position,
  { acked, chain }: AnswerPart,
): Steps<'older' | 'fork' | undefined> {
  if (acked.epoch !== own.epoch || acked.seq === 0) return undefined;
  if (acked.seq > own.seq) return 'older';
  const here = chain && (yield* ask('chainAt', partition, acked));
  return chain === undefined || (here && sameStart(here, chain)) ? undefined : 'fork';
}

const sameStart = (whole: Uint8Array, start: Uint8Array) => start.every((byte, at) => whole[at] === byte);

/** What a hub with another feed than ours lacks goes up before its feed is followed: else nobody would ask for it again. True when own work was numbered anew. */
function* noteOwed(
  parts: readonly RequestPart[],
  answer: AnswerHead,
  owed: Owed,
  gave: ReadonlySet<string>,
): Steps<boolean> {
  let renumbered = false;
  for (const [index, { partition }] of parts.entries()) {
    const vector = answer.parts[index]?.vector;
    const before = owed.get(partition);
    owed.delete(partition);
    if (!vector || (yield* ask('beyond', partition, vector, 1)).length === 0) continue;
    // what was sent and changed nothing there is not taken: then the feed is followed all the same
    if (before && gave.has(partition) && JSON.stringify(before) === JSON.stringify(vector))
      renumbered = (yield* ask('renumber', partition, vector)) || renumbered;
    else owed.set(partition, vector);
  }
  return renumbered;
}

/** Stores one frame. True when something new may have come. */
function* takeDown(
  parts: readonly RequestPart[],
  answer: AnswerHead | undefined,
  follows: (partition: string) => boolean,
  frame: Exclude<Frame, { kind: 'end' | 'digest' }>,
  keys: Map<string, PersonKey[]>,
  tally: SessionTally,
): Steps<boolean> {
  const partition = parts[frame.part]?.partition;
  const said = answer?.parts[frame.part]?.feedName;
  const feedName = said === '' ? parts[frame.part]?.feedName : said;
  if (partition === undefined || feedName === undefined) throw new Malformed('a frame of no partition');
  if (frame.kind === 'keys') {
    keys.set(partition, [...(keys.get(partition) ?? []), ...frame.keys]);
    return false;
  }
  if (frame.kind === 'cursor') {
    if (follows(partition)) yield* ask('saveCursor', partition, feedName, frame.cursor);
    return false;
  }
  const beside = keys.get(partition) ?? [];
  keys.delete(partition);
  const place = follows(partition) ? { feedName, cursor: frame.cursor } : undefined;
  const received = yield* ask('receive', partition, frame.bytes, beside, place);
  if (received.outcome === 'refused') throw new SessionProblem(received.reason, received.detail);
  if (received.outcome === 'gap')
    throw new SessionProblem('gap', `a segment of ${partition} is missing before the one that came`);
  if (received.outcome === 'stored') {
    tally.segments.down += 1;
    tally.operations.down += received.operations;
  }
  return true;
}
