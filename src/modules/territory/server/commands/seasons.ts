// Seasons are rows: told by whoever knows the district, ended without vanishing.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, civilDate, optionalRecordId, optionalText, recordId, text } from '#platform/input';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { seasonRow } from '../land.ts';
import { findDistrict, findPlace } from '../queries.ts';
import { STATUSES } from '../rules.ts';
import { daysPair, SEASON_DAY, SEASON_KINDS } from '../seasons.ts';

const day = () => v.pipe(text(10), v.regex(SEASON_DAY, 'territory.season-day'));
const scopeOf = (district: string | null): Scope => (district ? { district } : { programme: true });

export const addSeason = defineCommand({
  name: 'territory.add-season',
  permission: 'territory.manage',
  input: v.object({
    kind: choice(SEASON_KINDS),
    name: text(120),
    starts: day(),
    ends: day(),
    /** Empty = the whole territory. */
    district: v.pipe(
      optionalText(6),
      v.check((code) => code === null || /^\d{6}$/.test(code), 'field.not-a-ubigeo'),
    ),
    place: optionalRecordId(),
    source: text(200),
    status: choice(STATUSES),
  }),
  scope: (input) => scopeOf(input.district),
  async run(ctx: CommandContext, { district, place, ...fields }) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (!daysPair(fields.starts, fields.ends)) return ctx.refuse('territory.season-pair', { field: 'ends' });
    const unit = district ? await findDistrict(ctx.tx, district) : undefined;
    if (district && !unit) return ctx.refuse('territory.district-unknown', { field: 'district' });
    if (place && (await findPlace(ctx.tx, place))?.parent !== unit?.id)
      return ctx.refuse('territory.place-unknown', { field: 'place' });
    const row = { ...fields, district: district ?? '', place };
    return { id: await ctx.tx.append('season', { partition: partition.public, ...row }) };
  },
});

export const endSeason = defineCommand({
  name: 'territory.end-season',
  permission: 'territory.manage',
  input: v.object({ season: recordId(), day: civilDate() }),
  scope: async (input, ctx) => scopeOf((await seasonRow(ctx.tx, input.season))?.district || null),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const found = await seasonRow(ctx.tx, input.season);
    if (!found) return ctx.refuse('territory.season-unknown');
    if (found.valid_to !== input.day)
      await ctx.tx.update('season', { partition: partition.public, id: found.id }, { valid_to: input.day });
    return null;
  },
});
