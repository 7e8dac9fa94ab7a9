// How much one request may carry: a path that lets small requests pass and loses large ones gets smaller ones, and larger ones again once they pass.
export const MOST_UP_BYTES = 131_072;
/** Less than most segments: a request carries at least one, however small its limit. */
export const LEAST_UP_BYTES = 1_024;

export interface Try {
  /** An earlier request of the same session was answered: the link is there. */
  passed: boolean;
  /** Bytes of segments and keys that the request carried. */
  carried: number;
  answered: boolean;
}

/** The limit after one request. Without an answer before it, a lost request says that the link is down, and nothing about sizes. */
export function nextLimit(limit: number, { passed, carried, answered }: Try): number {
  if (carried === 0) return limit;
  if (answered) return carried >= limit / 2 ? Math.min(MOST_UP_BYTES, limit * 2) : limit;
  if (!passed) return limit;
  return Math.max(LEAST_UP_BYTES, Math.floor(Math.min(limit, carried) / 2));
}
