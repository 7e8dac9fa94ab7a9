// Somebody looked at two cards: they mean one person, or two. Nothing is merged silently, and a later decision undoes this one.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId } from '#platform/input';
import { homeOf, personHere } from '../home.ts';

export const decideDuplicate = defineCommand({
  name: 'people.decide-duplicate',
  permission: 'people.correct',
  input: v.object({ person: recordId(), other: recordId(), verdict: choice(['same', 'different']) }),
  async run(ctx: CommandContext, input): Promise<{ id: string }> {
    const home = homeOf(ctx);
    const one = await personHere(ctx, home, input.person);
    const two = await personHere(ctx, home, input.other);
    if (one.id === two.id) ctx.refuse('people.with-herself', { field: 'other' });
    const [person, other] = [one.id, two.id].toSorted();
    const id = await ctx.tx.append('person_link', { partition: home.district, person, other, verdict: input.verdict });
    return { id };
  },
});
