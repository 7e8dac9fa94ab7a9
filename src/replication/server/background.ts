// The exchange by itself: a telecentre calls the hub soon after something was written and every few minutes, slower while the link is down.
import { goOnErasing } from './erasing.ts';
import { writeMarker } from './marker.ts';
import type { Replica } from './replica.ts';
import { syncOnce, type SyncOptions } from './session-client.ts';
import { dayUse } from './session-record.ts';
import { lookAround } from './watch.ts';

const SOON = 5_000;
const REGULAR = 10 * 60_000;
const LONGEST = 30 * 60_000;
const MARK_EVERY = 60_000;

/** Returns the stop, which waits for a session under way. */
export function startReplicationJobs(replica: Replica): () => Promise<void> {
  if (replica.identity.role === 'hub') {
    const look = async () => {
      await writeMarker(replica);
      await lookAround(replica);
      await goOnErasing(replica);
    };
    let looking: Promise<unknown> = Promise.resolve();
    const marking = setInterval(() => void (looking = looking.then(look)), MARK_EVERY);
    marking.unref();
    return async () => {
      clearInterval(marking);
      await looking;
    };
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
    session = oneSession(replica).then((went) => {
      failures = went ? 0 : failures + 1;
      plan(went ? REGULAR : Math.min(LONGEST, SOON * 2 ** failures));
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

/** False when the link or the hub was in the way. What may be used in a day holds back what begins by itself, never what a person begins. */
export async function oneSession(replica: Replica, options: SyncOptions = {}): Promise<boolean> {
  const { used, most = Infinity } = await dayUse(replica);
  if (used >= most) {
    await lookAround(replica);
    return true;
  }
  const report = await syncOnce(replica, { ...options, most: most - used });
  return report.ok || report.problem === 'budget';
}
