// Escrow: the hub says how much there is and lends shares of it; the borrower gives back, and a share ends with its borrower only.
import * as v from 'valibot';
import { defineCommand, type Command, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import type { ReplicatedTable } from '#platform/manifest';
import { partition as names, readPartition } from '#platform/partitions';
import type { Reader } from '#platform/db';
import { freeUnits, leftOf, type Book } from './core/index.ts';
import { isRefilling } from './refill.ts';
import type { Replica } from './replica.ts';
import { keyOf, loadBooks, type Thing } from './ruled-books.ts';
import { claimEndTable } from './ruled-tables.ts';
import { findSite, findSiteByNumber } from './sites.ts';
import { chainHead, lockPartition } from './store.ts';

export interface ThingInput {
  partition: string;
  /** Name of the ruled table. */
  table: string;
  /** As `keyOf` gives it. */
  key: string;
}

export interface ShareCommands {
  /** How many units there are; changed by saying it again. */
  setQuota: Command<ThingInput & { units: number }, { id: string }>;
  lend: Command<ThingInput & { units: number; site: number }, { id: string }>;
  /** What is left of a loan goes back, or a part of it. */
  giveBack: Command<{ partition: string; loan: string; units: number | null }, { units: number }>;
  /** The borrower is no member any more, or lost its disk and began again. */
  end: Command<{ partition: string; loan: string }, { id: string }>;
}

const where = v.pipe(
  v.string('field.invalid'),
  v.check((name) => readPartition(name)?.control === false, 'field.invalid'),
);
const units = v.pipe(v.number('field.invalid'), v.safeInteger('field.invalid'), v.minValue(1, 'field.invalid'));
const thing = { partition: where, table: v.string('field.invalid'), key: v.string('field.invalid') };
const programme = () => ({ programme: true as const });

/** Commands of the engine; modules run them for what is theirs. */
export function shareCommands(replica: Replica): ShareCommands {
  const hubOnly = (ctx: CommandContext) => {
    if (ctx.site.role !== 'hub') ctx.refuse('replication.hub-only');
  };
  const bookOf = async (ctx: CommandContext, partition: string, of: Thing) => {
    await lockPartition(ctx.tx, partition);
    const [book] = await loadBooks(ctx.tx, replica.tables, partition, [of]);
    return book ?? ctx.refuse('ruled.no-quota');
  };
  const thingOf = (ctx: CommandContext, { table, key }: ThingInput): Thing => {
    const found = replica.tables.byName.get(table);
    return found?.rule ? { table: found.number, key } : ctx.refuse('ruled.no-quota');
  };
  const loanOf = async (ctx: CommandContext, partition: string, id: string) => {
    const loan = await ctx.tx
      .selectFrom('loan')
      .select(['of_table', 'key', 'site', 'epoch', 'ended'])
      .where('partition', '=', names.control(partition))
      .where('id', '=', id)
      .executeTakeFirst();
    if (!loan || loan.ended || !loan.of_table || !loan.key) return ctx.refuse('shares.not-lent');
    return { ...loan, thing: { table: loan.of_table, key: loan.key } };
  };

  return {
    setQuota: defineCommand({
      name: 'quotas.set',
      permission: 'shares.lend',
      input: v.object({ ...thing, units }),
      scope: programme,
      async run(ctx, input) {
        hubOnly(ctx);
        const { table, key } = thingOf(ctx, input);
        return { id: (await sayUnits(ctx, input.partition, { table, key }, input.units)).id };
      },
    }),

    lend: defineCommand({
      name: 'shares.lend',
      permission: 'shares.lend',
      input: v.object({ ...thing, units, site: v.pipe(v.number('field.invalid'), v.minValue(1, 'field.invalid')) }),
      scope: programme,
      async run(ctx, input) {
        hubOnly(ctx);
        if (await isRefilling(ctx.tx)) ctx.refuse('hub.refilling');
        const { partition, site } = input;
        const of = thingOf(ctx, input);
        const book = await bookOf(ctx, partition, of);
        if (freeUnits(book) < input.units) ctx.refuse('shares.no-room');
        const borrower = await findSiteByNumber(ctx.tx, site);
        if (borrower?.state !== 'enrolled') ctx.refuse('sites.not-enrolled');
        // a site that has written nothing here yet has no epoch here yet
        const chain = await chainHead(ctx.tx, partition, site);
        if (!chain) return ctx.refuse('shares.epoch-unknown');
        const { table: of_table, key } = of;
        const loan = { of_table, key, site, epoch: chain.epoch, units: input.units, ended: false };
        return { id: await ctx.tx.append('loan', { partition: names.control(partition), ...loan }) };
      },
    }),

    giveBack: defineCommand({
      name: 'shares.return',
      permission: 'replication.operate',
      input: v.object({ partition: where, loan: recordId(), units: v.nullable(units) }),
      async run(ctx, { partition, loan: id, units: wanted }) {
        const loan = await loanOf(ctx, partition, id);
        const number = ctx.site.number ?? 0;
        if (loan.site !== number) ctx.refuse('shares.not-lent');
        const book = await bookOf(ctx, partition, loan.thing);
        // after a restore nobody here knows what was used before
        if ((await chainHead(ctx.tx, partition, number))?.epoch !== loan.epoch) ctx.refuse('shares.suspended');
        const left = leftOf(book).get(id) ?? 0;
        const back = Math.min(wanted ?? left, left);
        if (back === 0) ctx.refuse('shares.not-lent');
        await ctx.tx.append('share_return', { partition, loan: id, units: back });
        return { units: back };
      },
    }),

    end: defineCommand({
      name: 'shares.end',
      permission: 'shares.lend',
      input: v.object({ partition: where, loan: recordId() }),
      scope: programme,
      async run(ctx, { partition, loan: id }) {
        hubOnly(ctx);
        const loan = await loanOf(ctx, partition, id);
        await lockPartition(ctx.tx, partition);
        const borrower = await findSiteByNumber(ctx.tx, loan.site ?? 0);
        const chain = await chainHead(ctx.tx, partition, loan.site ?? 0);
        if (borrower?.state === 'enrolled' && chain?.epoch === loan.epoch) ctx.refuse('shares.borrower-works');
        await ctx.tx.update('loan', { partition: names.control(partition), id }, { ended: true });
        return { id };
      },
    }),
  };
}

async function sayUnits(
  ctx: CommandContext,
  partition: string,
  { table, key }: Thing,
  units: number,
): Promise<{ id: string; said: boolean }> {
  const control = names.control(partition);
  await lockPartition(ctx.tx, partition);
  const known = await ctx.tx
    .selectFrom('quota')
    .select(['id', 'units'])
    .where('partition', '=', control)
    .where('of_table', '=', table)
    .where('key', '=', key)
    .orderBy('id')
    .executeTakeFirst();
  if (known?.units === units) return { id: known.id, said: false };
  if (known) {
    await ctx.tx.update('quota', { partition: control, id: known.id }, { units });
    return { id: known.id, said: true };
  }
  const row = { partition: control, of_table: table, key, units };
  return { id: await ctx.tx.append('quota', row), said: true };
}

/** Within a module's own command at the hub: how many units of one of its things there are. True where that is new. */
export async function sayQuota(
  ctx: CommandContext,
  table: ReplicatedTable,
  partition: string,
  values: Record<string, unknown>,
  units: number,
): Promise<boolean> {
  return (await sayUnits(ctx, partition, { table: table.number, key: keyOf(table, values) }, units)).said;
}

/** A module's own thing, as far as is known here. */
async function bookOfThing(
  read: Reader,
  table: ReplicatedTable,
  partition: string,
  values: Record<string, unknown>,
): Promise<{ thing: Thing; book: Book | undefined }> {
  const thing = { table: table.number, key: keyOf(table, values) };
  const [book] = await loadBooks(read, { byNumber: new Map([[table.number, table]]) }, partition, [thing]);
  return { thing, book };
}

/** Units of one of a module's things that are neither given nor lent. */
export async function freeQuota(
  read: Reader,
  table: ReplicatedTable,
  partition: string,
  values: Record<string, unknown>,
): Promise<number> {
  const { book } = await bookOfThing(read, table, partition, values);
  return book ? Math.max(0, freeUnits(book)) : 0;
}

/** What this telecentre may still give by itself of one of a module's things. */
export async function leftToGive(
  ctx: CommandContext,
  table: ReplicatedTable,
  partition: string,
  values: Record<string, unknown>,
): Promise<number> {
  const { book } = await bookOfThing(ctx.tx, table, partition, values);
  const number = ctx.site.number ?? 0;
  const chain = await chainHead(ctx.tx, partition, number);
  if (!book || !chain) return 0;
  const left = leftOf(book);
  const own = book.loans.filter((loan) => loan.site === number && loan.epoch === chain.epoch);
  return own.reduce((sum, { id }) => sum + (left.get(id) ?? 0), 0);
}

/**
 * Within a module's own command at the hub: a site is lent units until it has so many; how many were lent now. Nothing while the hub does not
 * know in which epoch it works, and nothing anew for a share that was suspended: that is ended by a person.
 */
export async function lendQuota(
  ctx: CommandContext,
  table: ReplicatedTable,
  partition: string,
  values: Record<string, unknown>,
  to: { site: string; units: number },
): Promise<number> {
  if (ctx.site.role !== 'hub' || (await isRefilling(ctx.tx))) return 0;
  await lockPartition(ctx.tx, partition);
  const { thing, book } = await bookOfThing(ctx.tx, table, partition, values);
  const borrower = await findSite(ctx.tx, to.site);
  if (!book || borrower?.state !== 'enrolled') return 0;
  const chain = await chainHead(ctx.tx, partition, borrower.number);
  if (!chain) return 0;
  const lent = book.loans.filter((loan) => loan.site === borrower.number && !loan.ended);
  const has = lent.reduce((sum, loan) => sum + loan.units, 0);
  const units = Math.min(to.units - has, freeUnits(book));
  if (units <= 0) return 0;
  const loan = {
    of_table: thing.table,
    key: thing.key,
    site: borrower.number,
    epoch: chain.epoch,
    units,
    ended: false,
  };
  await ctx.tx.append('loan', { partition: names.control(partition), ...loan });
  return units;
}

/** Within a module's own command: a claim of its own is given up, once however often it is said. */
export async function endClaim(
  ctx: CommandContext,
  table: ReplicatedTable,
  partition: string,
  row: string,
): Promise<void> {
  const known = await ctx.tx
    .selectFrom('claim_end')
    .select('id')
    .where('partition', '=', partition)
    .where('row', '=', row)
    .executeTakeFirst();
  if (!known) await ctx.tx.append(claimEndTable.name, { partition, of_table: table.number, row });
}
