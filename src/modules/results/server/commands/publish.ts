// Publishes one statement of a cut. The same indicator, period and cut twice is one publication.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { partition } from '#platform/partitions';

const day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));
const count = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0)));

export const publish = defineCommand({
  name: 'results.publish',
  permission: 'results.publish',
  input: v.object({
    indicator: v.pipe(v.string(), v.regex(/^[a-z-]+\.[a-z-]+$/)),
    version: v.pipe(v.number(), v.integer()),
    kind: v.picklist(['month', 'since']),
    from: v.nullable(day),
    to: day,
    cut: day,
    published: v.string(),
    exact: v.string(),
    records: count,
    doubtful: count,
  }),
  scope: () => ({ programme: true }),
  async run(ctx: CommandContext, input): Promise<{ id: string; fresh: boolean }> {
    let query = ctx.tx
      .selectFrom('publication')
      .select('id')
      .where('indicator', '=', input.indicator)
      .where('kind', '=', input.kind)
      .where('cut', '=', input.cut);
    query = input.from === null ? query.where('from', 'is', null) : query.where('from', '=', input.from);
    const known = await query.limit(1).executeTakeFirst();
    if (known) return { id: known.id, fresh: false };
    const { indicator, version, kind, from, to, cut, records, doubtful } = input;
    const id = await ctx.tx.append('publication', {
      partition: partition.public,
      indicator,
      version,
      kind,
      from,
      to,
      cut,
      body: input.published,
      records,
      doubtful,
    });
    await ctx.tx.append('publication_exact', { partition: partition.hub, publication: id, body: input.exact });
    return { id, fresh: true };
  },
});
