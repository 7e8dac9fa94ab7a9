// The telecentre whose bookings these are, and its moment as people say it.
import type { CommandContext } from '#platform/command';
import { civilDate } from '#platform/clock';
import { partition } from '#platform/partitions';
import type { Now } from './rules.ts';

export interface BookingsHere {
  site: { id: string; district: string };
  where: string;
  now: Now;
}

/** Civil day and minute of an instant in a zone. */
export function momentOf(instant: number, zone: string): Now {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  return { day: civilDate(instant, zone), minute: hour * 60 + minute };
}

export function bookingsHere(ctx: CommandContext): BookingsHere {
  const { id, district } = ctx.site;
  if (!id || !district) return ctx.refuse('bookings.at-a-telecentre');
  return { site: { id, district }, where: partition.site(id), now: momentOf(ctx.wall, ctx.zone) };
}
