// The telecentre knows that it works; what lies between two beats and was no work is a gap, which is credited and shown.
import * as v from 'valibot';
import type { App } from '#platform/app';
import { announce } from '#platform/changes';
import { defineCommand, runCommand, type CommandContext } from '#platform/command';
import type { Job } from '#platform/jobs';
import { system } from '#platform/permissions';
import { hoursHere } from '../here.ts';
import { gapBetween } from '../rules.ts';

const NAME = 'service';

/**
 * Inside another act: whoever begins or ends something by the clock first knows what was done to it. Returns the cause of a gap that is
 * written down now.
 */
export async function noticeGap(ctx: CommandContext): Promise<string | null> {
  const { where } = hoursHere(ctx);
  const now = { wall: ctx.wall, steady: ctx.running.for, boot: ctx.running.run };
  const before = await ctx.tx.selectFrom('heartbeat').selectAll().where('name', '=', NAME).executeTakeFirst();
  const gap = before ? gapBetween(before, now) : null;
  await ctx.tx.local
    .insertInto('heartbeat')
    .values({ name: NAME, ...now })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(now))
    .execute();
  if (!gap) return null;
  const { cause, from, to } = gap;
  await ctx.tx.append('service_gap', { partition: where, cause, from_at: from, to_at: to, station: null });
  ctx.afterCommit(() => announce('stations'));
  return cause;
}

export const beat = defineCommand({
  name: 'hours.beat',
  permission: 'hours.keep',
  input: v.object({}),
  run: async (ctx: CommandContext): Promise<{ gap: string | null }> => ({ gap: await noticeGap(ctx) }),
});

async function run(app: App): Promise<void> {
  if (app.site.id) await runCommand(app, beat, { actor: system, input: {} }); // before enrolment there is no telecentre
}

export const beatJob: Job = { name: 'hours.beat', every: 15_000, role: 'telecentre', run };

/** Before somebody is shown a time: a gap that nobody has written down yet is. Costs one read where there is none. */
export async function beatIfNeeded(app: App): Promise<void> {
  const before = await app.db.read.selectFrom('heartbeat').selectAll().where('name', '=', NAME).executeTakeFirst();
  const { run: boot, for: steady } = app.clock.running();
  if (!before || gapBetween(before, { wall: app.clock.now(), steady, boot })) await run(app);
}
