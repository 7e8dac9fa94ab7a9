// Everything that can happen to two telecentres of one district, their hub and a stick, up to a number of events: each order once.
import { createHash } from 'node:crypto';
import { rowKey } from '../../src/replication/server/core/index.ts';
import { checkAlways, checkConverges } from './invariants.ts';
import { Session, type HubSide } from './link.ts';
import { COMPUTER, MEMBER, PERSON, tables, VISIT, NEWEST_SCHEMA } from './tables.ts';
import { Broken, World } from './world.ts';
import type { Holder } from './holder.ts';

const DISTRICT = '120604';
const D = `d/${DISTRICT}`;
/** The card that both telecentres change. */
const CARD = 'card';

/** What can happen next; false where it cannot. */
type Event = (tiny: Tiny) => boolean;

/** The programme with what is under way in it. */
class Tiny {
  readonly world = new World(1, 2, { districts: [DISTRICT], apart: true });
  readonly under = new Map<Holder, Session>();
  left: HubSide | undefined;
  sticks = 0;
  unpacked = 0;
  restored = 0;
  readonly writes = new Map<number, number>();

  constructor() {
    const [first] = this.world.sites;
    if (first) this.world.perform({ do: 'image', at: 1 });
  }

  get sites(): Holder[] {
    return this.world.sites;
  }

  write(holder: Holder): boolean {
    const many = this.writes.get(holder.number) ?? 0;
    if (many >= (holder.hub ? 1 : 2)) return false;
    this.writes.set(holder.number, many + 1);
    const table = (number: number) =>
      tables(NEWEST_SCHEMA).get(number) as NonNullable<ReturnType<typeof holder.tableOf>>; // reason: these exist
    const known = holder.disk.stores.get(D)?.rows.has(rowKey(PERSON, CARD)) ?? false;
    if (holder.hub)
      this.world.save(holder, {
        partition: 'public/control',
        table: table(MEMBER),
        id: 'm',
        kind: 'create',
        fields: [[2, 1]],
      });
    else if (known || holder.number === 1)
      this.world.save(holder, {
        partition: D,
        table: table(PERSON),
        id: CARD,
        kind: known ? 'set' : 'create',
        fields: [
          [1, `name ${holder.number} ${many}`],
          [3, `place ${holder.number} ${many}`],
        ],
      });
    else
      this.world.save(holder, {
        partition: D,
        table: table(VISIT),
        id: `v${many}`,
        kind: 'create',
        fields: [[2, many]],
      });
    if (holder.number === 1 && many === 1)
      this.world.save(holder, {
        partition: `t/${holder.place.id ?? ''}`,
        table: table(COMPUTER),
        id: 'c',
        kind: 'create',
        fields: [[2, 7]],
      });
    return true;
  }

  /** The site asks; `cut` is the share of the bytes that come through. */
  ask(site: Holder, cut: { cutUp?: number; cutDown?: number }): boolean {
    if (this.under.has(site)) return false;
    const session = new Session(site, this.world.hub, { chunk: 65_536, ...cut });
    this.under.set(site, session);
    this.#until(site, session, () => session.hubSide !== undefined);
    return true;
  }

  /** The hub does what is asked, to its end. */
  serve(site: Holder): boolean {
    const session = this.under.get(site);
    if (!session?.hubSide) return false;
    this.#until(site, session, () => session.hubSide === undefined);
    return true;
  }

  /** The site takes in the answer, and asks again when something is left. */
  take(site: Holder): boolean {
    const session = this.under.get(site);
    if (!session || session.hubSide) return false;
    this.#until(site, session, () => session.hubSide !== undefined);
    return true;
  }

  /** The site hears nothing any more, or loses power; the hub may still be at it. */
  lose(site: Holder, power: boolean): boolean {
    const session = this.under.get(site);
    if (!session) return false;
    this.under.delete(site);
    if (power) {
      this.left ??= session.hubSide;
      site.start();
    } else this.left ??= session.drop();
    return true;
  }

  serveLeft(): boolean {
    const { left } = this;
    if (!left) return false;
    this.left = undefined;
    while (left.step());
    return true;
  }

  pack(up: boolean): boolean {
    if (this.sticks >= 2) return false;
    this.sticks += 1;
    this.world.perform({ do: 'pack', site: 0, up, budget: 1_000_000 });
    return true;
  }

  unpack(which: number): boolean {
    if (which >= this.sticks || this.unpacked >= 3) return false;
    this.unpacked += 1;
    this.world.perform({ do: 'unpack', which });
    return true;
  }

  /** The first telecentre's disk is as it was in the beginning. */
  restore(unseen: boolean): boolean {
    if (this.restored > 0 || this.under.size > 0) return false;
    this.restored += 1;
    this.world.perform({ do: 'restore', at: 1, which: 0, unseen });
    return true;
  }

  #until(site: Holder, session: Session, reached: () => boolean): void {
    while (!reached() && session.step());
    if (session.ended) this.under.delete(site);
  }

  /** The same for worlds in which the same can happen from here on. */
  hash(): string {
    const { hub } = this.world;
    const disks = this.world.holders.map(({ disk, run }) => ({
      ...disk,
      run,
      token: disk.token && Buffer.from(disk.token).equals(hub.disk.tokens.get(0) ?? new Uint8Array()),
      tokens: 0,
    }));
    const tokens = this.sites.map(({ number, disk }) => {
      const there = hub.disk.tokens.get(number);
      return disk.token !== undefined && there !== undefined && Buffer.from(disk.token).equals(there);
    });
    const under = this.sites.map((site) => {
      const session = this.under.get(site);
      return session && [session.requests, session.hubSide !== undefined, session.request];
    });
    const rest = [this.sticks, this.unpacked, this.restored, [...this.writes], tokens, under, this.left !== undefined];
    return createHash('sha256')
      .update(JSON.stringify([disks, rest], plain))
      .digest('base64');
  }
}

/** Maps and bytes as JSON writes them. */
function plain(_: string, value: unknown): unknown {
  if (value instanceof Map)
    return [...(value as Map<unknown, unknown>)].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}

const both = (make: (of: 0 | 1) => [string, Event][]): [string, Event][] => [...make(0), ...make(1)];
const siteOf = (tiny: Tiny, at: number) => tiny.sites[at] as Holder; // reason: there are two

const EVENTS: [name: string, event: Event][] = [
  ...both((at) => [
    [`${at + 1} writes`, (tiny) => tiny.write(siteOf(tiny, at))],
    [`${at + 1} asks`, (tiny) => tiny.ask(siteOf(tiny, at), {})],
    [`${at + 1} asks, cut on the way up`, (tiny) => tiny.ask(siteOf(tiny, at), { cutUp: 0.7 })],
    [`${at + 1} asks, to be cut on the way down`, (tiny) => tiny.ask(siteOf(tiny, at), { cutDown: 0.7 })],
    [`the hub serves ${at + 1}`, (tiny) => tiny.serve(siteOf(tiny, at))],
    [`${at + 1} takes the answer`, (tiny) => tiny.take(siteOf(tiny, at))],
    [`${at + 1} gives up`, (tiny) => tiny.lose(siteOf(tiny, at), false)],
    [`${at + 1} loses power`, (tiny) => tiny.lose(siteOf(tiny, at), true)],
  ]),
  ['the hub writes', (tiny) => tiny.write(tiny.world.hub)],
  ['the hub serves who gave up', (tiny) => tiny.serveLeft()],
  ['1 packs a stick', (tiny) => tiny.pack(true)],
  ['the hub packs a stick for 1', (tiny) => tiny.pack(false)],
  ['the first stick is taken in', (tiny) => tiny.unpack(0)],
  ['the second stick is taken in', (tiny) => tiny.unpack(1)],
  ['1 is restored', (tiny) => tiny.restore(false)],
  ['1 is restored unseen', (tiny) => tiny.restore(true)],
];

export interface Explored {
  depth: number;
  /** Different states reached, and steps between them that were tried. */
  states: number;
  steps: number;
  /** Names of the events that lead to what must not be, and what it is. */
  failure: { path: string[]; detail: string; invariant: string } | undefined;
}

/** The world after these events; undefined when one of them cannot happen there. */
function after(path: readonly number[]): Tiny | undefined {
  const tiny = new Tiny();
  for (const at of path) if (!EVENTS[at]?.[1](tiny)) return undefined;
  return tiny;
}

/** All orders of at most `depth` events. Every state is checked, and that from it all still converges. */
export function explore(depth: number, onDepth: (explored: Explored) => void = () => undefined): Explored {
  const seen = new Set([new Tiny().hash()]);
  let frontier: number[][] = [[]];
  const explored: Explored = { depth: 0, states: 1, steps: 0, failure: undefined };
  for (let level = 1; level <= depth; level++) {
    const next: number[][] = [];
    for (const path of frontier)
      for (const at of EVENTS.keys()) {
        const longer = [...path, at];
        try {
          const tiny = after(longer);
          if (!tiny) continue;
          explored.steps += 1;
          const hash = tiny.hash();
          if (seen.has(hash)) continue;
          seen.add(hash);
          checkAlways(tiny.world);
          checkConverges(tiny.world);
          next.push(longer);
        } catch (error) {
          const invariant = error instanceof Broken ? error.invariant : 'no defect';
          const detail = error instanceof Error ? error.message : String(error);
          explored.failure = { path: longer.map((one) => EVENTS[one]?.[0] ?? ''), detail, invariant };
          return explored;
        }
      }
    frontier = next;
    Object.assign(explored, { depth: level, states: seen.size });
    onDepth(explored);
  }
  return explored;
}
