// What a form about a person may not say.
import type { CommandContext } from '#platform/command';
import { listCommunities } from '#modules/territory';
import type { Home } from './home.ts';

/** A clock that is not known does not decide what lies in the future. */
export function refuseImpossibleBirth(
  ctx: CommandContext,
  birth: { birthYear: number; birthDate: string | null },
): void {
  if (ctx.clockState === 'unknown') return;
  const today = ctx.today();
  if (birth.birthDate && birth.birthDate > today) ctx.refuse('people.born-in-the-future', { field: 'birthDate' });
  if (birth.birthYear > Number(today.slice(0, 4))) ctx.refuse('people.born-in-the-future', { field: 'birthYear' });
}

/** The community must be one of the telecentre's district. */
export async function checkPlace(ctx: CommandContext, home: Home, place: string | null): Promise<void> {
  if (place === null) return;
  const known = await listCommunities(ctx.tx, home.site.district);
  if (!known.some((community) => community.id === place)) ctx.refuse('people.place-unknown', { field: 'place' });
}
