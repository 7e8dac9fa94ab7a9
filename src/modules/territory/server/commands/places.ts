// Places are added, corrected and ended, never deleted: older records name them.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { civilDate, optionalText, recordId, text, ubigeo } from '#platform/input';
import { partition } from '#platform/partitions';
import { findDistrict, findPlace, listCommunities } from '../queries.ts';

export const addCommunity = defineCommand({
  name: 'territory.add-community',
  permission: 'territory.manage',
  input: v.object({ name: text(80), district: ubigeo(), source: optionalText(200) }),
  scope: (input) => ({ district: input.district }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const district = await findDistrict(ctx.tx, input.district);
    if (!district) return ctx.refuse('territory.district-unknown', { field: 'district' });
    const same = (await listCommunities(ctx.tx, input.district)).some(
      (one) => one.name.toLowerCase() === input.name.toLowerCase(),
    );
    if (same) return ctx.refuse('territory.name-taken', { field: 'name' });
    const id = await ctx.tx.append('place', {
      partition: partition.public,
      kind: 'community',
      name: input.name,
      parent: district.id,
      in_programme: district.inProgramme,
      source: input.source,
      status: 'verify',
    });
    return { id };
  },
});

export const correctPlace = defineCommand({
  name: 'territory.correct-place',
  permission: 'territory.manage',
  input: v.object({ place: recordId(), name: text(80), spoken: optionalText(80), source: optionalText(200) }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (!(await findPlace(ctx.tx, input.place))) return ctx.refuse('territory.place-unknown');
    const spoken = input.spoken ? JSON.stringify([input.spoken]) : null;
    await ctx.tx.update(
      'place',
      { partition: partition.public, id: input.place },
      { name: input.name, spoken, source: input.source },
    );
    return null;
  },
});

export const endPlace = defineCommand({
  name: 'territory.end-place',
  permission: 'territory.manage',
  input: v.object({ place: recordId(), day: civilDate() }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const found = await findPlace(ctx.tx, input.place);
    if (!found) return ctx.refuse('territory.place-unknown');
    if (found.kind !== 'community') return ctx.refuse('territory.only-communities-end');
    await ctx.tx.update('place', { partition: partition.public, id: input.place }, { valid_to: input.day });
    return null;
  },
});
