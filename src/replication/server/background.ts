// The exchange by itself: a telecentre calls the hub soon after something was written and every few minutes, slower while the link is down.
import { writeMarker } from './marker.ts';
import type { Replica } from './replica.ts';
import { syncOnce } from './session-client.ts';

const SOON = 5_000;
const REGULAR = 10 * 60_000;
const LONGEST = 30 * 60_000;
const MARK_EVERY = 60_000;

/** Returns the stop, which waits for a session under way. */
export function startReplicationJobs(replica: Replica): () => Promise<void> {
  if (replica.identity.role === 'hub') {
    const marking = setInterval(() => void writeMarker(replica), MARK_EVERY);
    marking.unref();
    return () => Promise.resolve(clearInterval(marking));
  }
  let timer: NodeJS.Timeout | undefined;
  let session: Promise<unknown> = Promise.resolve();
  let failures = 0;
  let stopped = false;
  const plan = (delay: number) => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(run, delay);
    timer.unref();
  };
  const run = () => {
    if (replica.identity.number === undefined) {
      plan(REGULAR);
      return;
    }
    session = syncOnce(replica).then((report) => {
      failures = report.ok ? 0 : failures + 1;
      plan(report.ok ? REGULAR : Math.min(LONGEST, SOON * 2 ** failures));
    });
  };
  replica.onWrite(() => failures === 0 && plan(SOON));
  plan(SOON);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await session;
  };
}
