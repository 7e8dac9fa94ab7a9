// The two cards of a decision, and the place where it is taken and written.
import { defaultScope, type CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { scopeOfPair } from './duplicates.ts';
import { homeOf, personHere } from './home.ts';
import { findPerson, type PersonCard } from './queries.ts';

export interface PairInput {
  person: string;
  other: string;
}

/** At the hub the districts of the two cards; at a telecentre the telecentre. */
export async function scopeOf(input: PairInput, ctx: CommandContext): Promise<Scope> {
  if (ctx.site.role === 'telecentre') return defaultScope(ctx.site);
  const cards = [await findPerson(ctx.tx, input.person), await findPerson(ctx.tx, input.other)];
  return scopeOfPair(
    ctx.actor,
    cards.flatMap((card) => card?.partition ?? []),
  );
}

export interface PairHere {
  /** The lesser id first. */
  cards: [PersonCard, PersonCard];
  /** Where the decision is written: the district, or the hub alone when the cards lie in two. */
  partition: string;
}

/** Refuses when one of them is not held here or is off the list, and when both are one card. */
export async function pairHere(ctx: CommandContext, input: PairInput): Promise<PairHere> {
  const [one, two] = [await cardHere(ctx, input.person), await cardHere(ctx, input.other)];
  if (one.id === two.id) ctx.refuse('people.with-herself', { field: 'other' });
  return {
    cards: one.id < two.id ? [one, two] : [two, one],
    partition: one.partition === two.partition ? one.partition : partition.hub,
  };
}

async function cardHere(ctx: CommandContext, id: string): Promise<PersonCard> {
  if (ctx.site.role === 'telecentre') return personHere(ctx, homeOf(ctx), id);
  const card = await findPerson(ctx.tx, id);
  if (!card) ctx.refuse('people.not-found');
  if (card.gone) ctx.refuse('people.gone');
  return card;
}
