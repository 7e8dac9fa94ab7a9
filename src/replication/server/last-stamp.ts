// Where the clock's stamps go on after a start: a board that woke in 1970 must not write stamps below its own earlier ones, or its later
// writes would lose to them.
import { decodeAct, openSegment } from './core/index.ts';
import type { Replica } from './replica.ts';
import { segmentsOfChain } from './store.ts';

/** Takes the clock past every stamp of the own log. Reads the last act and the last segment of each chain, however long the log is. */
export async function resumeStamps(replica: Replica): Promise<void> {
  const { db, identity, clock } = replica;
  const { read } = db;
  const site = identity.number ?? 0;
  const opened = await read.selectFrom('log_open').select('partition').distinct().execute();
  for (const { partition } of opened) {
    const last = await read
      .selectFrom('log_open')
      .select('act')
      .where('partition', '=', partition)
      .orderBy('device', 'desc')
      .orderBy('first_n', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (last) clock.observe(decodeAct(last.act).header.at, 'synced');
  }
  const partitions = await read.selectFrom('log_partition').select('partition').execute();
  for (const { partition } of partitions) {
    const chains = await read
      .selectFrom('log_chain')
      .select(['epoch', 'seq'])
      .where('partition', '=', partition)
      .where('site', '=', site)
      .where('seq', '>', 0)
      .execute();
    for (const { epoch, seq } of chains)
      for (const { bytes } of await segmentsOfChain(read, partition, site, epoch, seq, 1))
        for (const { header } of openSegment(bytes).acts) clock.observe(header.at, 'synced');
  }
}
