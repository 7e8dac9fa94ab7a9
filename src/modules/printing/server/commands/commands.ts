// Printing, paying ahead, taking a mistake back, and the price list.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { flag, optionalRecordId, recordId, wholeNumber } from '#platform/input';
import { partition } from '#platform/partitions';
import { findPerson } from '#modules/people';
import { listEntries, pricesOf, printAccount } from '../queries.ts';
import { billOf } from '../rules.ts';

function here(ctx: CommandContext): { site: string; where: string } {
  const { id } = ctx.site;
  if (!id) return ctx.refuse('printing.at-a-telecentre');
  return { site: id, where: partition.site(id) };
}

async function refuseUnlessKnown(ctx: CommandContext, id: string): Promise<void> {
  const person = await findPerson(ctx.tx, id);
  if (!person || person.gone) ctx.refuse('people.not-found', { field: 'card' });
}

export const printPages = defineCommand({
  name: 'printing.print',
  permission: 'printing.run',
  input: v.object({
    person: optionalRecordId(),
    pages: wholeNumber(1, 500),
    colour: flag(),
    /** The money is in the till. */
    paid: flag(),
  }),
  async run(ctx: CommandContext, { person, pages, colour, paid }): Promise<{ id: string; amount: number }> {
    const { site, where } = here(ctx);
    if (person) await refuseUnlessKnown(ctx, person);
    const today = ctx.today();
    const prices = await pricesOf(ctx.tx, site);
    const account = person ? await printAccount(ctx.tx, site, person, today) : { freeLeft: 0, balance: 0 };
    const { free, fromBalance, due, amount } = billOf(pages, colour, account, prices);
    if (amount > 0 && !paid) ctx.refuse('printing.to-pay', { field: 'paid', params: { due, amount: amount / 100 } });
    const id = await ctx.tx.append('print_entry', {
      ...{
        partition: where,
        kind: 'printed',
        person,
        day: today,
        pages,
        colour,
        free,
        from_balance: fromBalance,
        amount,
      },
    });
    return { id, amount };
  },
});

export const payAhead = defineCommand({
  name: 'printing.pay-ahead',
  permission: 'printing.run',
  input: v.object({ person: recordId(), pages: wholeNumber(1, 1000) }),
  async run(ctx: CommandContext, { person, pages }): Promise<{ id: string; amount: number }> {
    const { site, where } = here(ctx);
    await refuseUnlessKnown(ctx, person);
    const { page } = await pricesOf(ctx.tx, site);
    const amount = pages * page;
    const row = { partition: where, kind: 'paid', person, day: ctx.today(), pages, amount };
    return { id: await ctx.tx.append('print_entry', row), amount };
  },
});

/** A spoiled print or a mistake of today: its pages and its money are given back. */
export const takeBack = defineCommand({
  name: 'printing.take-back',
  permission: 'printing.run',
  input: v.object({ entry: recordId() }),
  async run(ctx: CommandContext, { entry }): Promise<null> {
    const { site, where } = here(ctx);
    const today = await listEntries(ctx.tx, site, { day: ctx.today() });
    const one = today.find(({ id, kind }) => id === entry && kind !== 'taken-back');
    if (!one) return ctx.refuse('printing.not-found');
    if (today.some(({ of }) => of === entry)) ctx.refuse('printing.back-already');
    if (one.kind === 'paid' && one.person) {
      const { balance } = await printAccount(ctx.tx, site, one.person, ctx.today());
      if (balance < one.pages) ctx.refuse('printing.used-already');
    }
    const { person, pages } = one;
    await ctx.tx.append('print_entry', {
      partition: where,
      kind: 'taken-back',
      person,
      day: ctx.today(),
      pages,
      of: entry,
    });
    return null;
  },
});

export const setPrices = defineCommand({
  name: 'printing.set-prices',
  permission: 'printing.manage',
  input: v.object({
    /** Céntimos of PEN. */
    page: wholeNumber(0, 10_000),
    colourPage: wholeNumber(0, 10_000),
    freePages: wholeNumber(0, 1000),
  }),
  async run(ctx: CommandContext, { page, colourPage, freePages }): Promise<null> {
    const { site, where } = here(ctx);
    const { id } = await pricesOf(ctx.tx, site);
    const row = { page, colour_page: colourPage, free_pages: freePages };
    if (id) await ctx.tx.update('print_price', { partition: where, id }, row);
    else await ctx.tx.append('print_price', { partition: where, ...row });
    return null;
  },
});
