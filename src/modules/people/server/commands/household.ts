// Joins a person to the household of another, or takes her out of it.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId } from '#platform/input';
import { homeOf, personHere } from '../home.ts';
import { findHousehold } from '../households.ts';
import { HOUSEHOLD_ROLES } from '../lists.ts';

export const joinHousehold = defineCommand({
  name: 'people.join-household',
  permission: 'people.correct',
  input: v.object({
    person: recordId(),
    /** Somebody who lives there. */
    with: recordId(),
    role: v.optional(choice(HOUSEHOLD_ROLES), 'other'),
  }),
  async run(ctx: CommandContext, input): Promise<{ household: string }> {
    const home = homeOf(ctx);
    const person = await personHere(ctx, home, input.person);
    const other = await personHere(ctx, home, input.with);
    if (person.id === other.id) ctx.refuse('people.with-herself', { field: 'with' });
    const known = await findHousehold(ctx.tx, other.id);
    if (known && known === (await findHousehold(ctx.tx, person.id))) return { household: known };
    const household = known ?? (await ctx.tx.append('household', { partition: home.district, place: other.place }));
    const step = { partition: home.district, household, step: 'in', day: ctx.today() };
    if (!known) await ctx.tx.append('household_member', { ...step, person: other.id, role: 'head' });
    await ctx.tx.append('household_member', { ...step, person: person.id, role: input.role });
    return { household };
  },
});

export const leaveHousehold = defineCommand({
  name: 'people.leave-household',
  permission: 'people.correct',
  input: v.object({ person: recordId() }),
  async run(ctx: CommandContext, input): Promise<null> {
    const home = homeOf(ctx);
    const person = await personHere(ctx, home, input.person);
    const household = await findHousehold(ctx.tx, person.id);
    if (household)
      await ctx.tx.append('household_member', {
        partition: home.district,
        household,
        person: person.id,
        step: 'out',
        day: ctx.today(),
      });
    return null;
  },
});
