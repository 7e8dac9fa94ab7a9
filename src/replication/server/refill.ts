// A hub whose database went back in time: until its telecentres have given back what it lost it rules on nothing that there is only so much of, lends nothing and numbers no telecentre, since it may have done so already.
import * as v from 'valibot';
import { defineCommand, type Command } from '#platform/command';
import type { LocalTx, Reader } from '#platform/db';
import { text } from '#platform/input';
import { partition as names, partitionsOfSite } from '#platform/partitions';
import { setStates } from './alarms.ts';
import type { Replica } from './replica.ts';
import { putState, readState } from './state.ts';
import type { SiteSummary } from './sites.ts';

const MARK = 'refilling';
const BACK = 'back/';
const backKey = (site: number, partition: string) => `${BACK}${site}/${partition}`;

/** With the new epochs: from now on nothing is decided that a lost word may have decided otherwise. */
export async function beginRefill(replica: Replica): Promise<void> {
  if (replica.identity.role !== 'hub') return;
  const at = replica.clock.now();
  await replica.db.transaction(async (tx) => {
    await forgetBack(tx);
    await putState(tx, MARK, String(at));
    await setStates(tx, at, [{ code: 'refilling', now: [''] }]);
  });
}

const forgetBack = (tx: LocalTx) => tx.local.deleteFrom('replica_state').where('key', 'like', `${BACK}%`).execute();

export const isRefilling = async (read: Reader): Promise<boolean> => (await readState(read, MARK)) !== undefined;

/** Members that have not given back yet what they hold of what was lost. */
export async function awaitedSites(read: Reader): Promise<Pick<SiteSummary, 'number' | 'name'>[]> {
  if (!(await isRefilling(read))) return [];
  const sites = await read
    .selectFrom('site')
    .select(['id', 'number', 'name', 'district'])
    .where('partition', '=', names.control(names.public))
    .where('state', '=', 'enrolled')
    .orderBy('name')
    .execute();
  const rows = await read.selectFrom('replica_state').select('key').where('key', 'like', `${BACK}%`).execute();
  const back = new Set(rows.map(({ key }) => key));
  return sites.filter(({ id, number, district }) =>
    partitionsOfSite(id, district).some((partition) => !back.has(backKey(number, partition))),
  );
}

/** A telecentre follows the present feed of these partitions, which it does only once it has given back what it held, and its own work is here. */
export async function noteBack(replica: Replica, site: number, partitions: readonly string[]): Promise<void> {
  if (partitions.length === 0 || !(await isRefilling(replica.db.read))) return;
  const whole = await replica.db.transaction(async (tx) => {
    for (const partition of partitions) await putState(tx, backKey(site, partition), '1');
    const over = (await awaitedSites(tx)).length === 0;
    if (over) await endRefill(tx, replica.clock.now());
    return over;
  });
  if (whole) await replica.whole();
}

async function endRefill(tx: LocalTx, at: number): Promise<void> {
  await tx.local.deleteFrom('replica_state').where('key', '=', MARK).execute();
  await forgetBack(tx);
  await setStates(tx, at, [{ code: 'refilling', now: [] }]);
}

export interface RefillCommands {
  /** Somebody answers for it that who is still awaited will never come: the hub decides again. */
  declareWhole: Command<{ note: string }, { without: string[] }>;
}

export function refillCommands(whole: () => Promise<void>): RefillCommands {
  return {
    declareWhole: defineCommand({
      name: 'hub.declare-whole',
      permission: 'sites.manage',
      input: v.object({ note: text(200) }),
      async run(ctx, { note }) {
        if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
        if (!(await isRefilling(ctx.tx))) return ctx.refuse('hub.whole-already');
        const without = (await awaitedSites(ctx.tx)).map(({ name }) => name);
        await endRefill(ctx.tx, ctx.wall);
        await ctx.audit({ event: 'hub.declared-whole', detail: { note, without: without.join(', ') } });
        ctx.afterCommit(whole);
        return { without };
      },
    }),
  };
}
