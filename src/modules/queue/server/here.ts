// The telecentre whose queue this is.
import type { CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';

export interface QueueHere {
  site: string;
  where: string;
  scope: Scope;
  /** Minute of the civil day. */
  minuteNow: number;
}

export function queueHere(ctx: CommandContext): QueueHere {
  const { id, district } = ctx.site;
  if (!id || !district) return ctx.refuse('queue.at-a-telecentre');
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(ctx.wall).toZonedDateTimeISO(ctx.zone);
  return { site: id, where: partition.site(id), scope: { site: id, district }, minuteNow: hour * 60 + minute };
}
