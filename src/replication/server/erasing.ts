// Erasure of a person: the hub orders it in the control log, each holder destroys the key, empties what stands opened, and says that it is done.
import * as v from 'valibot';
import { defineCommand, runCommand, type Command } from '#platform/command';
import type { LocalTx, Reader } from '#platform/db';
import { recordId } from '#platform/input';
import { replicated, type EngineColumns, type Migration } from '#platform/manifest';
import { partition as names, readPartition } from '#platform/partitions';
import { system } from '#platform/permissions';
import { noteConflicts } from './conflict-index.ts';
import type { Replica } from './replica.ts';
import { mayHold } from './rights.ts';
import { emptySealed, readRow, rowsOfSubject } from './rows.ts';
import { listSites } from './sites.ts';

/** The hub's order, beside the partition in which the person's fields were sealed. */
export const erasureTable = replicated({
  number: 109,
  name: 'erasure',
  class: 'fact',
  control: true,
  partitions: ['public', 'district', 'site', 'site-private', 'organisation', 'hub'],
  columns: { subject: { n: 1, type: 'id' } },
});

/** A holder's word that it has no key any more and shows nothing of it; in its own partition. */
export const erasureDoneTable = replicated({
  number: 110,
  name: 'erasure_done',
  class: 'fact',
  partitions: ['site', 'hub'],
  columns: { erasure: { n: 1, type: 'id' } },
});

declare module '#platform/db' {
  interface Tables {
    erasure: EngineColumns & { partition: string; id: string; subject: string | null };
    erasure_done: EngineColumns & { partition: string; id: string; erasure: string | null };
  }
}

/** Appended to the module's migrations; never changed afterwards. */
export const createErasures: Migration = {
  id: '20261130-create-erasures',
  async up({ db, createReplicated }) {
    await createReplicated(erasureTable);
    await createReplicated(erasureDoneTable);
    await db.schema
      .createIndex('erasure_done_erasure')
      .on('erasure_done')
      .columns(['erasure'] as never)
      .execute();
  },
};

/** Where this installation says what it has done; undefined before enrolment. */
function ownPlace({ identity }: Replica): string | undefined {
  if (identity.role === 'hub') return names.hub;
  return identity.siteId === undefined ? undefined : names.site(identity.siteId);
}

const subjectOfOrder = (partition: string) => partition.slice(0, -'/control'.length);

export interface ErasureCommands {
  /** At the hub: nothing personal of the subject is readable in that partition any more, wherever the order arrives. Cannot be taken back. */
  order: Command<{ partition: string; subject: string }, { id: string }>;
  confirm: Command<{ erasure: string }, null>;
}

export function erasureCommands(replica: Replica): ErasureCommands {
  return {
    order: defineCommand({
      name: 'erasures.order',
      permission: 'erasures.order',
      input: v.object({
        partition: v.pipe(
          v.string('field.invalid'),
          v.check((name) => readPartition(name)?.control === false, 'field.invalid'),
        ),
        subject: recordId(),
      }),
      scope: () => ({ programme: true as const }),
      async run(ctx, { partition, subject }) {
        if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
        const control = names.control(partition);
        const known = await ctx.tx
          .selectFrom('erasure')
          .select('id')
          .where('partition', '=', control)
          .where('subject', '=', subject)
          .executeTakeFirst();
        if (known) return known;
        if ((await replica.keys.state(partition, subject)) === 'absent') return ctx.refuse('erasures.nobody');
        const id = await ctx.tx.append('erasure', { partition: control, subject });
        await ctx.audit({ event: 'erasure.ordered', subject, detail: { partition } });
        ctx.afterCommit(() => performErasures(replica));
        return { id };
      },
    }),
    confirm: defineCommand({
      name: 'erasures.confirm',
      permission: 'replication.operate',
      input: v.object({ erasure: recordId() }),
      async run(ctx, { erasure }) {
        const partition = ownPlace(replica);
        if (!partition) return ctx.refuse('replication.not-enrolled');
        await ctx.tx.append('erasure_done', { partition, erasure });
        return null;
      },
    }),
  };
}

const AT_ONCE = 200;

/**
 * What was ordered and is not confirmed here: the key first, since without it nothing that comes later can be opened, then the fields, then
 * the word that it is done. After every arrival of an order and at every opening; each step may be repeated.
 */
export async function performErasures(replica: Replica): Promise<void> {
  const place = ownPlace(replica);
  if (!place) return;
  for (;;) {
    const open = await replica.db.read
      .selectFrom('erasure')
      .select(['partition', 'id', 'subject'])
      .where((e) =>
        e.not(
          e.exists(
            e
              .selectFrom('erasure_done')
              .select('erasure_done.id')
              .where('erasure_done.partition', '=', place)
              .whereRef('erasure_done.erasure', '=', 'erasure.id'),
          ),
        ),
      )
      .orderBy('id')
      .limit(AT_ONCE)
      .execute();
    for (const { partition, id, subject } of open) {
      const of = subjectOfOrder(partition);
      if (subject) {
        await replica.keys.destroy(of, subject);
        await replica.db.transaction((tx) => eraseSubject(replica, tx, of, subject));
      }
      const said = await runCommand(replica.app(), replica.erasures.confirm, { actor: system, input: { erasure: id } });
      if (!said.ok) return replica.log.error({ code: said.refusal.code }, 'an erasure could not be confirmed');
    }
    if (open.length < AT_ONCE) return;
  }
}

/** The same from time to time, for what a full disk or a fault had hindered. Never throws. */
export async function goOnErasing(replica: Replica): Promise<void> {
  try {
    await performErasures(replica);
  } catch (error) {
    replica.log.error({ err: error }, 'an erasure could not be carried out yet');
  }
}

/** Empties the opened fields of one person in one partition, and what is derived from them. */
export async function eraseSubject(replica: Replica, tx: LocalTx, partition: string, subject: string): Promise<void> {
  for (const table of replica.tables.byName.values()) {
    if (!Object.values(table.columns).some((column) => column.sealed)) continue;
    const ids = await rowsOfSubject(tx, table, partition, subject);
    for (const id of ids) {
      await emptySealed(tx, table, partition, id);
      const state = await readRow(tx, table, partition, id);
      if (state) await noteConflicts(tx, table, partition, [{ id, state }]);
    }
    if (ids.length > 0)
      await table.onApplied?.(
        tx,
        ids.map((id) => ({ partition, id })),
      );
  }
}

export interface ErasureState {
  id: string;
  partition: string;
  subject: string;
  /** Stamp of the order. */
  at: number;
  /** Names of holders that have said that it is done, and of those that have not yet. */
  confirmed: string[];
  awaited: string[];
}

/** At the hub: every order, the latest first, and who has carried it out. */
export async function listErasures(read: Reader, limit = 500): Promise<ErasureState[]> {
  const orders = await read
    .selectFrom('erasure')
    .select(['id', 'partition', 'subject', 'made_at'])
    .orderBy('made_at', 'desc')
    .limit(limit)
    .execute();
  if (orders.length === 0) return [];
  const done = await read
    .selectFrom('erasure_done')
    .select(['erasure', 'made_site'])
    .where(
      'erasure',
      'in',
      orders.map(({ id }) => id),
    )
    .execute();
  const sites = (await listSites(read)).filter(({ state }) => state !== 'planned');
  return orders.map(({ id, partition, subject, made_at: at }) => {
    const of = subjectOfOrder(partition);
    const by = new Set(done.filter(({ erasure }) => erasure === id).map(({ made_site }) => made_site));
    const holders = sites.filter((site) => mayHold({ role: 'telecentre', id: site.id, district: site.district }, of));
    const named = (has: boolean) => holders.filter(({ number }) => by.has(number) === has).map(({ name }) => name);
    return { id, partition: of, subject: subject ?? '', at, confirmed: named(true), awaited: named(false) };
  });
}
