// One session between two simulated programs, a step at a time, over a link that cuts and flips bytes.
import {
  hubSession,
  Malformed,
  SessionProblem,
  siteSession,
  type HubDoing,
  type SessionTally,
  type Step,
  type Steps,
} from '../../src/replication/server/core/index.ts';
import { hubDoing, siteDoing } from './doings.ts';
import { DiskFull, PowerCut, type Holder } from './holder.ts';

export class LinkCut extends Error {}

/** Byte positions at which a link fails, below 1 a share of what is sent; undefined: it does not. */
export interface Faults {
  cutUp?: number;
  cutDown?: number;
  flipUp?: number;
  flipDown?: number;
  /** Bytes that arrive at once. */
  chunk: number;
}

/** Bytes as they arrive at the other end; throws `LinkCut` where the link is cut. */
function arriving(bytes: Uint8Array, cut: number | undefined, flip: number | undefined, chunk: number) {
  const end = cut === undefined ? bytes.length : Math.min(bytes.length, cut < 1 ? Math.floor(cut * bytes.length) : cut);
  let at = 0;
  return (): Uint8Array | null => {
    if (at < end) {
      const piece = Uint8Array.from(bytes.subarray(at, Math.min(end, at + chunk)));
      const bent = flip === undefined ? -1 : (flip % bytes.length) - at;
      if (bent >= 0 && bent < piece.length) piece[bent] = (piece[bent] ?? 0) ^ (1 << ((flip ?? 0) % 8));
      at += piece.length;
      return piece;
    }
    if (end < bytes.length) throw new LinkCut();
    return null;
  };
}

type AnyDoing = Record<string, (...given: never[]) => unknown>;

/** Carries out one step. Errors of the doing go into the conversation, save a power cut, which ends it without a word. */
function stepOn<R>(steps: Steps<R>, step: Step, doing: AnyDoing): IteratorResult<Step, R> {
  let came: unknown;
  try {
    came = doing[step.do]?.(...(step.given as never[])); // reason: `asker` has checked names and arguments
  } catch (error) {
    if (error instanceof PowerCut) throw error;
    return steps.throw(error);
  }
  return steps.next(came);
}

/** Carries out a whole conversation at once. Errors: PowerCut, and what it throws. */
export function runSteps<R>(steps: Steps<R>, doing: object): R {
  let step = steps.next();
  while (!step.done) step = stepOn(steps, step.value, doing as AnyDoing); // reason: whoever calls passes what the steps ask for
  return step.value;
}

/** The hub's side of one request. It may outlive the site that asked. */
export class HubSide {
  readonly hub: Holder;
  readonly #life: number;
  readonly #doing: AnyDoing;
  readonly #steps: ReturnType<typeof hubSession>;
  #next: IteratorResult<Step, { body: Uint8Array[] }>;
  /** Undefined while it goes on. */
  ended: { status: number; body: Uint8Array } | undefined;

  constructor(hub: Holder, request: Uint8Array, faults: Faults) {
    this.hub = hub;
    this.#life = hub.starts;
    const doing: HubDoing = hubDoing(hub, arriving(request, faults.cutUp, faults.flipUp, faults.chunk));
    this.#doing = doing as unknown as AnyDoing; // reason: names and arguments were checked by `asker`
    this.#steps = hubSession({ key: hub.key, schema: hub.disk.schema, versions: hub.versions });
    this.#next = this.#steps.next();
  }

  /** True while there is more to do. */
  step(): boolean {
    if (this.ended) return false;
    if (!this.hub.up || this.hub.starts !== this.#life) this.ended = { status: 0, body: new Uint8Array() };
    else if (this.#next.done) this.ended = { status: 200, body: Buffer.concat(this.#next.value.body) };
    else this.#go(this.#next.value);
    return this.ended === undefined;
  }

  #go(step: Step): void {
    try {
      this.#next = stepOn(this.#steps, step, this.#doing);
    } catch (error) {
      if (error instanceof PowerCut) this.hub.up = false;
      else if (!(error instanceof LinkCut || error instanceof DiskFull)) throw error; // whatever was sent, the hub has an answer
      this.ended = { status: error instanceof PowerCut || error instanceof LinkCut ? 0 : 500, body: new Uint8Array() };
    }
  }
}

const isExpected = (error: unknown): boolean =>
  error instanceof SessionProblem ||
  error instanceof Malformed ||
  error instanceof LinkCut ||
  error instanceof DiskFull;

/** What a session came to, for whoever wants to know. */
export interface SessionEnd {
  ok: boolean;
  error?: unknown;
}

export class Session {
  readonly site: Holder;
  readonly tally: SessionTally = { operations: { up: 0, down: 0 }, segments: { up: 0, down: 0 }, differ: [] };
  requests = 0;
  bytes = 0;
  ended: SessionEnd | undefined;
  /** The hub is at work on a request of ours. */
  hubSide: HubSide | undefined;
  /** The last request, as it went out. */
  request: Uint8Array | undefined;
  readonly #hub: Holder;
  readonly #life: number;
  readonly #faults: Faults;
  readonly #steps: Steps<void>;
  readonly #doing: AnyDoing;
  #next: IteratorResult<Step, void>;
  #answer: (() => Uint8Array | null) | undefined;

  constructor(site: Holder, hub: Holder, faults: Faults) {
    this.site = site;
    this.#hub = hub;
    this.#life = site.starts;
    this.#faults = faults;
    this.#doing = {
      ...siteDoing(site),
      next: () => {
        const piece = this.#answer?.() ?? null;
        this.bytes += piece?.length ?? 0;
        return piece;
      },
    } as unknown as AnyDoing; // reason: as above
    const hubKeys = site.around.keys.get(0) ?? [];
    const { number, disk, key, versions, protocol } = site;
    const input = { site: number, schema: disk.schema, key, hubKeys, careful: disk.careful, versions, protocol };
    this.#steps = siteSession(input, this.tally);
    this.#next = this.#steps.next();
  }

  /** One step of whichever side it is at. True while there is more to do. */
  step(): boolean {
    if (this.ended) return false;
    if (!this.site.up || this.site.starts !== this.#life) this.ended = { ok: false, error: new PowerCut() };
    else if (this.hubSide) this.#hubStep(this.hubSide);
    else if (this.#next.done) this.#end({ ok: true });
    else this.#siteStep(this.#next.value);
    return this.ended === undefined;
  }

  /** The site gives up waiting. What the hub is at goes on there. */
  drop(): HubSide | undefined {
    const left = this.hubSide;
    if (!this.ended) this.#end({ ok: false, error: new LinkCut() });
    return left;
  }

  #siteStep(step: Step): void {
    if (step.do === 'send') return this.#send(step.given[0] as Uint8Array[]); // reason: what `send` is handed
    this.#try(() => stepOn(this.#steps, step, this.#doing));
  }

  #send(parts: Uint8Array[]): void {
    this.request = Buffer.concat(parts);
    this.requests += 1;
    this.bytes += this.request.length;
    if (!this.#hub.up) this.#try(() => this.#steps.throw(new LinkCut()));
    else this.hubSide = new HubSide(this.#hub, this.request, this.#faults);
  }

  #hubStep(hubSide: HubSide): void {
    if (hubSide.step() || !hubSide.ended) return;
    this.hubSide = undefined;
    const { status, body } = hubSide.ended;
    this.#answer = arriving(body, this.#faults.cutDown, this.#faults.flipDown, this.#faults.chunk);
    this.#try(() => (status === 0 ? this.#steps.throw(new LinkCut()) : this.#steps.next(status)));
  }

  #try(go: () => IteratorResult<Step, void>): void {
    try {
      this.#next = go();
    } catch (error) {
      if (error instanceof PowerCut) {
        this.site.up = false;
        this.ended = { ok: false, error };
      } else if (isExpected(error)) this.#end({ ok: false, error });
      else throw error;
    }
  }

  /** Its report is kept, or is not: then the next session knows nothing of this one. */
  #end(end: SessionEnd): void {
    this.ended = end;
    this.site.protocol = this.tally.protocol;
    try {
      this.site.durable();
      this.site.disk.careful = !end.ok;
    } catch (error) {
      if (error instanceof PowerCut) this.site.up = false;
    }
  }
}
