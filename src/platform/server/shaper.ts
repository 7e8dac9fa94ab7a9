// A slow and breakable link for demonstrations and tests: a TCP relay with a rate, a delay, stalls, cuts, a black hole and a count of bytes.
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

export interface LinkSettings {
  /** Bits a second each way, shared by all connections; 0 = as fast as it goes. */
  rate: number;
  /** Milliseconds each way. */
  delay: number;
  /** Share of pieces (0-1) that wait a second more: what a lost packet costs. */
  stalls: number;
  /** Connections are refused and broken. */
  cut: boolean;
  /** Break every connection after this many more bytes, both ways together. */
  cutAfter: number | undefined;
  /** Pieces larger than this do not arrive while small ones do: a path that loses large packets. What comes after a lost piece waits for it, as in TCP. */
  blackHole: number | undefined;
}

export interface Shaper {
  port: number;
  settings: LinkSettings;
  /** What arrived at the other end. */
  bytes: { up: number; down: number };
  /** All that were ever let in. */
  connections: number;
  /** Those that are open now. */
  open(): number;
  /** Breaks what is open; nothing passes until `restore`. */
  cut(): void;
  restore(): void;
  /** Lets this many more bytes pass and then breaks every connection once. */
  cutAfterBytes(count: number): void;
  close(): Promise<void>;
}

const STALL = 1_000;
const PIECE = 1_400;
/** A sender with this many pieces on the way waits. */
const MOST_WAITING = 64;
/** How often a piece in a black hole is tried again. */
const AGAIN = 200;

type Way = 'up' | 'down';

/** One direction of one connection. */
interface Stream {
  to: Socket;
  way: Way;
  /** A piece was lost: the rest waits behind it. */
  lost: boolean;
  /** Whether anything can still arrive. */
  live: () => boolean;
  sent: () => void;
}

interface Piece {
  stream: Stream;
  /** Empty = the sender has ended. */
  bytes: Buffer;
  arrived: number;
  doneAt?: number;
}

/** One direction of the link: pieces of all its connections go on one after the other at the rate, then take the delay. */
class Lane {
  #waiting: Piece[] = [];
  #flying: { piece: Piece; at: number }[] = [];
  #held: Piece[] = [];
  #freeAt = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #settings: LinkSettings;
  readonly #random: () => number;
  readonly #deliver: (piece: Piece) => void;

  constructor(settings: LinkSettings, random: () => number, deliver: (piece: Piece) => void) {
    this.#settings = settings;
    this.#random = random;
    this.#deliver = deliver;
  }

  push(stream: Stream, bytes: Buffer): void {
    this.#waiting.push({ stream, bytes, arrived: performance.now() });
    this.#pump();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
    this.#flying = [];
    this.#held = [];
    this.#freeAt = 0;
  }

  #isLost(piece: Piece): boolean {
    const { blackHole } = this.#settings;
    return piece.stream.lost || (blackHole !== undefined && piece.bytes.length > blackHole);
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const { rate, stalls, delay } = this.#settings;
    if (this.#held.length > 0 && this.#settings.blackHole === undefined) {
      // sent again now that they fit
      for (const piece of this.#held) piece.stream.lost = false;
      this.#waiting.unshift(...this.#held.map((piece) => ({ ...piece, doneAt: undefined })));
      this.#held = [];
    }
    for (let piece = this.#waiting[0]; piece; piece = this.#waiting[0]) {
      if (!piece.stream.live()) {
        this.#waiting.shift();
        continue;
      }
      if (piece.doneAt === undefined) {
        const took = rate > 0 ? (piece.bytes.length * 8_000) / rate : 0;
        const stalled = piece.bytes.length > 0 && this.#random() < stalls ? STALL : 0;
        piece.doneAt = Math.max(this.#freeAt, piece.arrived) + took + stalled;
      }
      if (piece.doneAt > now) break;
      this.#freeAt = piece.doneAt;
      this.#waiting.shift();
      if (this.#isLost(piece)) {
        piece.stream.lost = true;
        this.#held.push(piece);
        continue;
      }
      this.#lastAt = Math.max(this.#lastAt, piece.doneAt + delay);
      this.#flying.push({ piece, at: this.#lastAt });
    }
    while ((this.#flying[0]?.at ?? Infinity) <= now) {
      const flown = this.#flying.shift();
      if (flown) this.#deliver(flown.piece); // may clear the lane
    }
    const next = Math.min(
      this.#waiting[0]?.doneAt ?? Infinity,
      this.#flying[0]?.at ?? Infinity,
      this.#held.length > 0 ? now + AGAIN : Infinity,
    );
    if (next < Infinity) this.#timer = setTimeout(() => this.#pump(), Math.max(1, next - now));
  }
}

function reset(socket: Socket): void {
  // one that is still connecting would first connect
  if (socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

/** Relays 127.0.0.1:`port` (0 = free) to the target. `random` decides stalls; given, so that a test can repeat itself. */
export async function startShaper(
  target: { host: string; port: number },
  options: { port?: number; settings?: Partial<LinkSettings>; random?: () => number } = {},
): Promise<Shaper> {
  const settings: LinkSettings = {
    rate: 0,
    delay: 0,
    stalls: 0,
    cut: false,
    cutAfter: undefined,
    blackHole: undefined,
    ...options.settings,
  };
  const bytes = { up: 0, down: 0 };
  const open = new Set<Socket>();
  const state = { connections: 0 };

  const breakAll = () => {
    for (const lane of Object.values(lanes)) lane.clear();
    for (const socket of open) reset(socket);
    open.clear();
  };

  const deliver = ({ stream, bytes: piece }: Piece) => {
    const { to, way, sent } = stream;
    if (settings.cut) return breakAll();
    if (!stream.live()) return;
    if (piece.length === 0) return void to.end();
    const left = settings.cutAfter ?? Infinity;
    const passing = piece.length > left ? piece.subarray(0, left) : piece;
    bytes[way] += passing.length;
    to.write(passing, sent);
    if (settings.cutAfter === undefined) return;
    settings.cutAfter -= passing.length;
    if (settings.cutAfter > 0) return;
    settings.cutAfter = undefined;
    breakAll();
  };
  const random = options.random ?? Math.random;
  const lanes = { up: new Lane(settings, random, deliver), down: new Lane(settings, random, deliver) };

  const relay = (from: Socket, to: Socket, way: Way) => {
    let waiting = 0;
    const sent = () => {
      waiting -= 1;
      if (waiting < MOST_WAITING / 4) from.resume();
    };
    const stream: Stream = { to, way, lost: false, live: () => open.has(to) && !to.destroyed, sent };
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length && stream.live(); at += PIECE) {
        waiting += 1;
        if (waiting > MOST_WAITING) from.pause();
        lanes[way].push(stream, chunk.subarray(at, at + PIECE));
      }
    });
    from.on('end', () => lanes[way].push(stream, Buffer.alloc(0)));
    from.on('error', () => reset(to));
    from.on('close', () => open.delete(from));
  };

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    near.on('error', () => undefined);
    if (settings.cut) {
      near.resetAndDestroy();
      return;
    }
    state.connections += 1;
    const far = createConnection({ ...target, allowHalfOpen: true, noDelay: true });
    open.add(near).add(far);
    relay(near, far, 'up');
    relay(far, near, 'down');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    settings,
    bytes,
    get connections() {
      return state.connections;
    },
    open: () => Math.ceil(open.size / 2),
    cut() {
      settings.cut = true;
      breakAll();
    },
    restore: () => void (settings.cut = false),
    cutAfterBytes: (count) => void (settings.cutAfter = count),
    async close() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
