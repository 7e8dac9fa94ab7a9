// One simulated program over its disk: every transaction is one step of `#durable`, before which the power may fail or the disk be full.
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createClock, type Clock } from '#platform/clock';
import { partitionsOfSite } from '#platform/partitions';
import {
  VERSIONS,
  type Versions,
  addDigests,
  chainAfter,
  checkPlace,
  checkSigned,
  closeNext,
  emptyShelf,
  encodeAct,
  foldOperation,
  fittingKeys,
  freshOf,
  fromLostPast,
  joinSpans,
  NO_CHAIN,
  openArrived,
  openSegment,
  rowKey,
  seal,
  sealedColumns,
  segmentHead,
  spansOf,
  subjectOf,
  subjectsTouched,
  takeActs,
  writeCreate,
  writeSet,
  ZERO_DIGEST,
  type Act,
  type ChainHead,
  type ChainPosition,
  type Dot,
  type Kept,
  type Operation,
  type PeerWord,
  type PersonKey,
  type Position,
  type Received,
  type Shelf,
  type Stamped,
  type Value,
} from '../../src/replication/server/core/index.ts';
import type { SitePlace } from '../../src/replication/server/rights.ts';
import { chainOf, emptyDisk, emptyStore, type Disk, type Store } from './disk.ts';
import type { Draw } from './draw.ts';
import { tables, type SimTable } from './tables.ts';
import { followRuled, heard, judged, judgeOf, membershipOf, rule, verdictsOf } from './words.ts';

/** The power failed: nothing after this happens in this run of the program. */
export class PowerCut extends Error {}
export class DiskFull extends Error {}

export const dotKey = ({ site, device, run, n }: Dot): string => `${site}.${device}.${run}.${n}`;

/** What all share: the wall clock, the draws, and who may speak for whom. */
export interface Surroundings {
  draw: Draw;
  /** True time, milliseconds. */
  time: number;
  keys: Map<number, KeyObject[]>;
  places: Map<number, SitePlace>;
  /** Segments that were opened before, by their bytes. */
  opened: Map<string, Opened>;
  /** The hub speaks: of rights, memberships and shares. Without it no act says how far its writer heard the hub. */
  words: boolean;
}

interface Opened {
  segment: ReturnType<typeof openArrived>;
  forged: ReturnType<typeof checkSigned>;
}

export interface Write {
  partition: string;
  table: SimTable;
  id: string;
  kind: 'create' | 'set';
  fields: [number, Value][];
}

interface Receiving {
  cursor?: { feedName: string; cursor: number };
  keys?: readonly PersonKey[];
  /** A key that opens nothing was damaged on the way. */
  strict?: boolean;
}

const CLOCK_NUMBER = { unknown: 0, estimated: 1, synced: 2 } as const;
const CLOCK_STATE = ['unknown', 'estimated', 'synced'] as const;

export class Holder {
  readonly number: number;
  readonly place: SitePlace;
  readonly around: Surroundings;
  readonly key: KeyObject;
  disk: Disk;
  up = true;
  run = 0;
  clock: Clock;
  /** How far this machine's clock is from true time. */
  clockOff = 0;
  disciplined = true;
  /** Durable steps until the power fails; undefined: it does not. */
  fuse: number | undefined;
  full = false;
  /** Counts lives of the program. */
  starts = 0;
  /** Versions of the protocol that this program speaks, and in which the hub answered in this life. */
  versions: Versions = VERSIONS;
  protocol: number | undefined;

  readonly draw: Draw;

  constructor(number: number, place: SitePlace, around: Surroundings, schema: number, draw = around.draw) {
    this.number = number;
    this.draw = draw;
    this.place = place;
    this.around = around;
    const { privateKey, publicKey } = keyPairOf(number);
    this.key = privateKey;
    around.keys.set(number, [publicKey]);
    around.places.set(number, place);
    this.disk = emptyDisk(schema);
    this.clock = this.#newClock();
    this.start();
  }

  get hub(): boolean {
    return this.place.role === 'hub';
  }

  #newClock(): Clock {
    let last = 0;
    for (const store of this.disk.stores.values()) last = Math.max(last, store.lastStamp);
    return createClock({
      now: () => this.around.time + this.clockOff,
      disciplined: () => this.disciplined,
      last,
    });
  }

  /** The program starts: a new run, and everything that was only in memory is gone. */
  start(): void {
    this.up = true;
    this.starts += 1;
    this.fuse = undefined;
    this.protocol = undefined;
    this.run = this.draw.below(2 ** 20);
    this.clock = this.#newClock();
  }

  /** Everything up to the next call is one transaction. Throws before anything of it happened. */
  durable(): void {
    if (this.fuse !== undefined) {
      if (this.fuse <= 0) {
        this.fuse = undefined;
        throw new PowerCut();
      }
      this.fuse -= 1;
    }
    if (this.full) throw new DiskFull();
  }

  store(partition: string): Store {
    const known = this.disk.stores.get(partition);
    if (known) return known;
    const fresh = emptyStore(this.#feedName());
    this.disk.stores.set(partition, fresh);
    return fresh;
  }

  #feedName(): string {
    return this.draw.below(2 ** 31).toString(36);
  }

  tableOf = (number: number): SimTable | undefined => tables(this.disk.schema).get(number);

  newId(): string {
    this.disk.ids += 1;
    return `${this.number}-${this.run.toString(36)}-${this.starts}-${this.disk.ids}`;
  }

  /** One command: row and act at once. Gives the identity that the person was told is saved. Errors: PowerCut, DiskFull. */
  write(write: Write): { dot: Dot; act: Act } | undefined {
    const { partition, table, id, kind, fields } = write;
    const store = this.store(partition);
    const row = store.rows.get(rowKey(table.number, id));
    if (kind === 'set' && !row) return undefined;
    const values = new Map([...(row?.state.values ?? []), ...fields]);
    const subject = subjectOf(table, id, values);
    if (subject !== undefined && fields.some(([column]) => sealedColumns(table).has(column)))
      this.#keyFor(store, subject);
    this.durable();
    return this.append(write);
  }

  /** The same within a transaction of the caller. */
  append({ partition, table, id, kind, fields: wanted }: Write): { dot: Dot; act: Act } {
    const store = this.store(partition);
    const key = rowKey(table.number, id);
    const row = store.rows.get(key);
    const subject = subjectOf(table, id, new Map([...(row?.state.values ?? []), ...wanted]));
    const gone = subject !== undefined && store.erased.has(subject);
    const fields = wanted.filter(([column]) => !gone || !sealedColumns(table).has(column));
    const n = nextNumber(store, this.number);
    const at = this.clock.stamp();
    const stamp: Stamped = {
      site: this.number,
      device: 0,
      run: this.run,
      n,
      at,
      clock: CLOCK_NUMBER[this.clock.state()],
    };
    const written =
      kind === 'create' || !row
        ? { ...writeCreate(table, id, stamp, fields), replaces: undefined }
        : writeSet(table, id, row.state, stamp, fields);
    store.rows.set(key, { table: table.number, id, state: written.state });
    const operation = sealOperation(store, table, partition, stamp, {
      n,
      table: table.number,
      row: id,
      kind,
      fields,
      replaces: written.replaces,
    });
    const act: Act = {
      partition,
      site: this.number,
      device: 0,
      run: this.run,
      firstN: n,
      header: { command: 'sim.write', at, clock: stamp.clock, schema: this.disk.schema, ...this.#heard() },
      operations: [operation],
    };
    store.open.push({ device: 0, firstN: n, count: 1, act: encodeAct(act), digest: written.digest });
    store.lastStamp = Math.max(store.lastStamp, at);
    count(store, stamp);
    return { dot: stamp, act };
  }

  #heard(): { control?: Position } {
    const control = this.around.words && !this.hub ? heard(this.disk) : undefined;
    return control ? { control } : {};
  }

  #keyFor(store: Store, subject: string): void {
    if (store.keys.has(subject) || store.erased.has(subject)) return;
    this.durable();
    store.keys.set(subject, [this.draw.bytes(32)]);
  }

  /** Closes everything that is open, a segment a step. */
  close(): void {
    for (const [partition, store] of this.disk.stores) this.#closeAll(partition, store);
  }

  #closeAll(partition: string, store: Store): void {
    while (store.open.length > 0) this.#closeOne(partition, store);
  }

  #closeOne(partition: string, store: Store): void {
    this.durable();
    const site = this.number;
    const chain = chainOf(store, site) ?? { site, epoch: this.#newEpoch(0), seq: 0, chain: NO_CHAIN };
    const closed = closeNext(
      partition,
      store.open.map(({ act }) => act),
      chain,
      this.key,
    );
    this.#append(store, closed.chain, closed.seqFrom, closed.bytes);
    this.#noteSpans(store, joinSpans(store.spans, spansOf(closed.acts)));
    for (const { digest } of store.open.splice(0, closed.count)) store.digest = addDigests(store.digest, digest);
  }

  #newEpoch(after: number): number {
    return after + 1 + this.draw.below(2 ** 31);
  }

  #append(store: Store, chain: ChainHead, seqFrom: number, bytes: Uint8Array): void {
    const { site, epoch, seq } = chain;
    store.feed += 1;
    store.segments.push({ site, epoch, seqFrom, seqTo: seq, feed: store.feed, bytes });
    store.chains = [...store.chains.filter((one) => one.site !== site || one.epoch !== epoch), chain];
  }

  #noteSpans(store: Store, { gone, made }: ReturnType<typeof joinSpans>): void {
    store.spans = [...store.spans.filter((span) => !gone.includes(span)), ...made];
  }

  /** Takes in a segment, as `receive.ts` does. */
  receive(partition: string, bytes: Uint8Array, options: Receiving): Received {
    const { cursor, keys = [] } = options;
    const { segment, forged } = this.#opened(partition, bytes);
    if ('outcome' in segment) return segment;
    const fitting = fittingKeys(segment, keys, this.tableOf);
    if (options.strict && fitting.length < keys.length)
      return { outcome: 'refused', reason: 'malformed', detail: 'a key that opens nothing beside it' };
    if (fitting.length > 0) this.#saveKeys(partition, fitting);
    this.durable();
    if (forged) return forged;
    const store = this.store(partition);
    if (segment.site === this.number) this.#closeAll(partition, store);
    const misplaced = checkPlace(segment, chainOf(store, segment.site, segment.epoch));
    if (misplaced) {
      if (misplaced.outcome === 'known' && cursor) this.#moveCursor(store, cursor);
      return misplaced;
    }
    const fresh = freshOf(segment.acts, store.spans);
    const shelf = this.#shelf(partition, store, fresh);
    const taken = takeActs(shelf, fresh, store.spans);
    this.saveShelf(partition, store, shelf);
    for (const act of fresh) for (const operation of act.operations) count(store, { ...act, n: operation.n });
    this.#noteSpans(store, taken.intervals);
    const after = chainAfter(segment);
    const own = chainOf(store, this.number);
    if (fromLostPast(segment, this.number, own)) this.beginChain(store, segment.epoch);
    this.#append(store, after, segment.seqFrom, bytes);
    store.digest = addDigests(store.digest, shelf.digest);
    if (cursor) this.#moveCursor(store, cursor);
    judged(this, shelf);
    for (const { header, site } of segment.acts) {
      this.clock.observe(header.at, CLOCK_STATE[header.clock as 0 | 1 | 2]);
      if (site === this.number) store.lastStamp = Math.max(store.lastStamp, header.at);
    }
    return { outcome: 'stored', seq: after.seq, operations: taken.operations, quarantined: shelf.quarantined.length };
  }

  /** The same bytes are opened and their signature is checked once for all. */
  #opened(partition: string, bytes: Uint8Array): Opened {
    const { opened, keys } = this.around;
    const name = `${partition} ${createHash('sha256').update(bytes).digest('base64')}`;
    const known = opened.get(name);
    if (known) return known;
    const segment = openArrived(partition, bytes);
    const forged = 'outcome' in segment ? null : checkSigned(segment, keys.get(segment.site) ?? []);
    const made = { segment, forged };
    opened.set(name, made);
    return made;
  }

  #moveCursor(store: Store, cursor: { feedName: string; cursor: number }): void {
    this.setWord(store, 0, cursor);
  }

  setWord(store: Store, peer: number, change: Partial<PeerWord>): void {
    const known = store.peers.get(peer) ?? { feedName: '', cursor: 0, acked: { epoch: 0, seq: 0 } };
    store.peers.set(peer, { ...known, ...change });
  }

  /** `late`: what waited here was received in time. */
  #shelf(partition: string, store: Store, acts: readonly Act[], late = false): Shelf {
    const shelf = emptyShelf(partition, this.tableOf, judgeOf(this, partition, late));
    shelf.verdicts = verdictsOf(this.disk, partition);
    for (const act of acts)
      for (const { table: number, row: id } of act.operations) {
        const table = this.tableOf(number);
        const key = rowKey(number, id);
        const row = store.rows.get(key);
        if (!table || shelf.rows.has(key) || shelf.waiting.has(key)) continue;
        if (row) shelf.rows.set(key, { table, id, state: structuredClone(row.state), fresh: false, changed: false });
        else
          shelf.waiting.set(
            key,
            store.held.filter((kept) => kept.reason === 'no-create' && rowKey(kept.table, kept.row) === key),
          );
      }
    for (const subject of subjectsTouched(acts, shelf)) {
      const keys = store.keys.get(subject);
      if (keys) shelf.keys.set(subject, keys);
    }
    return shelf;
  }

  saveShelf(partition: string, store: Store, shelf: Shelf): void {
    const same = (a: Kept, b: Kept) => dotKey(a) === dotKey(b);
    store.held = store.held.filter((kept) => !shelf.released.some((one) => same(one, kept)));
    for (const { table, id } of shelf.gone) store.rows.delete(rowKey(table.number, id));
    for (const [key, row] of shelf.rows)
      if (row.changed) store.rows.set(key, { table: row.table.number, id: row.id, state: row.state });
    for (const kept of shelf.held) if (!store.held.some((one) => same(one, kept))) store.held.push(kept);
    for (const kept of shelf.quarantined)
      if (!store.quarantine.some((one) => same(one, kept))) store.quarantine.push(kept);
    followRuled(this, shelf);
  }

  /** Of the persons whose fields a segment seals, those that have a key here. */
  keysOf(bytes: Uint8Array): PersonKey[] {
    const segment = openSegment(bytes);
    const { partition, acts } = segment;
    const store = this.store(partition);
    const subjects = new Set<string>();
    for (const act of acts)
      for (const operation of act.operations) {
        const table = operation.sealed ? this.tableOf(operation.table) : undefined;
        if (!table) continue;
        const row = store.rows.get(rowKey(operation.table, operation.row));
        const subject = subjectOf(table, operation.row, new Map([...(row?.state.values ?? []), ...operation.fields]));
        if (subject !== undefined) subjects.add(subject);
      }
    const keys = [...subjects].flatMap((subject) => (store.keys.get(subject) ?? []).map((key) => ({ subject, key })));
    return fittingKeys(segment, keys, this.tableOf);
  }

  #saveKeys(partition: string, keys: readonly PersonKey[]): void {
    this.durable();
    const store = this.store(partition);
    for (const { subject, key } of keys) {
      if (store.erased.has(subject)) continue;
      const known = store.keys.get(subject) ?? [];
      if (!known.some((one) => Buffer.from(one).equals(key))) store.keys.set(subject, [...known, key]);
    }
  }

  /** After an upgrade: what waited for this schema finds its rows; rows are made before they are changed. */
  upgrade(schema: number): void {
    this.durable();
    this.disk.schema = schema;
    for (const kind of ['create', 'set'] as const)
      for (const [partition, store] of this.disk.stores) {
        const held = store.held.filter(
          ({ reason, act, table }) =>
            reason !== 'no-create' && act.operations[0]?.kind === kind && this.tableOf(table) !== undefined,
        );
        for (const lines of Map.groupBy(held, (one) => one.site).values()) {
          const acts = lines.map(({ act }) => act);
          const shelf = this.#shelf(partition, store, acts, true);
          for (const kept of lines) foldOperation(shelf, kept);
          this.saveShelf(partition, store, shelf);
          store.digest = addDigests(store.digest, shelf.digest);
          judged(this, shelf);
        }
      }
  }

  /** After a restore that is known of, as `epoch.ts` does. */
  beginAgain(): void {
    for (const store of this.disk.stores.values()) {
      if (chainOf(store, this.number)) this.beginChain(store);
      if (this.hub) store.feedName = this.#feedName();
    }
    this.disk.bundles += 1_000;
    this.disk.token = undefined;
    if (this.hub && this.around.words) this.disk.refilling = new Set();
  }

  /** At the hub: a site follows its feed there, and all of the site's own work is here. */
  noteBack(site: number, partitions: readonly string[]): void {
    const { refilling } = this.disk;
    if (!refilling || partitions.length === 0) return;
    this.durable();
    for (const partition of partitions) refilling.add(`${site}/${partition}`);
    for (const [number, { role, id = '', district = '' }] of this.around.places)
      if (role === 'telecentre' && membershipOf(this.disk, number).state === 'enrolled')
        if (partitionsOfSite(id, district).some((name) => !refilling.has(`${number}/${name}`))) return;
    this.disk.refilling = undefined;
    for (const partition of this.disk.stores.keys()) if (/^d\/\d+$/.test(partition)) rule(this, partition);
  }

  /** The own chain goes on under a new epoch, as `epoch.ts` does it; the caller has made sure that it is durable. */
  beginChain(store: Store, after = 0): void {
    const own = chainOf(store, this.number);
    if (own && !this.hub) this.#reopen(store, own);
    const epoch = this.#newEpoch(Math.max(after, own?.epoch ?? 0));
    store.chains.push({ site: this.number, epoch, seq: 0, chain: NO_CHAIN });
  }

  /** As `renumberPast` of `epoch.ts`. */
  renumber(partition: string, vector: readonly ChainPosition[]): boolean {
    this.durable();
    const store = this.store(partition);
    const present = chainOf(store, this.number);
    const lost = store.chains.filter(
      ({ site, epoch, seq }) =>
        site === this.number &&
        epoch !== present?.epoch &&
        seq > (vector.find((one) => one.site === site && one.epoch === epoch)?.seq ?? 0),
    );
    return lost.filter((chain) => this.#reopen(store, chain)).length > 0;
  }

  #reopen(store: Store, own: ChainHead): boolean {
    const { acked } = store.peers.get(0) ?? { acked: { epoch: 0, seq: 0 } };
    const from = acked.epoch === own.epoch ? acked.seq + 1 : 1;
    const mine = (one: { site: number; epoch: number }) => one.site === own.site && one.epoch === own.epoch;
    const again = store.segments.filter((segment) => mine(segment) && segment.seqTo >= from);
    const [first] = again;
    if (!first) return false;
    for (const { bytes } of again)
      for (const act of openSegment(bytes).acts) {
        if (store.open.some((one) => one.firstN === act.firstN && one.device === act.device)) continue;
        store.open.push({
          device: act.device,
          firstN: act.firstN,
          count: act.operations.length,
          act: encodeAct(act),
          digest: ZERO_DIGEST,
        });
      }
    store.open.sort((a, b) => a.device - b.device || a.firstN - b.firstN);
    store.segments = store.segments.filter((segment) => !again.includes(segment));
    const end = { ...own, seq: first.seqFrom - 1, chain: segmentHead(first.bytes).chainBefore };
    store.chains = [...store.chains.filter((chain) => !mine(chain)), end];
    return true;
  }

  /** The hub has other work of ours than we do. */
  beginUnseen(partition: string): void {
    this.durable();
    this.beginChain(this.store(partition));
  }
}

function count(store: Store, dot: Dot): void {
  const key = dotKey(dot);
  store.taken.set(key, (store.taken.get(key) ?? 0) + 1);
}

function nextNumber(store: Store, site: number): number {
  const open = store.open.at(-1);
  const closed = store.spans.filter((span) => span.site === site && span.device === 0).map(({ to_n }) => to_n);
  return Math.max(open ? open.firstN + open.count : 1, ...closed.map((n) => n + 1));
}

function sealOperation(store: Store, table: SimTable, partition: string, dot: Dot, operation: Operation): Operation {
  const sealed = sealedColumns(table);
  const personal = operation.fields.filter(([column]) => sealed.has(column));
  if (personal.length === 0) return operation;
  const row = store.rows.get(rowKey(table.number, operation.row));
  const subject = subjectOf(table, operation.row, row?.state.values ?? new Map());
  const [key] = subject === undefined ? [] : (store.keys.get(subject) ?? []);
  const fields = operation.fields.filter(([column]) => !sealed.has(column));
  if (!key) return { ...operation, fields };
  const { site, device, run, n } = dot;
  return {
    ...operation,
    fields,
    sealed: seal(key, { site, device, run, n, partition, table: table.number, row: operation.row }, personal),
  };
}

const SEED_OF_KEY = Buffer.from('302e020100300506032b657004220420', 'hex'); // RFC 8410: a private key is its 32 bytes behind this

const pairs = new Map<number, { privateKey: KeyObject; publicKey: KeyObject }>();

/** Each number has one pair, the same in every schedule. */
function keyPairOf(number: number) {
  const known = pairs.get(number);
  if (known) return known;
  const bytes = createHash('sha256').update(`simulated site ${number}`).digest();
  const privateKey = createPrivateKey({ key: Buffer.concat([SEED_OF_KEY, bytes]), format: 'der', type: 'pkcs8' });
  const made = { privateKey, publicKey: createPublicKey(privateKey) };
  pairs.set(number, made);
  return made;
}
