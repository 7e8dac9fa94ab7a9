// A programme of one hub and some telecentres, and everything that can happen to it; what happens is data, so that it can be repeated and shortened.
import {
  decodeBundleBody,
  encodeBundleBody,
  packSteps,
  rowKey,
  sealedColumns,
  takePart,
  type Value,
  type Versions,
} from '../../src/replication/server/core/index.ts';
import { partitionsOfSite, readPartition } from '#platform/partitions';
import { packDoing, partitionsOf, takeDoing } from './doings.ts';
import { imageOf, type Disk } from './disk.ts';
import { Draw } from './draw.ts';
import { DiskFull, dotKey, Holder, PowerCut, type Surroundings, type Write } from './holder.ts';
import { HubSide, runSteps, Session, type Faults } from './link.ts';
import {
  CLAIM,
  COMPUTER,
  judge,
  NEWEST_SCHEMA,
  PERSON,
  QUOTA,
  RETURN,
  SITE,
  tables,
  VISIT,
  writable,
  type SimTable,
} from './tables.ts';
import { bookOf, decide, lend, membershipOf, orderErasure, ownLoans, ownShare, say, THINGS, TOLD } from './words.ts';

export type Action =
  | { do: 'write'; at: number; draw: number }
  | { do: 'session'; site: number; faults: Faults; steps: number }
  | { do: 'go-on'; site: number; steps: number }
  | { do: 'give-up'; site: number }
  | { do: 'left-behind'; steps: number }
  | { do: 'replay'; which: number }
  | { do: 'power-off'; at: number; after: number }
  | { do: 'power-on'; at: number }
  | { do: 'disk-full'; at: number; full: boolean }
  | { do: 'image'; at: number }
  /** `unseen`: the program does not know that its disk is older than it was. */
  | { do: 'restore'; at: number; which: number; unseen: boolean }
  /** A second machine starts with a copy of a telecentre's disk. */
  | { do: 'clone'; site: number }
  | { do: 'pack'; site: number; up: boolean; budget: number }
  | { do: 'unpack'; which: number }
  | { do: 'lose'; which: number }
  | { do: 'clock'; at: number; off: number; disciplined: boolean }
  | { do: 'time'; by: number }
  | { do: 'upgrade'; at: number }
  /** Somebody at the hub says something: decides on what was set aside, sets a quota, lends. */
  | { do: 'word'; draw: number }
  | { do: 'revoke'; site: number; how: 'ended' | 'compromised' }
  | { do: 'claim'; site: number; draw: number }
  | { do: 'give-back'; site: number; draw: number }
  /** A telecentre's program writes what the telecentre may not. */
  | { do: 'wrong'; site: number; draw: number };

interface File {
  to: number;
  from: number;
  number: number;
  body: Uint8Array;
}

interface Image {
  at: number;
  disk: Disk;
}

/** An operation whose author was told that it is saved. */
export interface Promised {
  key: string;
  partition: string;
  author: Holder;
  /** The only disk that had it was replaced by an older image. */
  mayBeLost: boolean;
  /** Its author knew then that its membership was taken. */
  aware: boolean;
  /** Within a share that was lent to its author: the person was told that it counts. */
  within?: string | undefined;
}

const START = Date.UTC(2027, 0, 4);
/** More steps than any conversation has: a session that reaches this is a defect. */
const MOST_STEPS = 50_000;
const DISTRICTS = ['120604', '120606'];
const SITE_IDS = Array.from({ length: 12 }, (_, i) => `00000000000${String.fromCharCode(65 + (i > 7 ? i + 1 : i))}`);

export interface WorldOptions {
  districts?: readonly string[];
  /** Each holder draws for itself, so that the order in which they act changes nothing else. */
  apart?: boolean;
  /** Versions of the protocol by the number of a holder. */
  versionsOf?: (number: number) => Versions;
  /** The hub speaks of rights, memberships and shares. */
  words?: boolean;
}

export class World {
  readonly around: Surroundings;
  readonly hub: Holder;
  readonly #first: Holder[];
  readonly clones: Holder[] = [];
  readonly promised = new Map<string, Promised>();
  readonly sessions = new Map<Holder, Session>();
  readonly stats = { writes: 0, sessions: 0, cut: 0, kills: 0, restores: 0, bundles: 0, refused: 0 };
  hubRestored = false;
  /** Whose disk was ever replaced by an older image. */
  readonly replaced = new Set<Holder>();
  /** By site: what the hub had when it took its membership, and what the site held. */
  readonly revoked = new Map<number, { how: 'ended' | 'compromised'; hub: Set<string>; site: Set<string> }>();
  /** Claims that were seen accepted by the hub's word at a telecentre: people were told so. */
  readonly told = new Map<string, { partition: string; thing: string }>();
  /** What people at the hub decided on: nothing can be foretold of it. */
  readonly decided = new Set<string>();
  readonly #left: HubSide[] = [];
  readonly #recorded: Uint8Array[] = [];
  readonly #images: Image[] = [];
  readonly #files: File[] = [];

  constructor(
    seed: number,
    sites: number,
    { districts = DISTRICTS, apart = false, versionsOf, words = false }: WorldOptions = {},
  ) {
    const draw = new Draw(seed ^ 0x5eed);
    this.around = { draw, time: START, keys: new Map(), places: new Map(), opened: new Map(), words };
    const drawOf = (number: number) => (apart ? new Draw(seed + number) : draw);
    this.hub = new Holder(0, { role: 'hub' }, this.around, NEWEST_SCHEMA, drawOf(0));
    this.#first = Array.from({ length: sites }, (_, i) => {
      const district = districts[i % districts.length] ?? '';
      const place = { role: 'telecentre' as const, id: SITE_IDS[i] ?? '', district };
      return new Holder(i + 1, place, this.around, i % 3 === 2 ? 1 : NEWEST_SCHEMA, drawOf(i + 1));
    });
    if (versionsOf) for (const holder of this.holders) holder.versions = versionsOf(holder.number);
    if (words)
      for (const district of districts)
        say(this.hub, `d/${district}/control`, QUOTA, { thing: 'fund', units: 3 + new Draw(seed).below(6) });
  }

  get holders(): Holder[] {
    return [this.hub, ...this.sites];
  }

  /** Telecentres and second copies of them. */
  get sites(): Holder[] {
    return [...this.#first, ...this.clones];
  }

  #site(number: number): Holder {
    return this.sites[number % this.sites.length] as Holder; // reason: there is at least one
  }

  #holder(number: number): Holder {
    return this.holders[number % (this.sites.length + 1)] as Holder; // reason: as above
  }

  perform(action: Action): void {
    this.around.time += 1_000;
    switch (action.do) {
      case 'write':
        return this.#write(this.#holder(action.at), new Draw(action.draw));
      case 'session':
        return this.#begin(this.#site(action.site), action.faults, action.steps);
      case 'go-on':
        return this.#steps(this.sessions.get(this.#site(action.site)), action.steps);
      case 'give-up':
        return this.#giveUp(this.#site(action.site));
      case 'left-behind':
        return this.#leftBehind(action.steps);
      case 'replay':
        return this.#replay(action.which);
      case 'power-off':
        return this.#powerOff(this.#holder(action.at), action.after);
      case 'power-on':
        return this.powerOn(this.#holder(action.at));
      case 'disk-full':
        this.#holder(action.at).full = action.full;
        return;
      case 'image':
        return this.#image(this.#holder(action.at));
      case 'restore':
        return this.#restore(this.#holder(action.at), action);
      case 'clone':
        return this.#clone(this.#site(action.site));
      case 'pack':
        return this.#pack(this.#site(action.site), action.up, action.budget);
      case 'unpack':
        return this.#unpack(action.which);
      case 'lose':
        if (this.#files.length > 0) this.#files.splice(action.which % this.#files.length, 1);
        return;
      case 'clock':
        return this.#setClock(this.#holder(action.at), action.off, action.disciplined);
      case 'time':
        this.around.time += action.by;
        return;
      case 'upgrade':
        return this.#guard(this.#holder(action.at), (holder) => holder.upgrade(NEWEST_SCHEMA));
      case 'word':
        return this.#guard(this.hub, () => this.#word(new Draw(action.draw)));
      case 'revoke':
        return this.#guard(this.hub, () => this.#revoke(this.#site(action.site).number, action.how));
      case 'claim':
        return this.#guard(this.#site(action.site), (site) => this.#claim(site, new Draw(action.draw)));
      case 'give-back':
        return this.#guard(this.#site(action.site), (site) => this.#returnShare(site, new Draw(action.draw)));
      case 'wrong':
        return this.#guard(this.#site(action.site), (site) => this.#wrong(site, new Draw(action.draw)));
    }
  }

  /** Something done at a program; a power cut turns it off, a full disk is told to the person. */
  #guard(holder: Holder, go: (holder: Holder) => void): void {
    if (!holder.up) return;
    try {
      go(holder);
    } catch (error) {
      if (error instanceof PowerCut) this.#dies(holder);
      else if (error instanceof DiskFull) this.stats.refused += 1;
      else throw error;
    }
  }

  #dies(holder: Holder): void {
    holder.up = false;
    this.stats.kills += 1;
  }

  #write(holder: Holder, draw: Draw): void {
    this.#guard(holder, () => {
      const partitions = holder.hub
        ? ['public/control', 'public', ...DISTRICTS.map((district) => `d/${district}`)]
        : partitionsOf(holder);
      const choices = partitions.flatMap((partition) =>
        writable(holder.place, partition, holder.disk.schema).map((table) => ({ partition, table })),
      );
      const { partition, table } = draw.pick(choices);
      const store = holder.store(partition);
      const rows = [...store.rows.values()].filter((row) => row.table === table.number);
      const old = table.class !== 'fact' && rows.length > 0 && draw.chance(0.7) ? draw.pick(rows) : undefined;
      const id = old?.id ?? holder.newId();
      const fields = fieldsFor(holder, table, draw, old === undefined);
      this.save(holder, { partition, table, id, kind: old ? 'set' : 'create', fields });
    });
  }

  /** A person at this holder is told that this is saved. Errors: PowerCut, DiskFull. */
  save(holder: Holder, write: Write): void {
    const done = holder.write(write);
    if (!done) return;
    const { partition, table, id, fields } = write;
    this.stats.writes += 1;
    const key = `${partition} ${dotKey(done.dot)}`;
    const aware = membershipOf(holder.disk, holder.number).state !== 'enrolled';
    const within = table.number === CLAIM ? fields.find(([column]) => column === table.columns.share?.n)?.[1] : null;
    this.promised.set(key, {
      ...{ key, partition, author: holder, mayBeLost: false, aware },
      within: typeof within === 'string' ? within : undefined,
    });
    if (table.class === 'owned' && mayShow(holder, partition, table)) checkShown(holder, partition, table, id, fields);
  }

  /** What a person at the hub says today. */
  #word(draw: Draw): void {
    const { hub } = this;
    const to = this.#site(draw.below(12));
    const partition = `d/${to.place.district ?? ''}`;
    const thing = thingFrom(draw);
    const what = draw.below(8);
    if (what === 0) {
      const quota = { thing, units: 1 + draw.below(5) };
      hub.durable();
      if (bookOf(hub.disk, partition, thing).capacity === null) say(hub, `${partition}/control`, QUOTA, quota);
    } else if (what === 1 || what > 4) {
      lend(hub, partition, thing, to.number, 1 + draw.below(2));
    } else if (what === 2) {
      const subjects = [...hub.store(partition).keys.keys()];
      if (subjects.length > 0) orderErasure(hub, partition, draw.pick(subjects));
    } else {
      const aside = [...hub.disk.stores].flatMap(([where, { quarantine }]) =>
        quarantine.map((kept) => ({ where, kept })),
      );
      if (aside.length === 0) return;
      const { where, kept } = draw.pick(aside);
      const how = draw.chance(0.6) && kept.reason !== 'not-its-partition' ? 'released' : 'rejected';
      if (how === 'rejected' && kept.state === 'rejected') return;
      decide(hub, where, kept, how);
      this.decided.add(`${where} ${dotKey(kept)}`);
    }
  }

  #revoke(number: number, how: 'ended' | 'compromised'): void {
    const { hub } = this;
    if (this.revoked.has(number)) return;
    hub.durable();
    say(hub, TOLD, SITE, { state: how }, String(number));
    const site = this.sites.find((one) => one.number === number);
    this.revoked.set(number, { how, hub: keysOn(hub.disk), site: site ? keysOn(site.disk) : new Set() });
  }

  #claim(site: Holder, draw: Draw): void {
    const partition = `d/${site.place.district ?? ''}`;
    const thing = thingFrom(draw);
    const units = 1 + draw.below(2);
    const share = ownShare(site, partition, thing, units);
    this.#saveNamed(site, partition, CLAIM, { thing, units, share });
  }

  #returnShare(site: Holder, draw: Draw): void {
    const partition = `d/${site.place.district ?? ''}`;
    const loans = THINGS.flatMap((thing) => ownLoans(site, partition, thing));
    if (loans.length === 0) return;
    const { id, left } = draw.pick(loans);
    this.#saveNamed(site, partition, RETURN, { loan: id, units: 1 + draw.below(left) });
  }

  #wrong(site: Holder, draw: Draw): void {
    const partition = 'public';
    const number = draw.pick([COMPUTER, VISIT]);
    const table = tables(site.disk.schema).get(number) as SimTable; // reason: the first schema has both
    const rows = [...site.store(partition).rows.values()].filter((row) => row.table === number);
    const old = table.class === 'owned' && rows.length > 0 && draw.chance(0.5) ? draw.pick(rows) : undefined;
    const fields = fieldsFor(site, table, draw, old === undefined);
    this.save(site, { partition, table, id: old?.id ?? site.newId(), kind: old ? 'set' : 'create', fields });
  }

  #saveNamed(site: Holder, partition: string, number: number, named: Record<string, Value>): void {
    const table = tables(NEWEST_SCHEMA).get(number) as SimTable; // reason: the first schema has it
    const fields = Object.entries(table.columns).map(([name, { n }]): [number, Value] => [n, named[name] ?? null]);
    this.save(site, { partition, table, id: site.newId(), kind: 'create', fields });
  }

  #begin(site: Holder, faults: Faults, steps: number): void {
    if (!site.up || this.#goesOn(site)) return;
    const session = new Session(site, this.hub, faults);
    this.sessions.set(site, session);
    this.stats.sessions += 1;
    this.#steps(session, steps);
  }

  #goesOn(site: Holder): boolean {
    const session = this.sessions.get(site);
    session?.step();
    return session !== undefined && !session.ended;
  }

  #steps(session: Session | undefined, steps: number): void {
    if (!session) return;
    for (let i = 0; i < steps && session.step(); i++);
    if (!session.ended) return;
    if (session.request) this.#recorded.push(session.request);
    if (!session.ended.ok) this.stats.cut += 1;
    if (!session.site.up) this.stats.kills += 1;
    this.sessions.delete(session.site);
  }

  #giveUp(site: Holder): void {
    const session = this.sessions.get(site);
    const left = session?.drop();
    if (left) this.#left.push(left);
    this.sessions.delete(site);
  }

  #leftBehind(steps: number): void {
    const [side] = this.#left;
    for (let i = 0; side && i < steps; i++)
      if (!side.step()) {
        this.#left.shift();
        return;
      }
  }

  #replay(which: number): void {
    const request = this.#recorded[which % Math.max(1, this.#recorded.length)];
    if (!request || !this.hub.up) return;
    const side = new HubSide(this.hub, request, { chunk: 4_096 });
    for (let i = 0; i < MOST_STEPS && side.step(); i++);
  }

  #powerOff(holder: Holder, after: number): void {
    if (after > 0) holder.fuse = after;
    else this.#dies(holder);
  }

  powerOn(holder: Holder): void {
    if (!holder.up) holder.start();
  }

  #image(holder: Holder): void {
    this.#images.push({ at: holder.number, disk: imageOf(holder.disk) });
  }

  /** The disk is replaced by an older image of the same holder, and the program knows it. */
  #restore(holder: Holder, { which, unseen }: { which: number; unseen: boolean }): void {
    const images = this.#images.filter(({ at }) => at === holder.number);
    const image = images[which % Math.max(1, images.length)];
    if (!image) return;
    if (holder.hub) this.hubRestored = true;
    this.stats.restores += 1;
    this.replaced.add(holder);
    const lost = keysOn(holder.disk);
    holder.disk = imageOf(image.disk);
    holder.full = false;
    holder.start();
    const there = new Set(this.holders.flatMap(({ disk }) => [...keysOn(disk)]));
    for (const key of lost) {
      const promised = this.promised.get(key);
      if (promised && !there.has(key)) promised.mayBeLost = true;
    }
    // the hub's marker lies outside its database
    if (!unseen || holder.hub) holder.beginAgain();
  }

  #clone(site: Holder): void {
    if (this.clones.length > 0) return;
    const clone = new Holder(site.number, site.place, this.around, site.disk.schema);
    clone.disk = imageOf(site.disk);
    clone.start();
    this.clones.push(clone);
  }

  #pack(site: Holder, up: boolean, budget: number): void {
    const from = up ? site : this.hub;
    const to = up ? this.hub : site;
    this.#guard(from, () => {
      const { state } = membershipOf(this.hub.disk, site.number);
      const input = { role: from.place.role, to: to.number, partitions: partitionsOf(site), budget, state };
      const packed = runSteps(packSteps(input), packDoing(from, to.number));
      from.durable();
      from.disk.bundles += 1;
      const head = { to: to.number, from: from.number, number: from.disk.bundles };
      const body = encodeBundleBody({ ...head, schema: from.disk.schema, parts: packed.parts });
      this.#files.push({ ...head, body });
      this.stats.bundles += 1;
    });
  }

  #unpack(which: number): void {
    const file = this.#files[which % Math.max(1, this.#files.length)];
    const to = this.holders.find(({ number }) => number === file?.to);
    if (!file || !to) return;
    this.#guard(to, () => {
      const body = decodeBundleBody(file.body);
      const newest = file.number >= (to.disk.bundlesTaken.get(file.from) ?? 0);
      for (const part of body.parts) runSteps(takePart(part, newest, to.number), takeDoing(to, file.from));
      to.durable();
      to.disk.bundlesTaken.set(file.from, Math.max(file.number, to.disk.bundlesTaken.get(file.from) ?? 0));
    });
  }

  #setClock(holder: Holder, off: number, disciplined: boolean): void {
    holder.clockOff = off;
    holder.disciplined = disciplined;
  }

  /** Faults stop: all have power and room, and the clocks go on as they are. */
  heal(): void {
    for (const holder of this.holders) {
      holder.fuse = undefined;
      holder.full = false;
      this.powerOn(holder);
    }
    for (const session of this.sessions.values()) session.drop();
    this.sessions.clear();
    this.#left.length = 0;
  }

  /** A whole session without faults. */
  meet(site: Holder): Session {
    const session = new Session(site, this.hub, { chunk: 65_536 });
    for (let i = 0; i < MOST_STEPS && session.step(); i++);
    return session;
  }
}

/** Every operation on a disk, as promised keys. */
export function keysOn(disk: Disk): Set<string> {
  const keys = new Set<string>();
  for (const [partition, { taken }] of disk.stores) for (const key of taken.keys()) keys.add(`${partition} ${key}`);
  return keys;
}

const WORDS = ['agua', 'luz', 'río', 'cacao', 'café', 'ñame', 'radio', 'acta', 'salud', 'taller'];

function fieldsFor(holder: Holder, table: SimTable, draw: Draw, whole: boolean): [number, Value][] {
  const columns = Object.values(table.columns).sort((a, b) => a.n - b.n);
  const chosen = whole ? columns : columns.filter(() => draw.chance(0.5));
  return (chosen.length > 0 ? chosen : columns.slice(0, 1)).map((column): [number, Value] => {
    if (column.type === 'id') return [column.n, personFor(holder, draw)];
    if (column.type === 'integer') return [column.n, draw.below(2_000)];
    return [column.n, draw.chance(0.1) ? null : `${draw.pick(WORDS)} ${draw.below(50)}`];
  });
}

/** A telecentre that wrote what is not its own may see it overruled at once. */
function mayShow({ place }: Holder, partition: string, table: SimTable): boolean {
  return judge(place, readPartition(partition), table) === null;
}

/** One of them is wanted by most, so that it runs out. */
const thingFrom = (draw: Draw): string => (draw.chance(0.75) ? 'fund' : 'places');

function personFor(holder: Holder, draw: Draw): string {
  const store = holder.store(`d/${holder.place.district ?? ''}`);
  const people = [...store.rows.values()].filter((row) => row.table === PERSON);
  return people.length > 0 ? draw.pick(people).id : 'nobody';
}

/** A home sees what it wrote: its stamps never run backwards. */
function checkShown(holder: Holder, partition: string, table: SimTable, id: string, fields: [number, Value][]): void {
  const row = holder.store(partition).rows.get(rowKey(table.number, id));
  for (const [column, value] of fields)
    if (!sealedColumns(table).has(column) && (row?.state.values.get(column) ?? null) !== value)
      throw new Broken('own write not shown', `${holder.number} ${partition} ${table.name} ${id}`);
}

/** Something that must be true is not. */
export class Broken extends Error {
  readonly invariant: string;
  constructor(invariant: string, detail: string) {
    super(`${invariant}: ${detail}`);
    this.invariant = invariant;
  }
}

export const holdersOf = (world: World, partition: string): Holder[] =>
  world.holders.filter(
    ({ hub, place }) => hub || partitionsOfSite(place.id ?? '', place.district ?? '').includes(partition),
  );
