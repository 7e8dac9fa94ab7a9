// Somebody came for a booking, or it is called off: by the desk, or by the person whose it is.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, flag, optionalText, recordId } from '#platform/input';
import { bookingsHere } from '../here.ts';
import { listBookings } from '../queries.ts';

export const stepBooking = defineCommand({
  name: 'bookings.step',
  permission: 'bookings.book',
  input: v.object({
    booking: recordId(),
    kind: choice(['arrived', 'cancelled'] as const),
    /** The following weeks too. */
    series: flag(),
    reason: optionalText(120),
  }),
  async run(ctx: CommandContext, { booking, kind, series, reason }): Promise<null> {
    const { site, where, now } = bookingsHere(ctx);
    const row = await ctx.tx
      .selectFrom('booking')
      .select(['id', 'day', 'person', 'series'])
      .where('partition', '=', where)
      .where('id', '=', booking)
      .executeTakeFirst();
    const mine = ctx.actor.kind !== 'resident' || (row?.person && row.person === ctx.actor.person);
    if (!row?.day || !mine) return ctx.refuse('bookings.not-found');
    const first = row.series ?? row.id;
    const all = await listBookings(ctx.tx, site.id, { from: row.day, to: series ? '9999-12-31' : row.day }, now);
    const meant = all.filter((one) => one.id === booking || (series && (one.series ?? one.id) === first));
    const one = meant.find(({ id }) => id === booking);
    if (!one || one.state === 'cancelled' || one.state === 'over') return ctx.refuse('bookings.over-already');
    if (kind === 'arrived') {
      if (one.state === 'ahead' && one.day !== now.day) ctx.refuse('bookings.not-today');
      if (one.state === 'arrived') return null;
      await ctx.tx.append('booking_step', { partition: where, booking, kind, at: ctx.wall, reason });
      return null;
    }
    for (const { id, state } of meant)
      if (state !== 'cancelled' && state !== 'over')
        await ctx.tx.append('booking_step', { partition: where, booking: id, kind, at: ctx.wall, reason });
    return null;
  },
});
