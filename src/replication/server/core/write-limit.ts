// How much one request may carry: a path that lets small requests pass and loses large ones gets smaller ones, and larger ones again once they pass.
export const MOST_UP_BYTES = 131_072;
/** Less than most segments: a request carries at least one, however small its limit. */
export const LEAST_UP_BYTES = 1_024;
/** Bytes of segments in one answer of the hub; the telecentre asks again for the rest. */
export const MOST_DOWN_BYTES = 262_144;
/** Where an answer is lost nobody knows how large it was: the next one may be half of this. */
const LARGE_ANSWER = 65_536;

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

/** The limit of answers after one that was lost behind a small one that came. */
export const lessDown = (most: number): number =>
  Math.max(LEAST_UP_BYTES, Math.floor(Math.min(most, LARGE_ANSWER) / 2));

/** The limit of answers after a session in which one came with so many bytes. */
export const moreDown = (most: number, came: number): number =>
  came >= most / 2 ? Math.min(MOST_DOWN_BYTES, most * 2) : most;
