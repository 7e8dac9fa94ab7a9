// Which keys speak for whom: pinned, own, or certified by the root in the control log; an older one stays good for what it signed.
import type { KeyObject } from 'node:crypto';
import type { Reader } from '#platform/db';
import { certificateHolds, publicKeyOf, type Identity } from './identity.ts';
import { siteKeys } from './sites.ts';

/** Raw public keys that may have signed for a site, oldest first; none when it is unknown here. */
export async function rawKeysOf(read: Reader, identity: Identity, number: number): Promise<Uint8Array[]> {
  const root = identity.rootPublicKey;
  const certified = root
    ? (await siteKeys(read, number))
        .filter((key) => certificateHolds(root, number, key.public_key, key.certificate))
        .map((key) => Buffer.from(key.public_key).toString('base64url'))
    : [];
  const known = [...pinnedOf(identity, number), ...certified];
  return [...new Set(known)].map((key) => Buffer.from(key, 'base64url'));
}

export async function keysOfSite(read: Reader, identity: Identity, number: number): Promise<KeyObject[]> {
  return (await rawKeysOf(read, identity, number)).map(publicKeyOf);
}

/** Keys that are known without the control log. */
function pinnedOf(identity: Identity, number: number): string[] {
  const own = number === identity.number || (number === 0 && identity.role === 'hub');
  if (own) return [...(identity.former ?? []).map((pair) => pair.publicKey), identity.publicKey];
  if (number !== 0) return [];
  return [...(identity.hubFormer ?? []), ...(identity.hubPublicKey ? [identity.hubPublicKey] : [])];
}

/** Own pairs, the one in use first: what was sealed to an earlier one must still open, and to one that is not in use yet. */
export function ownPairs(identity: Identity) {
  const { publicKey, privateKey, next, former = [] } = identity;
  return [{ publicKey, privateKey }, ...(next ? [next] : []), ...former.toReversed()];
}
