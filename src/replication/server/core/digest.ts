// Digest of a partition's tables: the sum of its rows' hashes, kept by every apply, independent of any order.
import { ByteWriter } from './bytes.ts';
import { sha256 } from './crypto.ts';
import { writeValue } from './act-codec.ts';
import type { Value } from './types.ts';

/** 16 bytes, a sum modulo 2^128. */
export type Digest = Uint8Array;
export const ZERO_DIGEST: Digest = new Uint8Array(16);

/** Hash of one row as shown. Sealed columns are left out: a holder whose key was destroyed must have the same digest. Empty fields do not count. */
export function rowHash(table: number, row: string, fields: Iterable<readonly [column: number, value: Value]>): Digest {
  const out = new ByteWriter(256);
  out.varint(table).text(row);
  const sorted = [...fields].filter(([, value]) => value !== null).sort(([a], [b]) => a - b);
  for (const [column, value] of sorted) {
    out.u8(column);
    writeValue(out, value);
  }
  return sha256(out.done()).subarray(0, 16);
}

export function addDigests(a: Digest, b: Digest): Digest {
  const sum = new Uint8Array(16);
  let carry = 0;
  for (let i = 15; i >= 0; i--) {
    const total = (a[i] ?? 0) + (b[i] ?? 0) + carry;
    sum[i] = total & 0xff;
    carry = total >> 8;
  }
  return sum;
}

/** a minus b. */
export function lessDigest(a: Digest, b: Digest): Digest {
  const rest = new Uint8Array(16);
  let borrow = 0;
  for (let i = 15; i >= 0; i--) {
    const total = (a[i] ?? 0) - (b[i] ?? 0) - borrow;
    rest[i] = total & 0xff;
    borrow = total < 0 ? 1 : 0;
  }
  return rest;
}

export function sameDigest(a: Digest, b: Digest): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
