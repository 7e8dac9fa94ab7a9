// What a simulated program does when a session or a courier's step asks for it.
import { partitionsOfSite } from '#platform/partitions';
import {
  noteTold,
  segmentHead,
  ZERO_DIGEST,
  type ChainPosition,
  type HubDoing,
  type OwnSegment,
  type PackDoing,
  type PackSegment,
  type Position,
  type SiteDoing,
  type TakeDoing,
} from '../../src/replication/server/core/index.ts';
import { mayHold } from '../../src/replication/server/rights.ts';
import { chainOf, wordOf } from './disk.ts';
import { DiskFull, type Holder } from './holder.ts';
import { membershipOf } from './words.ts';

const AT_ONCE_TOKEN = 8;

export const partitionsOf = ({ place }: Holder): string[] => partitionsOfSite(place.id ?? '', place.district ?? '');

const positionOf = (chain: Position | undefined): Position | undefined =>
  chain && { epoch: chain.epoch, seq: chain.seq };

/** The link is not among them: the schedule carries bytes. */
export type SiteAlone = Omit<SiteDoing, 'send' | 'next'>;

export function siteDoing(site: Holder): SiteAlone {
  const { disk } = site;
  return {
    close: () => site.close(),
    parts: () =>
      partitionsOf(site).map((partition) => {
        const store = disk.stores.get(partition);
        const { feedName, cursor } = wordOf(store, 0);
        const own = positionOf(chainOf(store, site.number)) ?? { epoch: 0, seq: 0 };
        return { partition, feedName, cursor, own, digest: store?.digest ?? ZERO_DIGEST };
      }),
    token: () => disk.token,
    acked: (partition) => wordOf(disk.stores.get(partition), 0).acked,
    ownSegment(partition, { epoch, seq }) {
      const segment = disk.stores
        .get(partition)
        ?.segments.find((one) => one.site === site.number && one.epoch === epoch && one.seqTo >= seq);
      if (!segment) return undefined;
      return outgoing(site, segment);
    },
    chainAt(partition, { epoch, seq }) {
      const store = disk.stores.get(partition);
      const head = chainOf(store, site.number, epoch);
      if (head?.seq === seq) return head.chain;
      const next = store?.segments.find(
        (one) => one.site === site.number && one.epoch === epoch && one.seqFrom === seq + 1,
      );
      return next && segmentHead(next.bytes).chainBefore;
    },
    beginAgain: (partition) => site.beginUnseen(partition),
    renumber: (partition, vector) => site.renumber(partition, vector),
    beyond: (partition, vector, limit) =>
      beyond(site, partition, vector)
        .slice(0, limit)
        .map((segment) => outgoing(site, segment)),
    saveToken(token) {
      site.durable();
      disk.token = token;
    },
    saveAcked(partition, acked) {
      site.durable();
      site.setWord(site.store(partition), 0, { acked });
    },
    saveCursor(partition, feedName, cursor) {
      site.durable();
      site.setWord(site.store(partition), 0, { feedName, cursor });
    },
    receive: (partition, bytes, keys, place) => site.receive(partition, bytes, { cursor: place, keys, strict: true }),
  };
}

/** What lies beyond a vector, the own present chain left out. */
function beyond({ disk, number }: Holder, partition: string, vector: readonly ChainPosition[]): PackSegment[] {
  const store = disk.stores.get(partition);
  const own = chainOf(store, number);
  const there = (one: PackSegment) =>
    vector.find((chain) => chain.site === one.site && chain.epoch === one.epoch)?.seq ?? 0;
  const present = (one: PackSegment) => one.site === number && one.epoch === own?.epoch;
  return (store?.segments ?? []).filter((one) => one.seqTo > there(one) && !present(one));
}

const outgoing = (site: Holder, { bytes, seqFrom, seqTo }: PackSegment): OwnSegment => ({
  bytes,
  seqTo,
  operations: seqTo - seqFrom + 1,
  keys: site.keysOf(bytes),
});

/** `request` gives more of what comes over the link; it throws where the link is cut. */
export function hubDoing(hub: Holder, request: () => Uint8Array | null): HubDoing {
  const { disk, around } = hub;
  return {
    next: request,
    site(number) {
      const keys = around.keys.get(number);
      return keys && { number, state: membershipOf(disk, number).state, keys, token: disk.tokens.get(number) };
    },
    mayHold(number, partition) {
      const place = around.places.get(number);
      return place !== undefined && mayHold(place, partition);
    },
    usesKey: () => undefined,
    keyFor: () => hub.key,
    newToken(site) {
      hub.durable();
      const token = hub.draw.bytes(AT_ONCE_TOKEN);
      disk.tokens.set(site, token);
      return token;
    },
    receive(partition, bytes, keys) {
      try {
        return hub.receive(partition, bytes, { keys, strict: true });
      } catch (error) {
        if (error instanceof DiskFull) return { outcome: 'full' };
        throw error;
      }
    },
    close: () => hub.close(),
    feed(partition) {
      const { feedName, feed, digest } = hub.store(partition);
      return { name: feedName, feed, digest };
    },
    stored: (partition, site, epoch) => chainOf(disk.stores.get(partition), site, epoch),
    vector: (partition) =>
      (disk.stores.get(partition)?.chains ?? [])
        .filter(({ seq }) => seq > 0)
        .map(({ site, epoch, seq }) => ({ site, epoch, seq })),
    beginAgain() {
      hub.durable();
      hub.beginAgain();
    },
    after: (partition, cursor, limit) =>
      hub
        .store(partition)
        .segments.filter((segment) => segment.feed > cursor)
        .slice(0, limit),
    keysOf: (bytes) => hub.keysOf(bytes),
    noteCursor(site, partition, feedName, cursor, epoch) {
      hub.durable();
      const { saidEpoch } = hub.store(partition);
      if (saidEpoch.get(site)) saidEpoch.set(site, epoch);
      hub.setWord(hub.store(partition), site, { feedName, cursor });
    },
    hasGiven: (site, partitions) => hub.noteBack(site, partitions),
    now: () => around.time + hub.clockOff,
  };
}

export function packDoing(holder: Holder, peer: number): PackDoing {
  const { disk, number } = holder;
  return {
    close: () => holder.close(),
    vector(partition) {
      const store = holder.hub ? holder.store(partition) : disk.stores.get(partition);
      return {
        head: store && { feedName: store.feedName, feed: store.feed, digest: store.digest },
        own: positionOf(chainOf(store, number)),
        theirs: positionOf(chainOf(store, peer, store?.saidEpoch.get(peer) || undefined)),
        known: store?.peers.get(peer),
        saidEpoch: store?.saidEpoch.get(peer) ?? 0,
      };
    },
    ownSegments: (partition, { epoch, seq }, limit) =>
      holder
        .store(partition)
        .segments.filter((one) => one.site === number && one.epoch === epoch && one.seqTo >= seq)
        .slice(0, limit),
    after: (partition, feed, limit) =>
      holder
        .store(partition)
        .segments.filter((one) => one.feed > feed)
        .slice(0, limit),
    keysOf: (bytes) => holder.keysOf(bytes),
  };
}

export function takeDoing(holder: Holder, from: number): TakeDoing {
  return {
    receive: (partition, bytes, keys) => holder.receive(partition, bytes, { keys }),
    lacks: (partition, vector) => !holder.hub && beyond(holder, partition, vector).length > 0,
    note(told) {
      holder.durable();
      const store = holder.store(told.part.partition);
      const own = chainOf(store, holder.number);
      const noted = noteTold(holder.place.role, told, own, wordOf(store, from));
      if (holder.hub && told.newest) store.saidEpoch.set(from, told.part.own.epoch);
      if (noted.ahead && !holder.hub) holder.beginChain(store);
      store.peers.set(from, noted.word);
      return noted;
    },
  };
}
