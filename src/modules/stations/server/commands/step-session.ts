// A session goes on, moves to another computer, or ends.
import * as v from 'valibot';
import { announce } from '#platform/changes';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalWholeNumber, recordId } from '#platform/input';
import { nextBooking } from '#modules/bookings';
import { give, ruleOf, type Given } from '../giving.ts';
import { stationsHere } from '../here.ts';
import { listSessions, type SessionEntry } from '../queries.ts';
import { END_REASONS } from '../rules.ts';
import { listGaps, noticeGap } from '#modules/hours';

export async function runningSession(ctx: CommandContext, id: string): Promise<SessionEntry> {
  const { site, now } = stationsHere(ctx);
  await noticeGap(ctx);
  const [session] = await listSessions(ctx.tx, site.id, { ids: [id] }, now);
  if (!session) return ctx.refuse('stations.session-not-found');
  if (!session.time.running) ctx.refuse('stations.over-already');
  return session;
}

export async function endIt(ctx: CommandContext, session: SessionEntry, reason: string): Promise<void> {
  const { site, where } = stationsHere(ctx);
  let at = ctx.wall;
  if (reason === 'left-at-cut') {
    const cut = (await listGaps(ctx.tx, site.id, session.stamp)).findLast((gap) => gap.cause === 'stopped');
    if (!cut) ctx.refuse('stations.no-cut');
    // the length of the cut is taken off again, so this ends it where the cut began
    at = cut.to;
  }
  await ctx.tx.append('station_step', {
    partition: where,
    session: session.id,
    kind: 'ended',
    at,
    minutes: null,
    reason,
  });
  ctx.afterCommit(() => announce(`stations/${session.station}`));
}

export const endSession = defineCommand({
  name: 'stations.end',
  permission: 'stations.run',
  input: v.object({ session: recordId(), reason: v.optional(choice(END_REASONS), 'desk') }),
  async run(ctx: CommandContext, { session, reason }): Promise<null> {
    await endIt(ctx, await runningSession(ctx, session), reason);
    return null;
  },
});

/** Longer by what the rule says, or by what the desk says; never into somebody else's booking. */
export async function extend(ctx: CommandContext, session: SessionEntry, asked: number | null): Promise<number> {
  const { site, where, now } = stationsHere(ctx);
  const rule = await ruleOf(ctx, { person: session.person, category: session.category, pass: null });
  const booked = await nextBooking(ctx.tx, site.id, session.station, now);
  const ends = now.minute + Math.ceil(session.time.left / 60_000);
  const free = booked && booked.person !== session.person ? booked.from - ends : Number.POSITIVE_INFINITY;
  const minutes = Math.min(asked ?? rule.extensionMinutes, free);
  if (minutes < 1) ctx.refuse('stations.no-time-booking');
  await ctx.tx.append('station_step', {
    ...{ partition: where, session: session.id, kind: 'extended', at: ctx.wall, minutes, reason: null },
  });
  ctx.afterCommit(() => announce(`stations/${session.station}`));
  return minutes;
}

export const extendSession = defineCommand({
  name: 'stations.extend',
  permission: 'stations.run',
  input: v.object({ session: recordId(), minutes: optionalWholeNumber(1, 240) }),
  async run(ctx: CommandContext, { session, minutes }): Promise<{ minutes: number }> {
    return { minutes: await extend(ctx, await runningSession(ctx, session), minutes) };
  },
});

/** The rest of the time at another computer, where one broke. */
export const moveSession = defineCommand({
  name: 'stations.move',
  permission: 'stations.run',
  input: v.object({ session: recordId(), station: recordId() }),
  async run(ctx: CommandContext, { session: id, station }): Promise<Given> {
    const session = await runningSession(ctx, id);
    const minutes = Math.max(1, Math.round(session.time.left / 60_000));
    await endIt(ctx, session, 'moved');
    const { person, category } = session;
    const pass = session.pass === null ? null : { id: session.pass, minutes };
    return give(ctx, {
      ...{ station, person, category: category ?? 'not-said', pass, minutes, by: 'desk', purposes: [] },
      movedFrom: session.id,
    });
  },
});
