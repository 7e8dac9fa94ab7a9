// Pages and news: every save is a version that stays, one of them is what everybody reads, from a moment on.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import {
  choice,
  optionalDay,
  optionalMinuteOfDay,
  optionalRecordId,
  optionalText,
  recordId,
  text,
} from '#platform/input';
import { partition as names } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { findPage, findPageBySlug, findPlacePage, versionsOf, type PageHead } from '../queries.ts';

/** An act holds 16 kB, and letters of Spanish may take two bytes. */
const LONGEST = 6_000;
export const KINDS = ['news', 'page', 'place'] as const;

const scopeOf = (page: Pick<PageHead, 'district'>): Scope =>
  page.district ? { district: page.district } : { programme: true };

async function scopeById(id: string, ctx: CommandContext): Promise<Scope> {
  const page = await findPage(ctx.tx, id);
  return page ? scopeOf(page) : { programme: true };
}

async function ownPage(ctx: CommandContext, id: string): Promise<PageHead> {
  if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
  return (await findPage(ctx.tx, id)) ?? ctx.refuse('site.page-unknown');
}

async function forget(ctx: CommandContext, page: string): Promise<void> {
  const account = ctx.actor.account;
  if (!account) return;
  await ctx.tx.local
    .deleteFrom('page_draft')
    .where('account', '=', account)
    .where('page', 'in', [page, 'new'])
    .execute();
}

const words = {
  language: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/, 'field.invalid')), 'es'),
  title: text(140),
  summary: text(300),
  body: text(LONGEST),
};

/** A new page with its first version, as a draft. */
export const startPage = defineCommand({
  name: 'site.start-page',
  permission: 'site.edit',
  input: v.object({
    ...words,
    kind: choice(KINDS),
    /** Empty = the whole programme. */
    district: optionalText(6),
    slug: optionalText(60),
  }),
  scope: (input) => (input.district ? { district: input.district } : { programme: true }),
  async run(ctx: CommandContext, { kind, district, slug, ...said }): Promise<{ id: string }> {
    if (ctx.site.role !== 'hub') return ctx.refuse('replication.hub-only');
    if (district && !/^\d{6}$/.test(district)) ctx.refuse('field.not-a-ubigeo', { field: 'district' });
    if (kind === 'page') {
      if (!slug || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug)) ctx.refuse('site.slug-form', { field: 'slug' });
      if (await findPageBySlug(ctx.tx, slug ?? '')) ctx.refuse('site.slug-taken', { field: 'slug' });
    }
    if (kind === 'place') {
      if (!district) return ctx.refuse('field.required', { field: 'district' });
      const known = await findPlacePage(ctx.tx, district);
      if (known) ctx.refuse('site.place-has-page', { field: 'district' });
    }
    const partition = district ? names.district(district) : names.public;
    const row = {
      kind,
      district: district ?? '',
      slug: kind === 'page' ? slug : null,
      published: '{}',
      state: 'draft',
    };
    const id = await ctx.tx.append('page', { partition, ...row });
    await ctx.tx.append('page_version', { partition, page: id, ...said, after: null });
    await forget(ctx, 'new');
    return { id };
  },
});

export interface Saved {
  id: string;
  /** Somebody else saved a version in between: both are kept, and who saves is told. */
  meanwhile: boolean;
}

/** Another version; what everybody reads does not change by it. */
export const savePage = defineCommand({
  name: 'site.save-page',
  permission: 'site.edit',
  input: v.object({
    page: recordId(),
    ...words,
    /** The version that was on the screen. */
    after: optionalRecordId(),
  }),
  scope: (input, ctx) => scopeById(input.page, ctx),
  async run(ctx: CommandContext, { page: id, after, ...said }): Promise<Saved> {
    const page = await ownPage(ctx, id);
    const [latest] = (await versionsOf(ctx.tx, [id])).filter(({ language }) => language === said.language);
    const same = latest?.title === said.title && latest.summary === said.summary && latest.body === said.body;
    if (!same) await ctx.tx.append('page_version', { partition: page.partition, page: id, ...said, after });
    await forget(ctx, id);
    return { id, meanwhile: !same && latest !== undefined && after !== latest.id };
  },
});

/** One version in each language becomes what everybody reads: now, or from a day and an hour on. */
export const publishPage = defineCommand({
  name: 'site.publish-page',
  permission: 'site.edit',
  input: v.object({
    page: recordId(),
    version: recordId(),
    day: optionalDay(),
    minute: optionalMinuteOfDay(),
  }),
  scope: (input, ctx) => scopeById(input.page, ctx),
  async run(ctx: CommandContext, { page: id, version: chosen, day, minute }): Promise<{ id: string; later: boolean }> {
    const page = await ownPage(ctx, id);
    const version = (await versionsOf(ctx.tx, [id], 1_000)).find((one) => one.id === chosen);
    if (!version) return ctx.refuse('site.version-unknown');
    if (!day && minute !== null) ctx.refuse('field.required', { field: 'day' });
    const at = day ? instantOf(day, minute ?? 0, ctx.zone) : undefined;
    // what is read already stays readable: a later moment would hide it
    const out = page.state === 'published' && (page.fromAt ?? 0) <= ctx.wall;
    const fromAt = at !== undefined && at > ctx.wall && !out ? at : out ? (page.fromAt ?? ctx.wall) : ctx.wall;
    if (at !== undefined && at > ctx.wall && out) ctx.refuse('site.published-already', { field: 'day' });
    const published = JSON.stringify({ ...page.published, [version.language]: version.id });
    await ctx.tx.update('page', { partition: page.partition, id }, { published, state: 'published', from_at: fromAt });
    return { id, later: fromAt > ctx.wall };
  },
});

export const withdrawPage = defineCommand({
  name: 'site.withdraw-page',
  permission: 'site.edit',
  input: v.object({ page: recordId() }),
  scope: (input, ctx) => scopeById(input.page, ctx),
  async run(ctx: CommandContext, { page: id }): Promise<{ id: string }> {
    const page = await ownPage(ctx, id);
    if (page.state === 'published')
      await ctx.tx.update('page', { partition: page.partition, id }, { state: 'withdrawn' });
    return { id };
  },
});

/** Midnight and a minute of a civil day in the programme's zone, milliseconds UTC. */
function instantOf(day: string, minute: number, zone: string): number {
  const time = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone });
  return time.add({ minutes: minute }).epochMilliseconds;
}

const MOST_FIELDS = 12;

/** What is typed and not saved, kept on this machine only; sent by the page itself every few seconds. */
export const keepTyped = defineCommand({
  name: 'site.keep-typed',
  permission: 'site.edit',
  input: v.object({
    page: v.pipe(v.string('field.invalid'), v.regex(/^(new|[0-9A-Z]{6,24})$/, 'field.invalid')),
    fields: v.pipe(
      v.record(v.pipe(v.string(), v.maxLength(40)), v.pipe(v.string(), v.maxLength(20_000))),
      v.check((fields) => Object.keys(fields).length <= MOST_FIELDS, 'field.invalid'),
    ),
  }),
  scope: (input, ctx) => (input.page === 'new' ? anywhere(ctx) : scopeById(input.page, ctx)),
  async run(ctx: CommandContext, { page, fields }): Promise<null> {
    const account = ctx.actor.account;
    if (!account) return ctx.refuse('permissions.denied');
    const row = { fields: JSON.stringify(fields), at: ctx.wall };
    await ctx.tx.local
      .insertInto('page_draft')
      .values({ account, page, ...row })
      .onConflict((conflict) => conflict.columns(['account', 'page']).doUpdateSet(row))
      .execute();
    return null;
  },
});

/** A page that has no place yet: wherever this person may write at all. */
const anywhere = (ctx: CommandContext): Scope =>
  ctx.actor.grants.find((grant) => grant.permissions.has('site.edit'))?.scope ?? { programme: true };

export const throwAway = defineCommand({
  name: 'site.throw-away',
  permission: 'site.edit',
  input: v.object({ page: v.pipe(v.string('field.invalid'), v.regex(/^(new|[0-9A-Z]{6,24})$/, 'field.invalid')) }),
  scope: (input, ctx) => (input.page === 'new' ? anywhere(ctx) : scopeById(input.page, ctx)),
  async run(ctx: CommandContext, { page }): Promise<null> {
    await ctx.tx.local
      .deleteFrom('page_draft')
      .where('account', '=', ctx.actor.account ?? '')
      .where('page', '=', page)
      .execute();
    return null;
  },
});
