// The telecentre opens and closes: what hours served are counted from.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalChoice } from '#platform/input';
import { hoursHere } from '../here.ts';
import { openState } from '../queries.ts';
import { REASONS } from '../rules.ts';

async function step(ctx: CommandContext, kind: 'opened' | 'closed', reason: string | null): Promise<null> {
  const { site, where } = hoursHere(ctx);
  const day = ctx.today();
  const { since } = await openState(ctx.tx, site, day);
  if ((since !== null) === (kind === 'opened')) ctx.refuse(kind === 'opened' ? 'hours.open-already' : 'hours.not-open');
  await ctx.tx.append('service_day', { partition: where, step: kind, day, at: ctx.wall, reason });
  ctx.afterCommit(() => announce('hours'));
  return null;
}

export const openDay = defineCommand({
  name: 'hours.open',
  permission: 'hours.keep',
  input: v.object({}),
  run: (ctx: CommandContext) => step(ctx, 'opened', null),
});

export const closeDay = defineCommand({
  name: 'hours.close',
  permission: 'hours.keep',
  /** Reason of a closing before its hour. */
  input: v.object({ reason: optionalChoice(REASONS) }),
  run: (ctx: CommandContext, { reason }) => step(ctx, 'closed', reason),
});
