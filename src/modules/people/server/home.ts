// The telecentre at which something is written about a person: her card goes to its district, what is private stays with it.
import type { CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';
import { findPerson, type PersonCard } from './queries.ts';

export interface Home {
  site: { id: string; district: string; number: number };
  /** `d/<district>`. */
  district: string;
  /** `t/<site>/private`. */
  private: string;
}

/** Refuses at the hub: people are met at a telecentre, and its rows are written there. */
export function homeOf(ctx: CommandContext): Home {
  const { id, district, number } = ctx.site;
  if (!id || !district || number === undefined) ctx.refuse('people.at-a-telecentre');
  return { site: { id, district, number }, district: partition.district(district), private: partition.sitePrivate(id) };
}

/** The person named by a form, held here and still on the list; refuses otherwise, also when the id is of another district. */
export async function personHere(ctx: CommandContext, home: Home, id: string): Promise<PersonCard> {
  const person = await findPerson(ctx.tx, id);
  if (!person || person.partition !== home.district) ctx.refuse('people.not-found');
  if (person.gone) ctx.refuse('people.gone');
  return person;
}
