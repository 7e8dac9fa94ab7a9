// Who is at the other end of a courier's way: the hub for a telecentre, one telecentre for the hub; with the keys that speak for it.
import { Refusal } from '#platform/errors';
import { partitionsOfSite } from '#platform/partitions';
import type { Replica } from './replica.ts';
import { rawKeysOf } from './site-keys.ts';
import { findSite, findSiteByNumber, listSites, type SiteSummary } from './sites.ts';

export interface Peer {
  /** 0 = hub. */
  number: number;
  name: string;
  /** Raw Ed25519 keys that may sign for it, oldest first; the newest is the one to seal to. */
  keys: Uint8Array[];
  /** What both ends hold, control logs first. */
  partitions: string[];
  /** As the hub has it; `enrolled` for the hub itself. */
  state: string;
}

/** The peer of this number; undefined when this site has nothing to do with it or knows no key of it. Errors: Refusal before enrolment. */
export async function peerByNumber(replica: Replica, number: number): Promise<Peer | undefined> {
  const { identity } = replica;
  if (identity.number === undefined) throw new Refusal('replication.not-enrolled');
  if (identity.role === 'telecentre') {
    if (number !== 0) return undefined;
    const keys = await rawKeysOf(replica.db.read, identity, 0);
    if (keys.length === 0) return undefined;
    return {
      number: 0,
      name: identity.programme,
      keys,
      partitions: partitionsOfSite(identity.siteId ?? '', identity.district ?? ''),
      state: 'enrolled',
    };
  }
  const site = number === 0 ? undefined : await findSiteByNumber(replica.db.read, number);
  return site && peerOf(replica, site);
}

async function peerOf(replica: Replica, site: SiteSummary): Promise<Peer> {
  return {
    number: site.number,
    name: site.name,
    keys: await rawKeysOf(replica.db.read, replica.identity, site.number),
    partitions: partitionsOfSite(site.id, site.district),
    state: site.state,
  };
}

/** Whom a person means: `hub`, a site's number, id or name. Errors: Refusal. */
export async function peerNamed(replica: Replica, typed: string): Promise<Peer> {
  const to = typed.trim();
  const { identity } = replica;
  if (identity.number === undefined) throw new Refusal('replication.not-enrolled');
  const hubMeant = /^(0|hub)$/i.test(to);
  if (identity.role === 'telecentre') {
    if (!hubMeant) throw new Refusal('courier.unknown-site', { field: 'to' });
    const hub = await peerByNumber(replica, 0);
    if (!hub) throw new Refusal('replication.not-enrolled');
    return hub;
  }
  if (hubMeant) throw new Refusal('courier.to-itself', { field: 'to' });
  const site = await siteNamed(replica, to);
  if (!site) throw new Refusal('courier.unknown-site', { field: 'to' });
  return peerOf(replica, site);
}

async function siteNamed(replica: Replica, to: string): Promise<SiteSummary | undefined> {
  const { read } = replica.db;
  if (/^\d{1,5}$/.test(to)) {
    const numbered = await findSiteByNumber(read, Number(to));
    if (numbered) return numbered;
  }
  if (/^[0-9A-Z]{8,24}$/.test(to)) {
    const found = await findSite(read, to);
    if (found) return found;
  }
  return (await listSites(read)).find((site) => site.name.toLowerCase() === to.toLowerCase());
}

/** The key to seal to. Errors: Refusal when nothing may be sent there. */
export function keyToSealTo(peer: Peer): Uint8Array {
  const key = peer.keys.at(-1);
  if (!key || peer.state === 'planned') throw new Refusal('courier.site-not-enrolled', { field: 'to' });
  return key;
}
