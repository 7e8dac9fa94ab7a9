// Hashes, chains and signatures: deterministic given their input.
import { createHash, sign, verify, type KeyObject } from 'node:crypto';

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The chain after one more operation: hash of what came before and of this one's hash, 32 bytes. */
export function chainOn(before: Uint8Array, operationHash: Uint8Array): Uint8Array {
  return sha256(before, operationHash);
}

/** Ed25519, 64 bytes. */
export function signBytes(bytes: Uint8Array, key: KeyObject): Uint8Array {
  return sign(null, bytes, key);
}

export function signatureHolds(bytes: Uint8Array, signature: Uint8Array, key: KeyObject): boolean {
  return signature.length === 64 && verify(null, bytes, key, signature);
}
