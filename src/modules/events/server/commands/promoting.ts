// A place that is free goes to who waited longest, at the hub: a new claim that names the row that waited.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { Refusal } from '#platform/errors';
import { sayQuota } from '#replication';
import { findEvents, type EventEntry } from '../queries.ts';
import { countPlaces, placesOf, waitingOf } from '../registrations.ts';
import { momentOf, UNLIMITED } from '../rules.ts';
import { eventPlace } from '../tables.ts';
import { nowOf } from '../place.ts';

/** At the hub: how many places there are. A telecentre's event is given its number when it arrives. */
export async function keepQuota(ctx: CommandContext, of: { id: string; district: string; capacity: number | null }) {
  if (ctx.site.role !== 'hub') return false;
  return sayQuota(ctx, eventPlace, placesOf(of), { event: of.id }, of.capacity ?? UNLIMITED);
}

/** Gives what is free to who waits; how many it were. The name stays sealed under its own holder. */
export async function promoteWaiting(
  ctx: CommandContext,
  of: Pick<EventEntry, 'id' | 'district' | 'capacity'>,
): Promise<number> {
  if (ctx.site.role !== 'hub') return 0;
  const waiting = await waitingOf(ctx.tx, of);
  if (waiting.length === 0) return 0;
  const { taken } = await countPlaces(ctx.tx, of);
  let free = (of.capacity ?? UNLIMITED) - taken;
  let given = 0;
  for (const { id, person, name, site } of waiting) {
    if (free <= 0) break;
    try {
      await ctx.tx.claim(eventPlace.name, {
        partition: placesOf(of),
        event: of.id,
        ...{ person, holder: person ?? id, name, site, instead: id },
        day: ctx.today(),
      });
    } catch (error) {
      // what is lent to a telecentre is not free here
      if (error instanceof Refusal && error.code.startsWith('ruled.')) break;
      throw error;
    }
    free -= 1;
    given += 1;
  }
  return given;
}

/** Events in one act: it stays far below 16 kB. */
export const SETTLED_AT_ONCE = 20;

/** At the hub: events of telecentres get their number of places, and who waits gets what became free. Asked by the job. */
export const settlePlaces = defineCommand({
  name: 'events.settle-places',
  permission: 'events.plan',
  input: v.object({
    events: v.pipe(v.array(v.string('field.invalid')), v.maxLength(SETTLED_AT_ONCE, 'field.invalid')),
  }),
  scope: () => ({ programme: true }),
  async run(ctx: CommandContext, { events }): Promise<{ said: number; given: number }> {
    let said = 0;
    let given = 0;
    for (const one of await findEvents(ctx.tx, events)) {
      if (one.state !== 'published' || momentOf(one, nowOf(ctx)) === 'over') continue;
      if (await keepQuota(ctx, one)) said += 1;
      given += await promoteWaiting(ctx, one);
    }
    return { said, given };
  },
});
