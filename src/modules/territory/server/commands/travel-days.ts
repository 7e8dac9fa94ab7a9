// How many working days a community is away from where papers are received; the act that says so is kept with it.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalDay, recordId, text, wholeNumber } from '#platform/input';
import { partition } from '#platform/partitions';
import { travelDaysOf } from '../land.ts';
import { findPlace } from '../queries.ts';
import { isLived, STATUSES } from '../rules.ts';

export const setTravelDays = defineCommand({
  name: 'territory.set-travel-days',
  permission: 'territory.manage',
  input: v.object({
    place: recordId(),
    days: wholeNumber(0, 60),
    unit: text(120),
    source: text(200),
    status: choice(STATUSES),
    from: optionalDay(),
  }),
  async scope(input, ctx) {
    const place = await findPlace(ctx.tx, input.place);
    const district = place?.parent ? await findPlace(ctx.tx, place.parent) : undefined;
    return district?.ubigeo && district.kind === 'district' ? { district: district.ubigeo } : { programme: true };
  },
  async run(ctx: CommandContext, { place, from, ...fields }) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const lived = await findPlace(ctx.tx, place);
    if (!lived) return ctx.refuse('territory.place-unknown', { field: 'place' });
    if (!isLived(lived.kind)) return ctx.refuse('territory.place-not-lived', { field: 'place' });
    const found = await travelDaysOf(ctx.tx, place);
    const row = { ...fields, valid_from: from };
    if (!found) return { id: await ctx.tx.append('travel_days', { partition: partition.public, place, ...row }) };
    const same = (Object.keys(fields) as (keyof typeof fields)[]).every((name) => found[name] === fields[name]);
    if (!same || found.from !== from)
      await ctx.tx.update('travel_days', { partition: partition.public, id: found.id }, row);
    return { id: found.id };
  },
});
