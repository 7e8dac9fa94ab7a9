// Sealing: the personal fields of one operation under their subject's key. Who lacks the key, or destroyed it, holds noise.
import { gcmsiv } from '@noble/ciphers/aes.js';
import { ByteWriter, Malformed } from './bytes.ts';
import { sha256 } from './crypto.ts';
import { packValues, unpackValues } from './packed.ts';
import type { Dot, Sealed, Value } from './types.ts';

export interface SealPlace extends Dot {
  partition: string;
  table: number;
  row: string;
}

/**
 * AES-256-GCM-SIV (RFC 8452): 16 bytes more than the plaintext for all fields together. The nonce comes from the operation's
 * identity and is not sent; should a cloned site ever use one identity twice, this mode still tells no more than whether two texts are equal.
 */
function cipher(key: Uint8Array, place: SealPlace, columns: readonly number[]) {
  const out = new ByteWriter(128);
  out.text(place.partition).varint(place.site).varint(place.device).varint(place.run).varint(place.n);
  const nonce = sha256(out.done()).subarray(0, 12);
  out.varint(place.table).text(place.row).bytes(Uint8Array.from(columns));
  return gcmsiv(key, nonce, out.done());
}

/** `key` is 32 bytes; `fields` ascending by column. */
export function seal(
  key: Uint8Array,
  place: SealPlace,
  fields: readonly (readonly [column: number, value: Value])[],
): Sealed {
  const columns = fields.map(([column]) => column);
  const plain = packValues(fields.map(([, value]) => value));
  return { columns, bytes: cipher(key, place, columns).encrypt(plain) };
}

/** Null when the key does not fit or anything was changed. */
export function unseal(key: Uint8Array, place: SealPlace, sealed: Sealed): [column: number, value: Value][] | null {
  try {
    const values = unpackValues(cipher(key, place, sealed.columns).decrypt(sealed.bytes), sealed.columns.length);
    return sealed.columns.map((column, at): [number, Value] => [column, values[at] ?? null]);
  } catch (error) {
    if (error instanceof Malformed || error instanceof Error) return null;
    throw error;
  }
}
