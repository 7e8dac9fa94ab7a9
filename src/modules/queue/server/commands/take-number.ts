// Somebody takes a number, alone at the screen or with the operator; nobody signs in for it.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalChoice, optionalMinuteOfDay } from '#platform/input';
import { can } from '#platform/permissions';
import { queueHere } from '../here.ts';
import { listDay, MOST_A_DAY } from '../queries.ts';
import { NEEDS, PRIORITIES } from '../rules.ts';

const DAY_MINUTES = 1440;

export const takeNumber = defineCommand({
  name: 'queue.take-number',
  permission: null,
  input: v.object({
    need: v.optional(v.picklist(NEEDS, 'field.choose'), 'help'),
    priority: optionalChoice(PRIORITIES),
    /** Hour at which the bus or boat leaves, `14:30`. */
    leaves: optionalMinuteOfDay(),
  }),
  async run(ctx: CommandContext, { need, priority, leaves }): Promise<{ id: string; number: number }> {
    const { site, where, scope, minuteNow } = queueHere(ctx);
    const day = ctx.today();
    const known = await listDay(ctx.tx, site, day);
    if (known.length >= MOST_A_DAY) ctx.refuse('queue.full');
    const number = Math.max(0, ...known.map((one) => one.number)) + 1;
    const wait = leaves === null ? 0 : (leaves - minuteNow + DAY_MINUTES) % DAY_MINUTES;
    const id = await ctx.tx.append('queue_ticket', {
      ...{ partition: where, day, number, need, came_at: ctx.wall },
      priority: priority ?? (leaves === null ? 'none' : 'transport'),
      leaves_at: leaves === null ? null : ctx.wall + wait * 60_000,
      taken_by: can(ctx.actor, 'queue.run', scope) ? 'desk' : 'self',
    });
    ctx.afterCommit(() => announce('queue'));
    return { id, number };
  },
});
