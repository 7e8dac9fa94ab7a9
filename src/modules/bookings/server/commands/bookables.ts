// What can be booked, and by which rules.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, flag, optionalRecordId, text, wholeNumber } from '#platform/input';
import { bookingsHere } from '../here.ts';
import { listBookables } from '../queries.ts';
import { USUAL_RULES } from '../rules.ts';

const number = (min: number, max: number, usual: number) => v.optional(wholeNumber(min, max), usual);

export const setBookable = defineCommand({
  name: 'bookings.set-bookable',
  permission: 'bookings.manage',
  input: v.object({
    /** Empty = a new one. */
    bookable: optionalRecordId(),
    kind: choice(['station', 'room'] as const),
    /** Of a computer. */
    ref: optionalRecordId(),
    name: text(60),
    seats: number(1, 500, 1),
    least: number(5, 480, USUAL_RULES.least),
    most: number(5, 1440, USUAL_RULES.most),
    ahead: number(0, 366, USUAL_RULES.ahead),
    openEach: number(1, 50, USUAL_RULES.openEach),
    hold: number(0, 240, USUAL_RULES.hold),
    retired: flag(),
  }),
  async run(ctx: CommandContext, { bookable, openEach, ...fields }): Promise<{ id: string }> {
    const { site, where } = bookingsHere(ctx);
    const row = { ...fields, open_each: openEach };
    const known = await listBookables(ctx.tx, site.id);
    // the same computer is not bookable twice, however often the form is sent
    const one = known.find(({ id, ref }) => id === bookable || (fields.ref !== null && ref === fields.ref));
    if (bookable && !one) return ctx.refuse('bookings.not-bookable');
    if (!one) return { id: await ctx.tx.append('bookable', { partition: where, ...row }) };
    await ctx.tx.update('bookable', { partition: where, id: one.id }, row);
    return { id: one.id };
  },
});
