// The telecentre whose hours these are; the hub keeps none.
import type { CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import type { Where } from './queries.ts';

export function hoursHere(ctx: CommandContext): { site: Where; where: string } {
  const { id, district } = ctx.site;
  if (!id || !district) return ctx.refuse('hours.at-a-telecentre');
  return { site: { id, district }, where: partition.site(id) };
}
