// Where the clock's stamps go on after a start: a board that woke in 1970 must not write stamps below its own earlier ones, or its later
// writes would lose to them.
import { decodeAct, openSegment } from './core/index.ts';
import type { Replica } from './replica.ts';
import { segmentsOfChain } from './store.ts';

/** Takes the clock past every stamp of the own log. Reads the last act of each run and the last segment of each chain, however long the log is. */
export async function resumeStamps(replica: Replica): Promise<void> {
  const { db, identity, clock } = replica;
  const { read } = db;
  const site = identity.number ?? 0;
  const opened = await read.selectFrom('log_open').select('partition').distinct().execute();
  for (const { partition } of opened) {
    const runs = await read
      .selectFrom('log_open')
      .select(['device', 'run', (e) => e.fn.max('first_n').as('first_n')])
      .where('partition', '=', partition)
      .groupBy(['device', 'run'])
      .execute();
    for (const { device, run, first_n } of runs) {
      const last = await read
        .selectFrom('log_open')
        .select('act')
        .where('partition', '=', partition)
        .where('device', '=', device)
        .where('run', '=', run)
        .where('first_n', '=', Number(first_n))
        .executeTakeFirst();
      if (last) clock.observe(decodeAct(last.act).header.at, 'synced');
    }
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
