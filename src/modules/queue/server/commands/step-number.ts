// What became of a number: nobody came, came back, served, went away.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId } from '#platform/input';
import { queueHere } from '../here.ts';
import { listDay } from '../queries.ts';

const KINDS = ['absent', 'back', 'finished', 'left'] as const;

export const stepNumber = defineCommand({
  name: 'queue.step-number',
  permission: 'queue.run',
  input: v.object({ ticket: recordId(), kind: choice(KINDS) }),
  async run(ctx: CommandContext, { ticket, kind }): Promise<{ id: string }> {
    const { site, where } = queueHere(ctx);
    const one = (await listDay(ctx.tx, site, ctx.today())).find(({ id }) => id === ticket);
    if (!one) ctx.refuse('queue.not-found');
    if (one.state === 'finished' || one.state === 'left') ctx.refuse('queue.over-already');
    const fits = kind === 'back' ? one.state === 'absent' : kind === 'left' || one.state === 'called';
    if (!fits) ctx.refuse('queue.not-called');
    await ctx.tx.append('queue_step', { partition: where, ticket, kind, at: ctx.wall, station: null });
    ctx.afterCommit(() => announce('queue'));
    return { id: ticket };
  },
});

/** Whoever holds the number may give it back. */
export const leaveQueue = defineCommand({
  name: 'queue.leave',
  permission: null,
  input: v.object({ ticket: recordId() }),
  async run(ctx: CommandContext, { ticket }): Promise<null> {
    const { site, where } = queueHere(ctx);
    const one = (await listDay(ctx.tx, site, ctx.today())).find(({ id }) => id === ticket);
    if (!one) ctx.refuse('queue.not-found');
    if (one.state === 'finished' || one.state === 'left') return null;
    await ctx.tx.append('queue_step', { partition: where, ticket, kind: 'left', at: ctx.wall, station: null });
    ctx.afterCommit(() => announce('queue'));
    return null;
  },
});

/** Inside another act: whoever got a computer waits no more. A number that is over already stays so. */
export async function finishNumber(ctx: CommandContext, ticket: string): Promise<void> {
  const { site, where } = queueHere(ctx);
  const one = (await listDay(ctx.tx, site, ctx.today())).find(({ id }) => id === ticket);
  if (!one || one.state === 'finished' || one.state === 'left') return;
  await ctx.tx.append('queue_step', { partition: where, ticket, kind: 'finished', at: ctx.wall, station: null });
  ctx.afterCommit(() => announce('queue'));
}
