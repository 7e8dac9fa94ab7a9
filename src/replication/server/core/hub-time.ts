// The hub's word on the time for a telecentre whose clock is lost: signed over what the telecentre drew, so that an old word is worth nothing.
import type { KeyObject } from 'node:crypto';
import { ByteReader, ByteWriter, Malformed } from './bytes.ts';
import { signatureHolds, signBytes } from './crypto.ts';

/** Drawn anew for each question. */
export const NONCE_BYTES = 16;
const DOMAIN = new TextEncoder().encode('ciudadania hub time 1');
const SIGNATURE = 64;
/** A hub whose key was replaced signs with those before too: a telecentre may know no other yet. */
const MOST_KEYS = 8;

const signed = (nonce: Uint8Array, time: number) => new ByteWriter(64).raw(DOMAIN).raw(nonce).varint(time).done();

/** `time` in milliseconds UTC; one signature by each key, newest first. */
export function encodeHubTime(nonce: Uint8Array, time: number, keys: readonly KeyObject[]): Uint8Array {
  const out = new ByteWriter(128).varint(time);
  for (const key of keys.slice(0, MOST_KEYS)) out.raw(signBytes(signed(nonce, time), key));
  return out.done();
}

/** Milliseconds UTC, where one of the hub's keys signed it for this nonce; undefined when none did, whatever came. */
export function readHubTime(bytes: Uint8Array, nonce: Uint8Array, keys: readonly KeyObject[]): number | undefined {
  try {
    const input = new ByteReader(bytes);
    const time = input.varint();
    const message = signed(nonce, time);
    for (let i = 0; i < MOST_KEYS && input.left >= SIGNATURE; i++) {
      const signature = Uint8Array.from(input.raw(SIGNATURE));
      if (keys.some((key) => signatureHolds(message, signature, key))) return time;
    }
    return undefined;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
