// Limits by age and hour: how long one session, one day and one extension are.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalMinuteOfDay, optionalWholeNumber, recordId, text, wholeNumber } from '#platform/input';
import { stationsHere } from '../here.ts';
import { listRules } from '../queries.ts';
import { USUAL } from '../rules.ts';

export const addRule = defineCommand({
  name: 'stations.add-rule',
  permission: 'stations.manage',
  input: v.object({
    name: text(60),
    ageFrom: optionalWholeNumber(0, 120),
    ageTo: optionalWholeNumber(0, 120),
    from: optionalMinuteOfDay(),
    to: optionalMinuteOfDay(),
    sessionMinutes: v.optional(wholeNumber(5, 600), USUAL.sessionMinutes),
    dayMinutes: v.optional(wholeNumber(5, 1440), USUAL.dayMinutes),
    extensionMinutes: v.optional(wholeNumber(0, 240), USUAL.extensionMinutes),
  }),
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const { where } = stationsHere(ctx);
    if (input.ageFrom !== null && input.ageTo !== null && input.ageFrom > input.ageTo)
      ctx.refuse('stations.ages-turned', { field: 'ageTo' });
    if (input.from !== null && input.to !== null && input.from >= input.to)
      ctx.refuse('stations.hours-turned', { field: 'to' });
    const id = await ctx.tx.append('station_rule', {
      ...{ partition: where, name: input.name, age_from: input.ageFrom, age_to: input.ageTo },
      ...{ from_minute: input.from, to_minute: input.to, session_minutes: input.sessionMinutes },
      ...{ day_minutes: input.dayMinutes, extension_minutes: input.extensionMinutes, retired: false },
    });
    return { id };
  },
});

export const endRule = defineCommand({
  name: 'stations.end-rule',
  permission: 'stations.manage',
  input: v.object({ rule: recordId() }),
  async run(ctx: CommandContext, { rule }): Promise<null> {
    const { site, where } = stationsHere(ctx);
    if (!(await listRules(ctx.tx, site.id)).some(({ id }) => id === rule)) ctx.refuse('stations.rule-not-found');
    await ctx.tx.update('station_rule', { partition: where, id: rule }, { retired: true });
    return null;
  },
});
