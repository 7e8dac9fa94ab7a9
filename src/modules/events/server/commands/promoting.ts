// A place that is free goes to who waited longest, at the hub: a new claim that names the row that waited.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { Refusal } from '#platform/errors';
import { endClaim, leftToGive, lendQuota, sayQuota } from '#replication';
import { findEvents, type EventEntry } from '../queries.ts';
import { countPlaces, placesOf, takenPlaces, waitingOf } from '../registrations.ts';
import { lentPlaces, momentOf, UNLIMITED } from '../rules.ts';
import { eventPlace } from '../tables.ts';
import { nowOf, planningSite } from '../place.ts';

/** At the hub: how many places there are. A telecentre's event is given its number when it arrives. */
export async function keepQuota(ctx: CommandContext, of: { id: string; district: string; capacity: number | null }) {
  if (ctx.site.role !== 'hub') return false;
  return sayQuota(ctx, eventPlace, placesOf(of), { event: of.id }, of.capacity ?? UNLIMITED);
}

/** At the hub: the telecentre that plans it gives its places by itself, but those that it keeps for others. */
async function lendPlaces(ctx: CommandContext, of: EventEntry): Promise<boolean> {
  const site = planningSite(of);
  const units = lentPlaces(of);
  if (!site || units === 0) return false;
  return (await lendQuota(ctx, eventPlace, placesOf(of), { event: of.id }, { site, units })) > 0;
}

/** Claims in one act: with long names and the hub's words on them it stays below 16 kB. The job goes on with the rest. */
const GIVEN_AT_ONCE = 15;

/** Gives what is free to who waits; how many it were, with those who wait no longer because they have a place. The name stays sealed under its own holder. */
export async function promoteWaiting(
  ctx: CommandContext,
  of: Pick<EventEntry, 'id' | 'district' | 'capacity'>,
  most = GIVEN_AT_ONCE,
): Promise<number> {
  const all = await waitingOf(ctx.tx, of);
  // a telecentre gives what was lent to it to who waits there, the hub what is not lent to who waits anywhere
  const waiting = ctx.site.role === 'hub' ? all : all.filter(({ site }) => site === ctx.site.id);
  if (waiting.length === 0) return 0;
  const { taken } = await countPlaces(ctx.tx, of);
  const holders = new Set((await takenPlaces(ctx.tx, of)).map(({ person }) => person));
  let free =
    ctx.site.role === 'hub'
      ? (of.capacity ?? UNLIMITED) - taken
      : await leftToGive(ctx, eventPlace, placesOf(of), { event: of.id });
  let done = 0;
  for (const { id, kind, person, name, site } of waiting) {
    if (done >= most) break;
    if (person && holders.has(person)) {
      if (kind === 'claim') await endClaim(ctx, eventPlace, placesOf(of), id);
      else await ctx.tx.append('event_wait_end', { partition: placesOf(of), wait: id });
      done += 1;
      continue;
    }
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
    if (person) holders.add(person);
    free -= 1;
    done += 1;
  }
  return done;
}

/** Two without a link may each have written the same person, or given a place to the same who waited: the earlier stays, the other is free again. */
async function keepOnePlaceEach(
  ctx: CommandContext,
  of: Pick<EventEntry, 'id' | 'district'>,
  most: number,
): Promise<number> {
  const seen = new Set<string>();
  let ended = 0;
  for (const { id, person, instead } of await takenPlaces(ctx.tx, of)) {
    if (ended >= most) break;
    const whose = person ?? instead ?? id;
    if (!seen.has(whose)) seen.add(whose);
    else {
      await endClaim(ctx, eventPlace, placesOf(of), id);
      ended += 1;
    }
  }
  return ended;
}

/** Events in one act: it stays far below 16 kB. */
export const SETTLED_AT_ONCE = 10;

/** At the hub: events of telecentres get their number of places, and who waits gets what became free. Asked by the job, again while there is more. */
export const settlePlaces = defineCommand({
  name: 'events.settle-places',
  permission: 'events.plan',
  input: v.object({
    events: v.pipe(v.array(v.string('field.invalid')), v.maxLength(SETTLED_AT_ONCE, 'field.invalid')),
  }),
  scope: () => ({ programme: true }),
  async run(ctx: CommandContext, { events }): Promise<{ said: number; done: number }> {
    let said = 0;
    let done = 0;
    for (const one of await findEvents(ctx.tx, events)) {
      if (one.state !== 'published' || momentOf(one, nowOf(ctx)) === 'over') continue;
      if (await keepQuota(ctx, one)) said += 1;
      if (await lendPlaces(ctx, one)) done += 1;
      done += await keepOnePlaceEach(ctx, one, GIVEN_AT_ONCE - done);
      done += await promoteWaiting(ctx, one, GIVEN_AT_ONCE - done);
    }
    return { said, done };
  },
});
