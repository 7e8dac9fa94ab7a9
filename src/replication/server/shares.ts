// Escrow: the hub says how much there is and lends shares of it; the borrower gives back, and a share ends with its borrower only.
import * as v from 'valibot';
import { defineCommand, type Command, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { partition as names, readPartition } from '#platform/partitions';
import { freeUnits, leftOf } from './core/index.ts';
import { isRefilling } from './refill.ts';
import type { Replica } from './replica.ts';
import { loadBooks, type Thing } from './ruled-books.ts';
import { findSiteByNumber } from './sites.ts';
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
        const control = names.control(input.partition);
        await lockPartition(ctx.tx, input.partition);
        const known = await ctx.tx
          .selectFrom('quota')
          .select('id')
          .where('partition', '=', control)
          .where('of_table', '=', table)
          .where('key', '=', key)
          .orderBy('id')
          .executeTakeFirst();
        if (known) {
          await ctx.tx.update('quota', { partition: control, id: known.id }, { units: input.units });
          return known;
        }
        const row = { partition: control, of_table: table, key, units: input.units };
        return { id: await ctx.tx.append('quota', row) };
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
