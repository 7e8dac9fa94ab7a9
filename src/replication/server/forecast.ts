// What a session will take, from what waits and from how the last ones went; where nothing was measured yet nothing is promised.
/** What is known of a past session. */
export interface Measured {
  bytes: number;
  seconds: number;
  roundTrips: number;
}

export interface Forecast {
  bytes: number;
  /** Undefined while no session was measured that says how fast the link is. */
  seconds: number | undefined;
}

/** A smaller session tells how long the way is, not how wide. */
const CARRIED = 8_000;
const BODY = 131_072;
/** Heads, signatures and receipts. */
const FRAME = 600;

const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** `bytes` of segments that wait, one request allowing `most` of them; the newest sessions first. */
export function forecast(bytes: number, past: readonly Measured[], most = BODY): Forecast {
  const trips = 1 + Math.floor(bytes / Math.max(1, most));
  const total = bytes + FRAME * trips;
  const way = median(past.filter((one) => one.bytes < CARRIED).map((one) => one.seconds / Math.max(1, one.roundTrips)));
  const carried = past.filter((one) => one.bytes >= CARRIED && one.seconds > 0);
  const rates = carried.map((one) => {
    const moving = one.seconds - (way ?? 0) * one.roundTrips;
    return one.bytes / Math.max(moving, one.seconds / 10, 0.001);
  });
  const rate = median(rates);
  if (total < CARRIED && way !== undefined) return { bytes: total, seconds: way * trips };
  if (rate === undefined) return { bytes: total, seconds: undefined };
  return { bytes: total, seconds: (way ?? 0) * trips + total / rate };
}
