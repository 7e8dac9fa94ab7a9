// What a bundle says of its sender: how far it has our work, and how far we have its. Pure; the caller keeps what comes out.
import type { BundlePart } from './bundle.ts';
import type { Position } from './types.ts';

/** What is known here of the other side, in one partition. */
export interface PeerWord {
  /** The hub's feed that the cursor belongs to; empty at first contact. */
  feedName: string;
  cursor: number;
  /** Of the own chain, durable at the other side. */
  acked: Position;
}

/** No feed has this name: the hub offers all that it has, and tells all that it has. */
export const LOOK_THROUGH = '?';

export const NO_WORD: PeerWord = { feedName: '', cursor: 0, acked: { epoch: 0, seq: 0 } };

export interface Told {
  part: BundlePart;
  /** No later bundle of this sender was taken before. */
  newest: boolean;
  /** Every segment of the part is stored. */
  complete: boolean;
  /** Something of it was not here before. */
  brought: boolean;
  /** The part is a feed from its beginning, and something is here that is not in it: the sender lost its disk. */
  lacks: boolean;
}

export interface Noted {
  word: PeerWord;
  /** Own operations that are receipted now and were not before. */
  receipted: number;
  /** Nothing before this part is missing. */
  inTurn: boolean;
  /** The other side has more of us than we do. A telecentre goes on under a new epoch then. */
  ahead: boolean;
}

/** `own`: the own chain, undefined when there is none. To be asked after the segments are durable. */
export function noteTold(role: 'hub' | 'telecentre', told: Told, own: Position | undefined, known: PeerWord): Noted {
  const ahead = own !== undefined && told.part.acked.epoch === own.epoch && told.part.acked.seq > own.seq;
  const acked = own && !ahead ? receiptOf(told, own, known) : undefined;
  const word: PeerWord = { ...known, ...(acked ? { acked } : {}) };
  const before = own && known.acked.epoch === own.epoch ? known.acked.seq : 0;
  const receipted = acked ? Math.max(0, acked.seq - before) : 0;
  if (role === 'hub') return { word: followCursor(told, word), receipted, inTurn: told.complete, ahead };
  // this disk is older than it was: what it lost of its own work was left out as its own, so the feed is followed from its beginning
  if (ahead) return { word: { ...word, feedName: '', cursor: 0 }, receipted, inTurn: false, ahead };
  return { ...followFeed(told, own, word), receipted, ahead };
}

/**
 * Our own chain as the sender has it. A late file never takes back what a later one, or a session, told. When the hub's feed has another
 * name, one of the two words was spoken before the hub lost its disk: of its latest file the lesser is believed, so that what was lost is
 * sent again and no receipt claims what is not there; an older file is not believed at all.
 */
function receiptOf({ part, newest }: Told, own: Position, known: PeerWord): Position | undefined {
  if (part.acked.epoch !== own.epoch) return undefined; // of a chain that this site no longer goes on with
  const before = known.acked.epoch === own.epoch ? known.acked.seq : 0;
  const { feedName } = part.range;
  if (known.feedName === '' || feedName === '' || feedName === known.feedName)
    return { epoch: own.epoch, seq: Math.max(before, part.acked.seq) };
  return newest ? { epoch: own.epoch, seq: Math.min(before, part.acked.seq) } : undefined;
}

/**
 * At a telecentre: the cursor in the hub's feed moves over a piece that begins where we are or before. Not in turn when there is a hole
 * before it, or in it: the hub leaves out what this site wrote in the epoch that it knew, and a site that began again since may lack that.
 */
function followFeed(told: Told, own: Position | undefined, word: PeerWord): { word: PeerWord; inTurn: boolean } {
  const { part, newest } = told;
  const { feedName, from, to } = part.range;
  const leftOut = part.acked.epoch !== 0 && part.acked.epoch !== own?.epoch && from < to;
  const complete = told.complete && !leftOut;
  if (feedName === word.feedName) {
    const joins = from <= word.cursor;
    const cursor = joins && complete ? Math.max(word.cursor, to) : word.cursor;
    return { word: { ...word, cursor }, inTurn: complete && (joins || from === to) };
  }
  const begins = from === 0;
  // a hub that lost its disk is given back what it lacks in a session, which is known by the old name
  const follows = begins && complete && (word.feedName === '' || (newest && !told.lacks));
  // an old word of a feed that is no longer gone on with is no hole; what it brought is stored
  const inTurn = complete && (begins || from === to || !newest);
  if (follows) return { word: { ...word, feedName, cursor: to }, inTurn };
  // work of a past that the hub may have lost: the next session asks what the hub has
  const asks = told.brought && word.feedName !== '';
  return { word: asks ? { ...word, feedName: LOOK_THROUGH, cursor: 0 } : word, inTurn };
}

/** At the hub: how far the telecentre holds our feed. Its latest word stands, also when it went back: it may have lost its disk. */
function followCursor({ part, newest }: Told, word: PeerWord): PeerWord {
  if (newest) return { ...word, feedName: part.feedName, cursor: part.cursor };
  return part.feedName === word.feedName ? { ...word, cursor: Math.max(word.cursor, part.cursor) } : word;
}
