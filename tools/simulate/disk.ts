// What survives a power cut: everything that one holder has on its disk, as plain values that can be copied into an image.
import {
  NO_WORD,
  ZERO_DIGEST,
  type ChainHead,
  type Kept,
  type PackSegment,
  type PeerWord,
  type RowState,
  type SetAside,
  type Span,
} from '../../src/replication/server/core/index.ts';

export interface SimRow {
  table: number;
  id: string;
  state: RowState;
}

export interface OpenAct {
  device: number;
  firstN: number;
  count: number;
  act: Uint8Array;
  digest: Uint8Array;
}

export interface Store {
  feedName: string;
  feed: number;
  digest: Uint8Array;
  open: OpenAct[];
  segments: PackSegment[];
  chains: ChainHead[];
  spans: Span[];
  /** Highest own stamp in the log: a program that starts goes on from there. */
  lastStamp: number;
  rows: Map<string, SimRow>;
  held: Kept[];
  quarantine: SetAside[];
  keys: Map<string, readonly Uint8Array[]>;
  /** Persons whose key was destroyed: none is made or kept again. */
  erased: Set<string>;
  /** By the other side's site number. */
  peers: Map<number, PeerWord>;
  /** At the hub, by site: the epoch it last spoke of. */
  saidEpoch: Map<number, number>;
  /** How often each identity was applied, held or quarantined here: the simulator's own count. */
  taken: Map<string, number>;
}

export interface Disk {
  schema: number;
  stores: Map<string, Store>;
  token: Uint8Array | undefined;
  tokens: Map<number, Uint8Array>;
  /** The last session was cut. */
  careful: boolean;
  ids: number;
  bundles: number;
  /** Greatest number of a bundle that was taken in, by sender. */
  bundlesTaken: Map<number, number>;
  /** At a hub that went back in time: who has given back what it held, by site and partition. Undefined: it is whole. */
  refilling: Set<string> | undefined;
}

export const emptyDisk = (schema: number): Disk => ({
  schema,
  stores: new Map(),
  token: undefined,
  tokens: new Map(),
  careful: false,
  ids: 0,
  bundles: 0,
  bundlesTaken: new Map(),
  refilling: undefined,
});

export const emptyStore = (feedName: string): Store => ({
  feedName,
  feed: 0,
  digest: ZERO_DIGEST,
  open: [],
  segments: [],
  chains: [],
  spans: [],
  lastStamp: 0,
  rows: new Map(),
  held: [],
  quarantine: [],
  keys: new Map(),
  erased: new Set(),
  peers: new Map(),
  saidEpoch: new Map(),
  taken: new Map(),
});

export const imageOf = (disk: Disk): Disk => structuredClone(disk);

/** A site's chain of the given epoch, or of its newest. */
export function chainOf(store: Store | undefined, site: number, epoch?: number): ChainHead | undefined {
  return store?.chains
    .filter((chain) => chain.site === site && (epoch === undefined || chain.epoch === epoch))
    .sort((a, b) => b.epoch - a.epoch)[0];
}

export const wordOf = (store: Store | undefined, peer: number): PeerWord => store?.peers.get(peer) ?? NO_WORD;
