// A slow and breakable link for demonstrations and tests: a TCP relay with a rate, a delay, stalls, cuts and a count of bytes.
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net';

export interface LinkSettings {
  /** Bits a second each way; 0 = as fast as it goes. */
  rate: number;
  /** Milliseconds each way. */
  delay: number;
  /** Share of pieces (0-1) that wait a second more: what a lost packet costs. */
  stalls: number;
  /** Connections are refused and broken. */
  cut: boolean;
  /** Break every connection after this many more bytes, both ways together. */
  cutAfter: number | undefined;
  /** Pieces larger than this vanish while small ones pass: a path that loses large packets. */
  blackHole: number | undefined;
}

export interface Shaper {
  port: number;
  settings: LinkSettings;
  bytes: { up: number; down: number };
  connections: number;
  /** Breaks what is open; nothing passes until `restore`. */
  cut(): void;
  restore(): void;
  /** Lets this many more bytes pass and then breaks every connection once. */
  cutAfterBytes(count: number): void;
  close(): Promise<void>;
}

const STALL = 1_000;
const PIECE = 1_400;

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
  const random = options.random ?? Math.random;
  const bytes = { up: 0, down: 0 };
  const open = new Set<Socket>();
  const state = { connections: 0 };

  const breakAll = () => {
    for (const socket of open) socket.resetAndDestroy();
    open.clear();
  };

  /** One direction: pieces go on at the given rate, each after its delay, in order. */
  const relay = (from: Socket, to: Socket, way: 'up' | 'down') => {
    let freeAt = 0;
    let waiting = 0;
    from.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += PIECE) {
        const piece = chunk.subarray(at, at + PIECE);
        if (settings.blackHole !== undefined && piece.length > settings.blackHole) continue;
        const now = performance.now();
        const took = settings.rate > 0 ? (piece.length * 8_000) / settings.rate : 0;
        freeAt = Math.max(freeAt, now) + took + (random() < settings.stalls ? STALL : 0);
        waiting += 1;
        if (waiting > 64) from.pause();
        setTimeout(
          () => {
            waiting -= 1;
            if (waiting < 16) from.resume();
            if (to.destroyed) return;
            bytes[way] += piece.length;
            to.write(piece);
            if (settings.cutAfter === undefined) return;
            settings.cutAfter -= piece.length;
            if (settings.cutAfter <= 0) {
              settings.cutAfter = undefined;
              breakAll();
            }
          },
          freeAt - now + settings.delay,
        );
      }
    });
    from.on('end', () => setTimeout(() => to.end(), Math.max(0, freeAt - performance.now()) + settings.delay + 5));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      if (from.errored) to.destroy();
    });
  };

  const server = createServer({ allowHalfOpen: true }, (near) => {
    if (settings.cut) {
      near.resetAndDestroy();
      return;
    }
    state.connections += 1;
    const far = createConnection({ ...target, allowHalfOpen: true });
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
