// The telecentre whose computers these are, and its moment.
import type { CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import { momentOf, type Now } from '#modules/bookings';
import type { Moment } from './rules.ts';

export interface StationsHere {
  site: { id: string; district: string };
  where: string;
  now: Moment & Now;
}

export function stationsHere(ctx: CommandContext): StationsHere {
  const { id, district } = ctx.site;
  if (!id || !district) return ctx.refuse('stations.at-a-telecentre');
  const now = { ...momentOf(ctx.wall, ctx.zone), wall: ctx.wall, stamp: ctx.now };
  return { site: { id, district }, where: partition.site(id), now };
}
