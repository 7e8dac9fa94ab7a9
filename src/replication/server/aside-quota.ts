// How much of one site's work may wait aside at the hub: who sends without end what nobody lets count must not fill its disk.
import { sql } from 'kysely';
import type { LocalTx } from '#platform/db';
import type { Migration } from '#platform/manifest';
import type { Shelf } from './core/index.ts';

/** Bytes of operations held or waiting in quarantine, for each site: years of a telecentre's work. */
export const MOST_ASIDE = 16_000_000;

/** Appended to the module's migrations; never changed afterwards. */
export const indexAside: Migration = {
  id: '20261201-index-aside',
  async up({ db }) {
    for (const table of ['log_held', 'log_quarantine'])
      await db.schema
        .createIndex(`${table}_site`)
        .on(table)
        .columns(['site'] as never)
        .execute();
  },
};

/** Whether what these acts set aside is more than there is room for. What was rejected was seen by a person and is not counted. */
export async function isOverQuota(tx: LocalTx, site: number, shelf: Shelf, most: number): Promise<boolean> {
  const fresh = [...shelf.held, ...shelf.quarantined].reduce((sum, { act }) => sum + act.operations.length, 0);
  if (fresh === 0) return false;
  const bytesOf = async (table: 'log_held' | 'log_quarantine') => {
    let query = tx
      .selectFrom(table)
      .select(sql<number>`coalesce(sum(length(act)), 0)`.as('bytes'))
      .where('site', '=', site);
    if (table === 'log_quarantine') query = query.where('state' as never, '=', 'waiting' as never);
    return Number((await query.executeTakeFirstOrThrow()).bytes);
  };
  return (await bytesOf('log_held')) + (await bytesOf('log_quarantine')) > most;
}
