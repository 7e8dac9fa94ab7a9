// Whom a bundle is sealed to: the site's signing key seen as an encryption key, so that nobody has to hand out a second one.
import { createHash } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bech32 } from '@scure/base';
import { Decrypter, Encrypter } from 'age-encryption';
import type { KeyPair } from './identity.ts';

/** The age recipient of a site's Ed25519 key (32 bytes): the same point on the other curve. Errors: Error when the bytes are no key. */
export function recipientOf(publicKey: string | Uint8Array): string {
  const raw = typeof publicKey === 'string' ? Buffer.from(publicKey, 'base64url') : publicKey;
  return bech32.encodeFromBytes('age', ed25519.utils.toMontgomery(Uint8Array.from(raw)));
}

/** The age identity of the same pair: the scalar that Ed25519 itself takes from its seed. */
export function ageSecretOf(pair: Pick<KeyPair, 'privateKey'>): string {
  const seed = Uint8Array.from(Buffer.from(pair.privateKey, 'base64url'));
  return bech32.encodeFromBytes('age-secret-key-', ed25519.utils.toMontgomerySecret(seed)).toUpperCase();
}

export async function sealFor(publicKey: string | Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipientOf(publicKey));
  return encrypter.encrypt(plain);
}

/** Undefined when it is sealed to another key, or was changed. */
export async function openSealed(
  pair: Pick<KeyPair, 'privateKey'>,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(ageSecretOf(pair));
  try {
    return await decrypter.decrypt(sealed);
  } catch {
    return undefined; // the library throws the same error for another key and for a changed byte
  }
}

/** Twelve characters that tell two files apart. */
export const printOf = (file: Uint8Array): string => createHash('sha256').update(file).digest('base64url').slice(0, 12);
