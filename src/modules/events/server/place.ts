// Who plans an event and where its record lies: a telecentre its own, the hub for a district or for the whole programme.
import type { CommandContext } from '#platform/command';
import { defaultScope } from '#platform/command';
import { civilDateTime } from './now.ts';
import { partition as names, readPartition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { findEvent, type EventEntry } from './queries.ts';
import type { Now } from './rules.ts';

/** Where an event that is planned here lies. `wide`: the whole programme's, and every telecentre's to show. */
export function homeOf(ctx: CommandContext, district: string, wide: boolean): string {
  if (ctx.site.id) return names.site(ctx.site.id);
  return wide ? names.public : names.district(district);
}

/** Where it must be allowed to change it. */
export function scopeOfEvent({ partition, district }: Pick<EventEntry, 'partition' | 'district'>): Scope {
  const where = readPartition(partition);
  if (where?.kind === 'site') return { site: where.of, district };
  return where?.kind === 'district' ? { district: where.of } : { programme: true };
}

/** The telecentre that plans it, where one does. */
export function planningSite({ partition }: Pick<EventEntry, 'partition'>): string | undefined {
  const where = readPartition(partition);
  return where?.kind === 'site' ? where.of : undefined;
}

export async function scopeById(id: string, ctx: CommandContext): Promise<Scope> {
  const found = await findEvent(ctx.tx, id);
  return found ? scopeOfEvent(found) : defaultScope(ctx.site);
}

/** The event, to be changed where its home is. */
export async function ownEvent(ctx: CommandContext, id: string): Promise<EventEntry> {
  const found = await findEvent(ctx.tx, id);
  if (!found) return ctx.refuse('events.not-found');
  const home = readPartition(found.partition);
  const here = home?.kind === 'site' ? ctx.site.id === home.of : ctx.site.role === 'hub';
  return here ? found : ctx.refuse('events.planned-elsewhere');
}

export const nowOf = (ctx: CommandContext): Now => civilDateTime(ctx.wall, ctx.zone);
