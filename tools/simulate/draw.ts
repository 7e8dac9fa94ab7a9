// One seeded generator: the same seed gives the same schedule, the same faults and the same outcome.

/** Mulberry32: 32 bits of state, enough to draw schedules. */
export class Draw {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A fraction in [0, 1). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from 0 to `most` - 1. */
  below(most: number): number {
    return Math.floor(this.fraction() * most);
  }

  chance(share: number): boolean {
    return this.fraction() < share;
  }

  pick<T>(of: readonly T[]): T {
    return of[this.below(of.length)] as T; // reason: never asked of an empty list
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }
}
