// The hours of the week, as typed line by line; what held until yesterday stays readable.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { flag } from '#platform/input';
import { hoursHere } from '../here.ts';
import { listHours } from '../queries.ts';
import { addDays, readIntervals, showIntervals } from '../rules.ts';

const intervals = () =>
  v.pipe(
    v.optional(v.string('field.invalid'), ''),
    v.check((typed) => readIntervals(typed) !== null, 'hours.not-hours'),
    v.transform((typed) => readIntervals(typed) ?? []),
  );

export const setWeek = defineCommand({
  name: 'hours.set-week',
  permission: 'hours.manage',
  input: v.object({
    day1: intervals(),
    day2: intervals(),
    day3: intervals(),
    day4: intervals(),
    day5: intervals(),
    day6: intervals(),
    day7: intervals(),
    /** As long as the sun feeds the batteries. */
    solar: flag(),
  }),
  async run(ctx: CommandContext, input): Promise<null> {
    const { site, where } = hoursHere(ctx);
    const today = ctx.today();
    const known = await listHours(ctx.tx, site.id, today);
    const days = [input.day1, input.day2, input.day3, input.day4, input.day5, input.day6, input.day7];
    for (const [at, wanted] of days.entries()) {
      const weekday = at + 1;
      const old = known.filter((one) => one.weekday === weekday && (!one.to || one.to >= today));
      const same = showIntervals(old) === showIntervals(wanted) && old.every((one) => one.solar === input.solar);
      if (same) continue;
      for (const { id } of old)
        await ctx.tx.update('opening_hours', { partition: where, id }, { valid_to: addDays(today, -1) });
      for (const interval of wanted)
        await ctx.tx.append('opening_hours', {
          ...{ partition: where, weekday, ...interval, solar: input.solar, valid_from: today },
        });
    }
    return null;
  },
});
