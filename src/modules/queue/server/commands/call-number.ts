// Calls the next number, or one that is named, to the desk or to a computer; a second call of the same is a recall.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalRecordId } from '#platform/input';
import { queueHere } from '../here.ts';
import { listDay } from '../queries.ts';
import { orderOf, recentCalls } from '../rules.ts';

export const callNumber = defineCommand({
  name: 'queue.call-number',
  permission: 'queue.run',
  input: v.object({
    /** Empty = whose turn it is. */
    ticket: optionalRecordId(),
    /** Computer to go to; empty = the desk. */
    station: optionalRecordId(),
  }),
  async run(ctx: CommandContext, { ticket, station }): Promise<{ id: string; number: number }> {
    const { site, where } = queueHere(ctx);
    const all = await listDay(ctx.tx, site, ctx.today());
    const one = ticket ? all.find(({ id }) => id === ticket) : orderOf(all, recentCalls(all), ctx.wall)[0];
    if (!one) ctx.refuse(ticket ? 'queue.not-found' : 'queue.empty');
    if (one.state === 'finished' || one.state === 'left') ctx.refuse('queue.over-already');
    // somebody who was marked absent and is called again has come back
    await ctx.tx.append('queue_step', { partition: where, ticket: one.id, kind: 'called', at: ctx.wall, station });
    ctx.afterCommit(() => announce('queue'));
    return { id: one.id, number: one.number };
  },
});
