// Who came: those who registered by one press, others with their card, and a list on paper that is counted and must add up.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { optionalRecordId, recordId, wholeNumber } from '#platform/input';
import { findPerson } from '#modules/people';
import { nowOf, scopeById } from '../place.ts';
import { findEvent, type EventEntry } from '../queries.ts';
import { attendanceOf, findPlace, placesOf } from '../registrations.ts';
import { countCells } from '../rules.ts';

async function heldEvent(ctx: CommandContext, id: string): Promise<EventEntry> {
  const found = await findEvent(ctx.tx, id);
  if (!found || found.state === 'draft') return ctx.refuse('events.not-found');
  if (found.state === 'cancelled') ctx.refuse('events.cancelled-already');
  if (nowOf(ctx).day < found.day) ctx.refuse('events.not-begun');
  if (ctx.site.district && ctx.site.district !== found.district) ctx.refuse('events.other-district');
  return found;
}

export const markAttendance = defineCommand({
  name: 'events.attend',
  permission: 'events.attend',
  input: v.object({ event: recordId(), place: optionalRecordId(), person: optionalRecordId() }),
  scope: (input, ctx) => scopeById(input.event, ctx),
  async run(ctx: CommandContext, { event, place: row, person: asked }): Promise<{ id: string }> {
    const of = await heldEvent(ctx, event);
    const place = row ? await findPlace(ctx.tx, row) : undefined;
    if (row && place?.event !== of.id) ctx.refuse('events.place-unknown', { field: 'place' });
    const person = place?.person ?? asked;
    if (!place && !person) ctx.refuse('field.required', { field: 'card' });
    if (person) {
      const card = await findPerson(ctx.tx, person);
      if (!card || card.gone) ctx.refuse('people.not-found', { field: 'card' });
    }
    const { places, persons } = await attendanceOf(ctx.tx, of.id);
    // the same person came once, however often it is pressed
    if ((place && places.includes(place.id)) || (person && persons.includes(person))) return { id: of.id };
    const came = { event: of.id, place: place?.id ?? null, person: person ?? null, day: of.day };
    await ctx.tx.append('event_attendance', { partition: placesOf(of), ...came });
    return { id: of.id };
  },
});

export const countAttendance = defineCommand({
  name: 'events.count',
  permission: 'events.attend',
  input: v.object({
    event: recordId(),
    /** What stands at the foot of the paper; the cells must make it. */
    total: wholeNumber(0, 5_000),
    ...Object.fromEntries(countCells().map((cell) => [cell, v.optional(wholeNumber(0, 2_000), 0)])),
  }),
  scope: (input, ctx) => scopeById(input.event, ctx),
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const of = await heldEvent(ctx, input.event);
    const given = input as Record<string, unknown>;
    const counts = Object.fromEntries(countCells().map((cell) => [cell, Number(given[cell] ?? 0)]));
    const sum = Object.values(counts).reduce((all, one) => all + one, 0);
    if (sum !== input.total)
      ctx.refuse('events.total-differs', { field: 'total', params: { sum, total: input.total } });
    const row = { event: of.id, counts: JSON.stringify(counts), total: input.total, day: of.day };
    await ctx.tx.append('event_count', { partition: placesOf(of), ...row });
    return { id: of.id };
  },
});
