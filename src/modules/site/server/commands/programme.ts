// What the programme says of itself: purpose, objectives, results, partners, donor, contact.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalDay, optionalText, text } from '#platform/input';
import { partition as names } from '#platform/partitions';
import { findProgramme } from '../queries.ts';

export const setProgramme = defineCommand({
  name: 'site.set-programme',
  permission: 'site.edit',
  input: v.object({
    purpose: text(1_200),
    objectives: text(1_500),
    results: text(1_500),
    partners: text(600),
    visibility: optionalText(400),
    contact: optionalText(400),
    links: optionalText(600),
    starts: optionalDay(),
    ends: optionalDay(),
    status: choice(['text', 'secondary', 'verify'] as const),
    source: text(200),
  }),
  scope: () => ({ programme: true }),
  async run(ctx: CommandContext, input): Promise<null> {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (input.starts && input.ends && input.ends < input.starts) ctx.refuse('site.dates-crossed', { field: 'ends' });
    const known = await findProgramme(ctx.tx);
    if (known) await ctx.tx.update('programme', { partition: names.public, id: known.id }, input);
    else await ctx.tx.append('programme', { partition: names.public, ...input });
    return null;
  },
});
