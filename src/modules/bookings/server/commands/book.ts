// Books a computer or a room at its own telecentre, once or week by week.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { flag, recordId, wholeNumber } from '#platform/input';
import { findPerson } from '#modules/people';
import { wishFields } from '../fields.ts';
import { place } from '../placing.ts';

export const book = defineCommand({
  name: 'bookings.book',
  permission: 'bookings.book',
  input: v.object({
    bookable: recordId(),
    ...wishFields,
    weeks: v.optional(wholeNumber(1, 26), 1),
    skip: flag(),
  }),
  async run(ctx: CommandContext, input): Promise<{ id: string; made: number; left: string[] }> {
    // a resident books for herself
    const person = ctx.actor.kind === 'resident' ? (ctx.actor.person ?? null) : input.person;
    if (person) {
      const card = await findPerson(ctx.tx, person);
      if (!card || card.gone) ctx.refuse('people.not-found', { field: 'card' });
    }
    return place(ctx, { ...input, person, request: null });
  },
});
