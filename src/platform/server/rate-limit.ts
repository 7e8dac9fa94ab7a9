// Slows down what is tried too often, per account, card or device; a telecentre is one address, so addresses do not count alone.

export interface RateLimit {
  /** Milliseconds to wait; 0 = go ahead, and it counted. */
  take(key: string): number;
  /** Forgets a key, after a success. */
  clear(key: string): void;
}

const MOST_KEYS = 10_000;

/** `burst` at once, then one every `every` milliseconds. Memory is bounded: the oldest keys go first. */
export function rateLimit(options: { burst: number; every: number; now?: () => number }): RateLimit {
  const now = options.now ?? Date.now;
  // per key: the moment at which the bucket is full again
  const fullAt = new Map<string, number>();
  return {
    take(key) {
      const at = now();
      const full = Math.max(fullAt.get(key) ?? at, at);
      const wait = full - at - (options.burst - 1) * options.every;
      if (wait > 0) return wait;
      fullAt.delete(key);
      fullAt.set(key, full + options.every);
      if (fullAt.size > MOST_KEYS) {
        const oldest = fullAt.keys().next().value;
        if (oldest !== undefined) fullAt.delete(oldest);
      }
      return 0;
    },
    clear: (key) => void fullAt.delete(key),
  };
}
