// Holidays are rows: regional ones and days declared year by year are added with their norm, and end without vanishing.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, civilDate, optionalDay, optionalText, recordId, text } from '#platform/input';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { findByCode, findHoliday } from '../queries.ts';
import { HOLIDAY_DAY, holidayDate, STATUSES } from '../rules.ts';

/** A leap year, so that 29 February is a day. */
const ANY_YEAR = 2028;

const day = () =>
  v.pipe(
    text(12),
    v.regex(HOLIDAY_DAY, 'territory.holiday-day'),
    v.check(
      (value) => holidayDate(value, value.length === 10 ? Number(value.slice(0, 4)) : ANY_YEAR) !== null,
      'field.not-a-date',
    ),
  );

function scopeOf(code: string | null): Scope {
  if (!code || code.endsWith('0000')) return { programme: true };
  return code.endsWith('00') ? { province: code.slice(0, 4) } : { district: code };
}

export const addHoliday = defineCommand({
  name: 'territory.add-holiday',
  permission: 'territory.manage',
  input: v.object({
    day: day(),
    name: text(120),
    /** UBIGEO of a department, province or district; empty = the nation. */
    scope: v.pipe(
      optionalText(6),
      v.check((code) => code === null || /^\d{6}$/.test(code), 'field.not-a-ubigeo'),
    ),
    source: text(200),
    status: choice(STATUSES),
    from: optionalDay(),
  }),
  scope: (input) => scopeOf(input.scope),
  async run(ctx: CommandContext, { from, scope, ...fields }) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (scope && !(await findByCode(ctx.tx, scope))) return ctx.refuse('territory.place-unknown', { field: 'scope' });
    const row = { ...fields, scope: scope ?? '', valid_from: from };
    return { id: await ctx.tx.append('holiday', { partition: partition.public, ...row }) };
  },
});

export const endHoliday = defineCommand({
  name: 'territory.end-holiday',
  permission: 'territory.manage',
  input: v.object({ holiday: recordId(), day: civilDate() }),
  scope: async (input, ctx) => scopeOf((await findHoliday(ctx.tx, input.holiday))?.scope ?? null),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const found = await findHoliday(ctx.tx, input.holiday);
    if (!found) return ctx.refuse('territory.holiday-unknown');
    if (found.validTo !== input.day)
      await ctx.tx.update('holiday', { partition: partition.public, id: found.id }, { valid_to: input.day });
    return null;
  },
});
