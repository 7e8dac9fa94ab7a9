// After a session that ended with different digests: what one side lacks is looked for, and the telecentre makes its rows anew from its log.
import { makeAnew } from './anew.ts';
import type { Replica } from './replica.ts';
import { readState, writeState } from './state.ts';

const MADE_ANEW = 'made_anew';
const LOOKED_THROUGH = 'looked_through';
const DAY = 86_400_000;

async function triedAt(replica: Replica, state: string): Promise<Map<string, number>> {
  const stored = await readState(replica.db.read, state);
  return new Map(Object.entries(stored ? (JSON.parse(stored) as Record<string, number>) : {}));
}

const isDue = (tried: ReadonlyMap<string, number>, partition: string, now: number): boolean =>
  Math.abs(now - (tried.get(partition) ?? -DAY)) >= DAY;

async function keepTried(replica: Replica, state: string, tried: Map<string, number>, partition: string) {
  tried.set(partition, replica.clock.now());
  await writeState(replica.db, state, JSON.stringify(Object.fromEntries(tried)));
}

/** Which partitions may be looked through in a session: each once a day, since the whole of it comes over the link. */
export async function mayLookThrough(replica: Replica): Promise<(partition: string) => boolean> {
  const tried = await triedAt(replica, LOOKED_THROUGH);
  return (partition) => isDue(tried, partition, replica.clock.now());
}

/**
 * At most once a day for each partition: when the hub is the one that is wrong, making rows anew does not help, and its doctor must.
 * `looked` were looked through in the session. Never throws.
 */
export async function repairDiffering(
  replica: Replica,
  { differ, looked = [] }: { differ: readonly string[]; looked?: readonly string[] },
): Promise<void> {
  try {
    const through = await triedAt(replica, LOOKED_THROUGH);
    for (const partition of looked) await keepTried(replica, LOOKED_THROUGH, through, partition);
    const tried = await triedAt(replica, MADE_ANEW);
    for (const partition of differ) {
      if (!isDue(tried, partition, replica.clock.now())) continue;
      await keepTried(replica, MADE_ANEW, tried, partition);
      const { wrong, repaired, first, digestHolds } = await makeAnew(replica, partition, { repair: true });
      replica.log.warn({ partition, wrong, repaired, first, digestHolds }, 'rows were made anew from the log');
    }
  } catch (error) {
    replica.log.error({ err: error, partitions: differ }, 'rows could not be made anew');
  }
}
