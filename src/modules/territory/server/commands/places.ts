// Places are added, corrected and ended, never deleted: older records name them.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import {
  choice,
  civilDate,
  flag,
  optionalChoice,
  optionalDay,
  optionalRecordId,
  optionalText,
  recordId,
  text,
  ubigeo,
} from '#platform/input';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { findByCode, findDistrict, findPlace, listInside, type PlaceEntry } from '../queries.ts';
import { codeFits, isLived, KINDS, PARENT, readNames, STATUSES } from '../rules.ts';

const optionalCode = () =>
  v.pipe(
    optionalText(6),
    v.check((code) => code === null || /^\d{6}$/.test(code), 'field.not-a-ubigeo'),
  );
const degrees = (most: number) =>
  v.pipe(
    optionalText(20),
    v.transform((value) => (value === null ? null : Number(value.replace(',', '.')))),
    v.check((value) => value === null || (Number.isFinite(value) && Math.abs(value) <= most), 'territory.not-degrees'),
  );

const known = {
  name: text(80),
  /** What people say; several with commas. */
  spoken: optionalText(300),
  latitude: degrees(90),
  longitude: degrees(180),
  /** Where it comes from. */
  source: optionalText(200),
};

/** The programme for departments to districts, the district for what lies in one. */
function scopeOf(place: { kind: string } | undefined, district: PlaceEntry | undefined): Scope {
  return place && isLived(place.kind) && district?.ubigeo ? { district: district.ubigeo } : { programme: true };
}

async function scopeOfPlace(ctx: CommandContext, id: string): Promise<Scope> {
  const place = await findPlace(ctx.tx, id);
  return scopeOf(place, place?.parent ? await findPlace(ctx.tx, place.parent) : undefined);
}

const spokenJson = (typed: string | null) => {
  const names = readNames(typed);
  return names.length > 0 ? JSON.stringify(names) : null;
};

/** What is said to be verified says by what. */
function needSource(ctx: CommandContext, status: string | null, source: string | null): void {
  if (status && status !== 'verify' && !source) ctx.refuse('territory.source-needed', { field: 'source' });
}

async function refuseSameName(ctx: CommandContext, parent: string, name: string, except?: string): Promise<void> {
  const taken = (await listInside(ctx.tx, parent)).some(
    (one) => one.id !== except && isLived(one.kind) && one.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) ctx.refuse('territory.name-taken', { field: 'name' });
}

/** The short way for the commonest place: a community, to be verified. */
export const addCommunity = defineCommand({
  name: 'territory.add-community',
  permission: 'territory.manage',
  input: v.object({ ...known, district: ubigeo() }),
  scope: (input) => ({ district: input.district }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const { district: code, spoken, ...fields } = input;
    const district = await findDistrict(ctx.tx, code);
    if (!district) return ctx.refuse('territory.district-unknown', { field: 'district' });
    await refuseSameName(ctx, district.id, fields.name);
    const place = { kind: 'community', ...fields, spoken: spokenJson(spoken), parent: district.id, status: 'verify' };
    return { id: await ctx.tx.append('place', { partition: partition.public, ...place }) };
  },
});

/** Any unit: a new district with the one of which it was made, a province of another department. */
export const addPlace = defineCommand({
  name: 'territory.add-place',
  permission: 'territory.manage',
  input: v.object({
    ...known,
    kind: choice(KINDS),
    parent: optionalRecordId(),
    ubigeo: optionalCode(),
    reniec: optionalCode(),
    predecessor: optionalRecordId(),
    from: optionalDay(),
    status: choice(STATUSES),
    inProgramme: flag(),
  }),
  scope: async (input, ctx) => scopeOf(input, input.parent ? await findPlace(ctx.tx, input.parent) : undefined),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const { kind, ubigeo: code, spoken, predecessor, from, inProgramme, ...fields } = input;
    needSource(ctx, fields.status, fields.source);
    const parent = fields.parent ? await findPlace(ctx.tx, fields.parent) : undefined;
    if ((PARENT[kind] ?? undefined) !== parent?.kind) return ctx.refuse('territory.wrong-parent', { field: 'parent' });
    if (isLived(kind)) {
      if (code || fields.reniec) return ctx.refuse('territory.code-not-here', { field: 'ubigeo' });
      await refuseSameName(ctx, parent?.id ?? '', fields.name);
    } else {
      if (!code) return ctx.refuse('field.required', { field: 'ubigeo' });
      if (!codeFits(kind, code, parent?.ubigeo ?? null))
        return ctx.refuse('territory.code-elsewhere', { field: 'ubigeo' });
      if (await findByCode(ctx.tx, code)) return ctx.refuse('territory.code-taken', { field: 'ubigeo' });
    }
    if (predecessor && !(await findPlace(ctx.tx, predecessor)))
      return ctx.refuse('territory.place-unknown', { field: 'predecessor' });
    if (from && from > ctx.today()) return ctx.refuse('territory.day-ahead', { field: 'from' });
    const id = await ctx.tx.append('place', {
      partition: partition.public,
      kind,
      ubigeo: code,
      ...fields,
      spoken: spokenJson(spoken),
      predecessor,
      valid_from: from,
      in_programme: kind === 'district' ? inProgramme : null,
    });
    return { id };
  },
});

/** Names, coordinates, source and how well it is known; what is left empty of coordinates and status stays. */
export const correctPlace = defineCommand({
  name: 'territory.correct-place',
  permission: 'territory.manage',
  input: v.object({ place: recordId(), ...known, status: optionalChoice(STATUSES) }),
  scope: (input, ctx) => scopeOfPlace(ctx, input.place),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const { place: id, name, spoken, source, ...kept } = input;
    const place = await findPlace(ctx.tx, id);
    if (!place) return ctx.refuse('territory.place-unknown');
    needSource(ctx, kept.status, source);
    if (isLived(place.kind) && place.parent) await refuseSameName(ctx, place.parent, name, id);
    const given = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== null));
    await ctx.tx.update(
      'place',
      { partition: partition.public, id },
      { name, spoken: spokenJson(spoken), source, ...given },
    );
    return null;
  },
});

/** Whether the programme works in a district. */
export const setInProgramme = defineCommand({
  name: 'territory.set-in-programme',
  permission: 'territory.manage',
  input: v.object({ place: recordId(), inProgramme: flag() }),
  scope: () => ({ programme: true }),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const place = await findPlace(ctx.tx, input.place);
    if (place?.kind !== 'district') return ctx.refuse('territory.district-unknown');
    const key = { partition: partition.public, id: place.id };
    if (place.inProgramme !== input.inProgramme) await ctx.tx.update('place', key, { in_programme: input.inProgramme });
    return null;
  },
});

/** The last day on which it is a place of its own. It stays readable for what names it. */
export const endPlace = defineCommand({
  name: 'territory.end-place',
  permission: 'territory.manage',
  input: v.object({ place: recordId(), day: civilDate() }),
  scope: (input, ctx) => scopeOfPlace(ctx, input.place),
  async run(ctx: CommandContext, input) {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    const place = await findPlace(ctx.tx, input.place);
    if (!place) return ctx.refuse('territory.place-unknown');
    if (input.day > ctx.today()) return ctx.refuse('territory.day-ahead', { field: 'day' });
    if (place.validFrom && input.day < place.validFrom) return ctx.refuse('territory.before-start', { field: 'day' });
    if ((await listInside(ctx.tx, place.id)).length > 0) return ctx.refuse('territory.places-inside');
    if (place.validTo === input.day) return null;
    await ctx.tx.update('place', { partition: partition.public, id: place.id }, { valid_to: input.day });
    return null;
  },
});
