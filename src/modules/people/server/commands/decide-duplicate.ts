// Somebody looked at two cards: they mean one person, or two, or it is left open. Nothing is merged silently, and a later word undoes this one.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, recordId } from '#platform/input';
import { pairHere, scopeOf } from '../pair.ts';
import { VERDICTS, type Verdict } from '../verdicts.ts';

export interface Decided {
  id: string;
  person: string;
  other: string;
  verdict: Verdict;
}

export const decideDuplicate = defineCommand({
  name: 'people.decide-duplicate',
  permission: 'people.correct',
  input: v.object({ person: recordId(), other: recordId(), verdict: choice(VERDICTS) }),
  scope: scopeOf,
  async run(ctx: CommandContext, input): Promise<Decided> {
    const { cards, partition } = await pairHere(ctx, input);
    const [person, other] = [cards[0].id, cards[1].id];
    const { verdict } = input;
    const id = await ctx.tx.append('person_link', { partition, person, other, verdict });
    return { id, person, other, verdict };
  },
});
