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
  if (shelf.held.length + shelf.quarantined.length === 0) return false;
  const bytes = sql<number>`coalesce(sum(length(act)), 0)`.as('bytes');
  const held = await tx.selectFrom('log_held').select(bytes).where('site', '=', site).executeTakeFirstOrThrow();
  const waiting = await tx
    .selectFrom('log_quarantine')
    .select(bytes)
    .where('site', '=', site)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(held.bytes) + Number(waiting.bytes) > most;
}
