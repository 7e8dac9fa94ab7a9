// The outline of a district for maps: set by an import, taken away to return to the sketch.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { text, ubigeo } from '#platform/input';
import { partition } from '#platform/partitions';
import { boundaryRow } from '../land.ts';
import { findDistrict } from '../queries.ts';
import { MOST_LETTERS, readShape } from '../shapes.ts';

export const setBoundary = defineCommand({
  name: 'territory.set-boundary',
  permission: 'territory.manage',
  input: v.object({
    ubigeo: ubigeo(),
    shape: v.pipe(
      v.string('field.invalid'),
      v.maxLength(MOST_LETTERS, 'field.too-long'),
      v.check((shape) => readShape(shape) !== null, 'field.invalid'),
    ),
    /** Who made the file, and under which licence it may be used. */
    source: text(200),
    licence: text(120),
  }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (!(await findDistrict(ctx.tx, input.ubigeo))) return ctx.refuse('territory.district-unknown');
    const found = await boundaryRow(ctx.tx, input.ubigeo);
    const row = { shape: input.shape, source: input.source, licence: input.licence, status: 'verify' };
    if (!found)
      return { id: await ctx.tx.append('boundary', { partition: partition.public, ubigeo: input.ubigeo, ...row }) };
    const same = found.shape === row.shape && found.source === row.source && found.licence === row.licence;
    if (!same) await ctx.tx.update('boundary', { partition: partition.public, id: found.id }, row);
    return { id: found.id };
  },
});

export const removeBoundary = defineCommand({
  name: 'territory.remove-boundary',
  permission: 'territory.manage',
  input: v.object({ ubigeo: ubigeo() }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const found = await boundaryRow(ctx.tx, input.ubigeo);
    if (!found) return ctx.refuse('territory.district-unknown');
    if (found.shape) await ctx.tx.update('boundary', { partition: partition.public, id: found.id }, { shape: null });
    return null;
  },
});
