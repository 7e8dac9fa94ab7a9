// Somebody takes a number, alone at the screen or with the operator; nobody signs in for it.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalChoice } from '#platform/input';
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
    leaves: v.pipe(
      v.optional(v.string('field.invalid'), ''),
      v.transform((typed) => typed.trim()),
      v.check((typed) => typed === '' || /^([01]?\d|2[0-3])[:.h][0-5]\d$/.test(typed), 'queue.not-an-hour'),
    ),
  }),
  async run(ctx: CommandContext, { need, priority, leaves }): Promise<{ id: string; number: number }> {
    const { site, where, scope, minuteNow } = queueHere(ctx);
    const day = ctx.today();
    const known = await listDay(ctx.tx, site, day);
    if (known.length >= MOST_A_DAY) ctx.refuse('queue.full');
    const number = Math.max(0, ...known.map((one) => one.number)) + 1;
    const [hour = 0, minute = 0] = leaves.split(/[:.h]/).map(Number);
    const wait = leaves ? (hour * 60 + minute - minuteNow + DAY_MINUTES) % DAY_MINUTES : 0;
    const id = await ctx.tx.append('queue_ticket', {
      ...{ partition: where, day, number, need, came_at: ctx.wall },
      priority: priority ?? (leaves ? 'transport' : 'none'),
      leaves_at: leaves ? ctx.wall + wait * 60_000 : null,
      taken_by: can(ctx.actor, 'queue.run', scope) ? 'desk' : 'self',
    });
    ctx.afterCommit(() => announce('queue'));
    return { id, number };
  },
});
