// Who this installation is: its keys, its place among the sites, and the programme whose root key it trusts.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import type { KeyStore } from './keys.ts';

/** As stored in the key store. Keys are base64url: 32 bytes raw public, 32 bytes seed private. */
export interface Identity {
  role: 'hub' | 'telecentre';
  programme: string;
  /** 0 = hub; absent before enrolment. */
  number?: number;
  siteId?: string;
  district?: string;
  name: string;
  publicKey: string;
  privateKey: string;
  /** The programme's root key, pinned at enrolment. */
  rootPublicKey?: string;
  /** Only at the hub, until it is moved offline; it certifies site keys. */
  rootPrivateKey?: string;
  hubPublicKey?: string;
  /** Earlier keys of the hub, told at enrolment with the root key's word: what they signed is still in the log. */
  hubFormer?: string[];
  /** Made and kept before it is announced; used once the root key's word on it is here. */
  next?: KeyPair | undefined;
  /** Pairs that were in use, oldest first: courier's files sealed to them may still be under way. */
  former?: KeyPair[];
  hubUrl?: string;
  /** Secret for form tokens and cookies, 32 bytes. */
  secret: string;
  demo: boolean;
}

export interface KeyPair {
  publicKey: string;
  privateKey: string;
}

export function makeKeyPair(): KeyPair {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  if (!jwk.x || !jwk.d) throw new Error('no Ed25519 key could be made');
  return { publicKey: jwk.x, privateKey: jwk.d };
}

export function privateKeyOf(pair: KeyPair): KeyObject {
  return createPrivateKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: pair.publicKey, d: pair.privateKey },
    format: 'jwk',
  });
}

/** Errors: throws when the 32 bytes are no key. */
export function publicKeyOf(raw: string | Uint8Array): KeyObject {
  const x = typeof raw === 'string' ? raw : Buffer.from(raw).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** Six base32-able letters' worth of the root key: enough that a code typed at a telecentre tells the right hub from a wrong one. */
export function rootFingerprint(rootPublicKey: string): Buffer {
  return createHash('sha256')
    .update('ciudadania root')
    .update(Buffer.from(rootPublicKey, 'base64url'))
    .digest()
    .subarray(0, 4);
}

function certificateText(number: number, publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`ciudadania site ${number} `), publicKey]);
}

/** The root key's word that this key speaks for this site. */
export function certify(root: KeyPair, number: number, publicKey: Uint8Array): Buffer {
  return sign(null, certificateText(number, publicKey), privateKeyOf(root));
}

export function certificateHolds(
  rootPublicKey: string,
  number: number,
  publicKey: Uint8Array,
  certificate: Uint8Array,
): boolean {
  return verify(null, certificateText(number, publicKey), publicKeyOf(rootPublicKey), certificate);
}

function possessionText(number: number, publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`ciudadania new key of site ${number} `), publicKey]);
}

/** The new key's own word that its holder asks for it: nobody has another's key certified as theirs. */
export function provePossession(pair: KeyPair, number: number): Buffer {
  return sign(null, possessionText(number, Buffer.from(pair.publicKey, 'base64url')), privateKeyOf(pair));
}

export function possessionHolds(publicKey: Uint8Array, number: number, proof: Uint8Array): boolean {
  return verify(null, possessionText(number, publicKey), publicKeyOf(publicKey), proof);
}

export interface IdentityInput {
  role: 'hub' | 'telecentre';
  programme: string;
  demo: boolean;
}

/** Reads the identity or makes it at the first start. A hub is its own root; a telecentre waits for its enrolment. */
export async function loadIdentity(keys: KeyStore, input: IdentityInput): Promise<Identity> {
  const stored = await keys.identity();
  if (stored) {
    const identity = JSON.parse(stored) as Identity;
    if (identity.role !== input.role) {
      throw new Error(`This data folder belongs to a ${identity.role}; it cannot be started as a ${input.role}.`);
    }
    return identity;
  }
  const pair = makeKeyPair();
  const identity: Identity = {
    role: input.role,
    programme: input.programme,
    name: input.role === 'hub' ? input.programme : '',
    ...pair,
    secret: randomBytes(32).toString('base64url'),
    demo: input.demo,
  };
  if (input.role === 'hub') {
    const root = makeKeyPair();
    Object.assign(identity, {
      number: 0,
      rootPublicKey: root.publicKey,
      rootPrivateKey: root.privateKey,
      hubPublicKey: pair.publicKey,
    });
  }
  // another process of the same hub may have made one at the same moment
  return JSON.parse(await keys.firstIdentity(JSON.stringify(identity))) as Identity;
}
