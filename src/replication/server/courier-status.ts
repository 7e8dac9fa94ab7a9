// What waits for a courier, which bundles were made and taken, and which of them the other side has receipted.
import type { Reader, Tables } from '#platform/db';
import { partitionsOfSite } from '#platform/partitions';
import type { Replica } from './replica.ts';
import { findSiteByNumber, listSites } from './sites.ts';
import { waitingOperations } from './status.ts';

export interface CourierPeer {
  number: number;
  name: string;
  /** Operations that the other side has not receipted; at the hub without the site's own work. */
  waiting: number;
}

/** receipted · waiting · replaced: a restore came between, its work goes again in later bundles · empty: nothing but receipts was in it */
export type MadeState = 'receipted' | 'waiting' | 'replaced' | 'empty';

export interface MadeBundle {
  number: number;
  peer: number;
  peerName: string;
  madeAt: number;
  name: string;
  size: number;
  operations: number;
  more: boolean;
  state: MadeState;
}

export interface TakenBundle {
  number: number;
  peer: number;
  peerName: string;
  takenAt: number;
  operations: number;
  outcome: string;
  /** A bundle made after it carries our receipt. */
  answered: boolean;
}

export interface CourierStatus {
  role: 'hub' | 'telecentre';
  enrolled: boolean;
  peers: CourierPeer[];
  made: MadeBundle[];
  taken: TakenBundle[];
}

type MadeRow = Tables['courier_made'];

const LISTED = 30;

/** `mayServe`: which sites of the hub to tell of; all when absent. */
export async function courierStatus(
  replica: Replica,
  mayServe: (site: { id: string; district: string }) => boolean = () => true,
): Promise<CourierStatus> {
  const { identity, db } = replica;
  const { read } = db;
  const { role } = identity;
  const enrolled = identity.number !== undefined;
  const peers: CourierPeer[] = [];
  if (role === 'telecentre') {
    if (enrolled) peers.push({ number: 0, name: identity.programme, waiting: await waitingOperations(replica, read) });
  } else {
    const sites = (await listSites(read)).filter((site) => site.state === 'enrolled' && mayServe(site));
    const feeds = await readFeeds(read);
    for (const site of sites)
      peers.push({ number: site.number, name: site.name, waiting: await waitingFor(read, feeds, site) });
  }
  const names = new Map(peers.map(({ number, name }) => [number, name]));
  return { role, enrolled, peers, made: await listMade(replica, names), taken: await listTaken(read, names) };
}

interface Feeds {
  heads: Map<string, { feed_name: string; feed: number }>;
  /** By partition and site. */
  cursors: Map<string, { feed_name: string; cursor: number }>;
  /** Operations that are not closed yet. */
  open: Map<string, number>;
}

/** Read once for all sites. */
async function readFeeds(read: Reader): Promise<Feeds> {
  const heads = await read.selectFrom('log_partition').select(['partition', 'feed_name', 'feed']).execute();
  const peers = await read.selectFrom('log_peer').select(['partition', 'peer', 'feed_name', 'cursor']).execute();
  const open = await read
    .selectFrom('log_open')
    .select(['partition', (e) => e.fn.sum<number>('count').as('count')])
    .groupBy('partition')
    .execute();
  return {
    heads: new Map(heads.map((head) => [head.partition, head])),
    cursors: new Map(peers.map((peer) => [`${peer.partition} ${peer.peer}`, peer])),
    open: new Map(open.map(({ partition, count }) => [partition, Number(count)])),
  };
}

/** Operations of our feed after what the site said it holds. */
async function waitingFor(
  read: Reader,
  { heads, cursors, open }: Feeds,
  site: { number: number; id: string; district: string },
): Promise<number> {
  let waiting = 0;
  for (const partition of partitionsOfSite(site.id, site.district)) {
    waiting += open.get(partition) ?? 0;
    const head = heads.get(partition);
    const known = cursors.get(`${partition} ${site.number}`);
    const cursor = known && known.feed_name === head?.feed_name ? known.cursor : 0;
    if (!head || cursor >= head.feed) continue;
    const sum = await read
      .selectFrom('log_segment')
      .select((e) => e.fn.sum<number | null>(e('seq_to', '-', e('seq_from', '-', e.lit(1)))).as('operations'))
      .where('partition', '=', partition)
      .where('feed', '>', cursor)
      .where('site', '!=', site.number)
      .executeTakeFirst();
    waiting += Number(sum?.operations ?? 0);
  }
  return waiting;
}

async function listMade(replica: Replica, names: ReadonlyMap<number, string>): Promise<MadeBundle[]> {
  const { read } = replica.db;
  if (names.size === 0) return [];
  const rows = await read
    .selectFrom('courier_made')
    .selectAll()
    .where('peer', 'in', [...names.keys()])
    .orderBy('number', 'desc')
    .limit(LISTED)
    .execute();
  return Promise.all(rows.map((row) => madeOf(replica, row, names.get(row.peer) ?? '')));
}

async function madeOf(replica: Replica, row: MadeRow, peerName: string): Promise<MadeBundle> {
  const { number, peer, made_at, name, size, operations, more, covers } = row;
  const state = await stateOf(replica, peer, covers);
  return { number, peer, peerName, madeAt: made_at, name, size, operations, more, state };
}

/** One bundle that this site made, for its slip. */
export async function findMade(replica: Replica, number: number): Promise<MadeBundle | undefined> {
  const { read } = replica.db;
  const row = await read.selectFrom('courier_made').selectAll().where('number', '=', number).executeTakeFirst();
  if (!row) return undefined;
  const name = row.peer === 0 ? replica.identity.programme : (await findSiteByNumber(read, row.peer))?.name;
  return madeOf(replica, row, name ?? '');
}

/** Asked of the receipts themselves, whichever way they came. */
async function stateOf(replica: Replica, peer: number, covers: string): Promise<MadeState> {
  const { read } = replica.db;
  const parts = Object.entries(JSON.parse(covers) as Record<string, [string | number, number]>);
  if (parts.length === 0) return 'empty';
  let state: MadeState = 'receipted';
  for (const [partition, [life, last]] of parts) {
    const known = await read
      .selectFrom('log_peer')
      .select(['feed_name', 'cursor', 'acked_epoch', 'acked_seq'])
      .where('partition', '=', partition)
      .where('peer', '=', peer)
      .executeTakeFirst();
    const [now, reached] =
      replica.identity.role === 'hub'
        ? [known?.feed_name || life, known?.cursor ?? 0]
        : [known?.acked_epoch || life, known?.acked_seq ?? 0];
    if (now !== life) return 'replaced';
    if (reached < last) state = 'waiting';
  }
  return state;
}

async function listTaken(read: Reader, names: ReadonlyMap<number, string>): Promise<TakenBundle[]> {
  if (names.size === 0) return [];
  const rows = await read
    .selectFrom('courier_taken')
    .selectAll()
    .where('peer', 'in', [...names.keys()])
    .orderBy('taken_at', 'desc')
    .limit(LISTED)
    .execute();
  const last = await read
    .selectFrom('courier_made')
    .select(['peer', (e) => e.fn.max('made_at').as('made_at')])
    .groupBy('peer')
    .execute();
  const lastMade = new Map(last.map((row) => [row.peer, Number(row.made_at)]));
  return rows.map(({ number, peer, taken_at, operations, outcome }) => ({
    number,
    peer,
    peerName: names.get(peer) ?? '',
    takenAt: taken_at,
    operations,
    outcome,
    answered: (lastMade.get(peer) ?? 0) > taken_at,
  }));
}
