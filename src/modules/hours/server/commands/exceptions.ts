// A day that is not like its weekday: closed, or open at other hours, with its reason; it may be taken back.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, civilDate, optionalText, recordId } from '#platform/input';
import { hoursHere } from '../here.ts';
import { listExceptions } from '../queries.ts';
import { readIntervals, REASONS } from '../rules.ts';

export const addException = defineCommand({
  name: 'hours.add-exception',
  permission: 'hours.manage',
  input: v.object({
    day: civilDate(),
    /** Empty = closed all day. */
    hours: v.pipe(
      v.optional(v.string('field.invalid'), ''),
      v.check((typed) => (readIntervals(typed)?.length ?? 2) <= 1, 'hours.not-one-interval'),
      v.transform((typed) => readIntervals(typed)?.[0]),
    ),
    reason: choice(REASONS),
    note: optionalText(200),
  }),
  async run(ctx: CommandContext, { day, hours, reason, note }): Promise<{ id: string }> {
    const { site, where } = hoursHere(ctx);
    // a board that woke in 1970 does not know what is past
    if (day < ctx.today() && ctx.clockState !== 'unknown') ctx.refuse('hours.day-past', { field: 'day' });
    for (const { id } of await listExceptions(ctx.tx, site.id, day, day))
      await ctx.tx.update('hours_exception', { partition: where, id }, { dropped: true });
    const times = { opens: hours?.opens ?? null, closes: hours?.closes ?? null };
    const id = await ctx.tx.append('hours_exception', {
      partition: where,
      day,
      closed: !hours,
      ...times,
      reason,
      note,
    });
    return { id };
  },
});

export const dropException = defineCommand({
  name: 'hours.drop-exception',
  permission: 'hours.manage',
  input: v.object({ exception: recordId() }),
  async run(ctx: CommandContext, input): Promise<null> {
    const { where } = hoursHere(ctx);
    const row = await ctx.tx
      .selectFrom('hours_exception')
      .select(['id', 'dropped'])
      .where('partition', '=', where)
      .where('id', '=', input.exception)
      .executeTakeFirst();
    if (!row) ctx.refuse('hours.exception-unknown');
    if (!row.dropped) await ctx.tx.update('hours_exception', { partition: where, id: row.id }, { dropped: true });
    return null;
  },
});
