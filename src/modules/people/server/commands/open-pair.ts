// Opens two cards side by side with all that tells them apart and the actor may read; both views are written to the audit (RLPDP 46).
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { pairHere, scopeOf } from '../pair.ts';
import { findPersonDetail, type PersonDetail } from '../private.ts';
import { findPersonWithNames, type PersonWithNames } from '../queries.ts';
import { likeness, prepare, type Likeness } from '../similarity.ts';
import type { Verdict } from '../verdicts.ts';

export interface OpenedSide {
  person: PersonWithNames;
  detail: PersonDetail;
  /** Who registered the card, and when; hybrid stamp. */
  site: number;
  at: number;
}

export interface OpenedPair {
  sides: [OpenedSide, OpenedSide];
  likeness: Likeness;
  /** What stands of them. */
  decision: { verdict: Verdict; at: number } | null;
}

export const openPair = defineCommand({
  name: 'people.open-pair',
  permission: 'people.correct',
  input: v.object({ person: recordId(), other: recordId() }),
  scope: scopeOf,
  async run(ctx: CommandContext, input): Promise<OpenedPair> {
    const { cards } = await pairHere(ctx, input);
    const side = async ({ id, partition }: { id: string; partition: string }): Promise<OpenedSide> => {
      const person = await findPersonWithNames(ctx.tx, ctx.actor, id);
      if (!person) ctx.refuse('people.not-found');
      await ctx.audit({ event: 'people.viewed', subject: id });
      const made = await ctx.tx
        .selectFrom('person')
        .select(['made_site', 'made_at'])
        .where('partition', '=', partition)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const detail = await findPersonDetail(ctx.tx, ctx.actor, person);
      return { person, detail, site: made.made_site, at: made.made_at };
    };
    const [one, two] = [await side(cards[0]), await side(cards[1])];
    const decision = await ctx.tx
      .selectFrom('person_decision')
      .select(['verdict', 'made_at'])
      .where('person', '=', one.person.id)
      .where('other', '=', two.person.id)
      .executeTakeFirst();
    return {
      sides: [one, two],
      likeness: likeness(prepare(one.person), prepare(two.person)),
      decision: decision ? { verdict: decision.verdict, at: decision.made_at } : null,
    };
  },
});
