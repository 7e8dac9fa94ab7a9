// A telecentre is asked from elsewhere, and answers: nobody but the home telecentre gives away its time.
import * as v from 'valibot';
import { findSite } from '#replication';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalRecordId, optionalText, recordId } from '#platform/input';
import { partition } from '#platform/partitions';
import { wishFields } from '../fields.ts';
import { bookingsHere } from '../here.ts';
import { place } from '../placing.ts';
import { listRequests } from '../queries.ts';

export const requestBooking = defineCommand({
  name: 'bookings.request',
  permission: 'bookings.request',
  input: v.object({ site: recordId(), bookable: optionalRecordId(), ...wishFields }),
  scope: async (input, ctx) => {
    const site = await findSite(ctx.tx, input.site);
    return site ? { district: site.district } : { programme: true };
  },
  async run(ctx: CommandContext, { site: id, from, to, group, ...rest }): Promise<{ id: string }> {
    const site = await findSite(ctx.tx, id);
    if (!site) return ctx.refuse('bookings.site-unknown', { field: 'site' });
    if (!rest.person && !group) ctx.refuse('bookings.who-needed', { field: 'group' });
    if (to <= from) ctx.refuse('bookings.not-a-time', { field: 'to' });
    if (rest.day < ctx.today() && ctx.clockState !== 'unknown') ctx.refuse('bookings.past', { field: 'day' });
    const row = { ...rest, site: id, group_name: group, from_minute: from, to_minute: to };
    return { id: await ctx.tx.append('booking_request', { partition: partition.district(site.district), ...row }) };
  },
});

export const answerRequest = defineCommand({
  name: 'bookings.answer',
  permission: 'bookings.book',
  input: v.object({
    request: recordId(),
    decision: choice(['confirmed', 'refused'] as const),
    /** What is given, where the request left it open. */
    bookable: optionalRecordId(),
    reason: optionalText(200),
  }),
  async run(ctx: CommandContext, input): Promise<null> {
    const { site } = bookingsHere(ctx);
    const one = (await listRequests(ctx.tx, site.id)).find(({ id }) => id === input.request);
    if (!one) return ctx.refuse('bookings.not-found');
    if (one.decision) return ctx.refuse('bookings.answered-already');
    if (input.decision === 'refused' && !input.reason) ctx.refuse('bookings.reason-needed', { field: 'reason' });
    const bookable = input.bookable ?? one.bookable;
    if (input.decision === 'confirmed' && !bookable) ctx.refuse('bookings.not-bookable', { field: 'bookable' });
    const made =
      input.decision === 'confirmed'
        ? await place(ctx, { ...one, bookable: bookable ?? '', weeks: 1, skip: false, request: one.id })
        : null;
    const { decision, reason } = input;
    await ctx.tx.append('booking_answer', {
      ...{ partition: one.partition, request: one.id, decision, reason, booking: made?.id ?? null },
    });
    return null;
  },
});
