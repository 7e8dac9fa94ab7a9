// What follows a head in a session: frames that the receiver can store as soon as each is complete, and the reader that takes both from a link.
import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { decodeKeys, encodeKeys } from './key-list.ts';
import type { PersonKey } from './person-keys.ts';

/** Ed25519, behind a head. */
const SIGNATURE = 64;
/** A head is at most this long; a frame's length is bounded by what a segment may be, with room for its keys. */
const MAX_HEAD_BYTES = 32_768;
export const MAX_FRAME_BYTES = 131_072;

export type Frame =
  /** Keys of persons that the next segment of the part needs. */
  | { kind: 'keys'; part: number; keys: PersonKey[] }
  | { kind: 'segment'; part: number; cursor: number; bytes: Uint8Array }
  | { kind: 'cursor'; part: number; cursor: number }
  /** Of the part's rows at the hub when its answer was made: with all of it stored, ours must be the same, and nothing has to be asked again. */
  | { kind: 'digest'; part: number; digest: Uint8Array }
  | { kind: 'end' };

const KIND = { end: 0, keys: 1, segment: 2, cursor: 3, digest: 4 } as const;

export function encodeFrame(frame: Frame): Uint8Array {
  const out = new ByteWriter(64);
  switch (frame.kind) {
    case 'end':
      return Uint8Array.of(1, KIND.end);
    case 'keys':
      out.u8(KIND.keys).varint(frame.part).raw(encodeKeys(frame.keys));
      break;
    case 'digest':
      out.u8(KIND.digest).varint(frame.part).raw(frame.digest);
      break;
    case 'segment':
      out.u8(KIND.segment).varint(frame.part).varint(frame.cursor).raw(frame.bytes);
      break;
    case 'cursor':
      out.u8(KIND.cursor).varint(frame.part).varint(frame.cursor);
  }
  const body = out.done();
  // heads are signed and so is what a segment holds; a cursor or a key is not, and one flipped bit in it would lose work for good
  return new ByteWriter(body.length + 8).bytes(Buffer.concat([body, checkOf(body)])).done();
}

/** So many keys in a frame: it stays below what a frame may have. */
const KEYS_AT_ONCE = 1_000;

export function keyFrames(part: number, keys: readonly PersonKey[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE)
    frames.push(encodeFrame({ kind: 'keys', part, keys: keys.slice(from, from + KEYS_AT_ONCE) }));
  return frames;
}

const CHECK = 4;

function checkOf(body: Uint8Array): Buffer {
  const out = Buffer.alloc(CHECK);
  out.writeUInt32LE(crc32(body));
  return out;
}

function decodeFrame(whole: Uint8Array): Frame {
  if (whole.length === 1 && whole[0] === KIND.end) return { kind: 'end' };
  const bytes = whole.subarray(0, Math.max(0, whole.length - CHECK));
  if (!checkOf(bytes).equals(whole.subarray(bytes.length))) throw new Malformed('a frame that was changed on the way');
  const input = new ByteReader(bytes);
  const kind = input.u8();
  const part = input.varint();
  if (kind === KIND.keys) return { kind: 'keys', part, keys: decodeKeys(input.raw(input.left)) };
  if (kind === KIND.digest) {
    const frame: Frame = { kind: 'digest', part, digest: Uint8Array.from(input.raw(16)) };
    input.end();
    return frame;
  }
  if (kind === KIND.segment)
    return { kind: 'segment', part, cursor: input.varint(), bytes: Uint8Array.from(input.raw(input.left)) };
  if (kind === KIND.cursor) {
    const frame: Frame = { kind: 'cursor', part, cursor: input.varint() };
    input.end();
    return frame;
  }
  throw new Malformed('kind of frame');
}

export interface SignedHead {
  head: Uint8Array;
  signature: Uint8Array;
}

/** Takes bytes as they come and gives the head, then whole frames. Holds at most one head or frame in memory. Errors: Malformed. */
export class SessionReader {
  #waiting: Uint8Array = new Uint8Array(0);
  #head: SignedHead | undefined;

  push(chunk: Uint8Array): { head?: SignedHead; frames: Frame[] } {
    this.#waiting = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk]);
    const out: { head?: SignedHead; frames: Frame[] } = { frames: [] };
    if (!this.#head) {
      const body = this.#take(MAX_HEAD_BYTES, SIGNATURE);
      if (!body) return out;
      this.#head = {
        head: body.subarray(0, body.length - SIGNATURE),
        signature: body.subarray(body.length - SIGNATURE),
      };
      out.head = this.#head;
    }
    for (let body = this.#take(MAX_FRAME_BYTES, 0); body; body = this.#take(MAX_FRAME_BYTES, 0))
      out.frames.push(decodeFrame(body));
    return out;
  }

  /** The next length-prefixed part with `more` bytes behind it, or undefined until it is complete. */
  #take(most: number, more: number): Uint8Array | undefined {
    let length = 0;
    let at = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#waiting[at];
      if (byte === undefined) return undefined;
      at += 1;
      length += (byte & 0x7f) * scale;
      if (length > most || at > 4) throw new Malformed('a part longer than allowed');
      if (byte < 0x80) break;
    }
    const end = at + length + more;
    if (this.#waiting.length < end) return undefined;
    const body = Uint8Array.from(this.#waiting.subarray(at, end));
    this.#waiting = this.#waiting.subarray(end);
    return body;
  }
}
