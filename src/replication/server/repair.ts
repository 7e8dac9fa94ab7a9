// After a session that ended with different digests: the telecentre makes its rows anew from its log, so that a row damaged here agrees again.
import { makeAnew } from './anew.ts';
import type { Replica } from './replica.ts';
import { readState, writeState } from './state.ts';

const STATE = 'made_anew';
const DAY = 86_400_000;

/** At most once a day for each partition: when the hub is the one that is wrong, this does not help, and its doctor must. Never throws. */
export async function repairDiffering(replica: Replica, partitions: readonly string[]): Promise<void> {
  try {
    const stored = await readState(replica.db.read, STATE);
    const tried = new Map(Object.entries(stored ? (JSON.parse(stored) as Record<string, number>) : {}));
    const now = replica.clock.now();
    for (const partition of partitions) {
      if (Math.abs(now - (tried.get(partition) ?? -DAY)) < DAY) continue;
      tried.set(partition, now);
      await writeState(replica.db, STATE, JSON.stringify(Object.fromEntries(tried)));
      const { wrong, repaired, first, digestHolds } = await makeAnew(replica, partition, { repair: true });
      replica.log.warn({ partition, wrong, repaired, first, digestHolds }, 'rows were made anew from the log');
    }
  } catch (error) {
    replica.log.error({ err: error, partitions }, 'rows could not be made anew');
  }
}
