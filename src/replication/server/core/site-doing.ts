// What a telecentre has to do in the course of a session; the conversation asks for it and says nothing of how.
import type { PersonKey } from './person-keys.ts';
import type { Received } from './receive.ts';
import type { ChainPosition, RequestPart } from './session.ts';
import type { Position } from './types.ts';

export interface OwnSegment {
  bytes: Uint8Array;
  seqTo: number;
  operations: number;
  /** Of the persons whose fields it seals. */
  keys: PersonKey[];
}

/** What has to be done for the telecentre in the course of a session; each is durable before it returns. */
export interface SiteDoing {
  /** Closes open acts into segments. */
  close(): void;
  /** What this site says of each partition it holds, control logs first. */
  parts(): RequestPart[];
  /** What the hub gave in its last answer; undefined when there was none. */
  token(): Uint8Array | undefined;
  acked(partition: string): Position;
  /** The own segment of the current epoch that holds this position; undefined when there is none. */
  ownSegment(partition: string, position: Position): OwnSegment | undefined;
  /** Sends one request. Gives the status of its transport; the answer comes by `next`. */
  send(request: Uint8Array[]): number;
  /** More of the answer; null at its end. Throws when the link is cut. */
  next(): Uint8Array | null;
  /** With the hub's wall time, as it told it in the answer that begins just now. */
  saveToken(token: Uint8Array, time: number): void;
  saveAcked(partition: string, acked: Position): void;
  saveCursor(partition: string, feedName: string, cursor: number): void;
  /** A segment is stored only when the keys beside it are durable too. Without a place in the feed that stays as it is. */
  receive(partition: string, bytes: Uint8Array, keys: PersonKey[], place?: FeedPlace): Received;
  /** The chain hash at a position of the own chain where one of its segments ends; undefined when none does. */
  chainAt(partition: string, position: Position): Uint8Array | undefined;
  /** What the hub has of our chain is not what we have: this disk is older than it was, or there are two. The chain goes on under a new epoch. */
  beginAgain(partition: string, why: 'older' | 'fork'): void;
  /**
   * Own work of earlier epochs beyond this vector was offered and not taken: another copy of us took its place. It is closed again under the
   * present epoch. False when there is none.
   */
  renumber(partition: string, vector: ChainPosition[]): boolean;
  /** Segments that are here and lie beyond a vector, the present own chain left out, each chain in order. */
  beyond(partition: string, vector: ChainPosition[], limit: number): OwnSegment[];
}

export interface FeedPlace {
  feedName: string;
  cursor: number;
}
