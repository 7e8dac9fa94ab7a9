// Looking at numbers as they are is written down; a recount marks every month to be counted anew.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { recordId } from '#platform/input';
import { findSite } from '#replication';
import { markAll } from '../marking.ts';

export const openExact = defineCommand({
  name: 'statistics.open-exact',
  permission: 'statistics.exact',
  input: v.object({
    month: v.pipe(v.string('field.required'), v.regex(/^\d{4}-\d{2}$/, 'field.invalid')),
    /** Telecentre; absent = the programme. */
    site: v.optional(v.nullable(recordId()), null),
  }),
  scope: async ({ site }, ctx) => {
    const found = site ? await findSite(ctx.tx, site) : undefined;
    if (found) return { site: found.id, district: found.district };
    return ctx.site.id && ctx.site.district ? { site: ctx.site.id, district: ctx.site.district } : { programme: true };
  },
  async run(ctx: CommandContext, { month, site }): Promise<null> {
    await ctx.audit({ event: 'statistics.exact-opened', subject: site ?? 'programme', detail: { month } });
    return null;
  },
});

export const recountAll = defineCommand({
  name: 'statistics.recount',
  permission: 'statistics.recount',
  input: v.object({}),
  run: async (ctx: CommandContext): Promise<{ months: number }> => ({ months: await markAll(ctx.tx) }),
});
