// The private row of a person at this telecentre: one per person, made when there is first something to keep.
import type { CommandContext } from '#platform/command';
import type { Home } from './home.ts';

export async function saveDetail(
  ctx: CommandContext,
  home: Home,
  person: string,
  fields: Record<string, string | number | null>,
): Promise<void> {
  const known = await ctx.tx
    .selectFrom('person_detail')
    .select('id')
    .where('partition', '=', home.private)
    .where('id', '=', person)
    .executeTakeFirst();
  if (known) await ctx.tx.update('person_detail', { partition: home.private, id: person }, fields);
  else await ctx.tx.append('person_detail', { partition: home.private, id: person, person, ...fields });
}
