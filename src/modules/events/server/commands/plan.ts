// An event is planned, changed, published and called off; what was published is never taken away, it is marked.
import * as v from 'valibot';
import { defaultScope, defineCommand, type CommandContext } from '#platform/command';
import {
  choice,
  civilDate,
  flag,
  optionalDay,
  optionalMinuteOfDay,
  optionalText,
  optionalWholeNumber,
  recordId,
  text,
  wholeNumber,
} from '#platform/input';
import { homeOf, nowOf, ownEvent, scopeById } from '../place.ts';
import type { EventEntry } from '../queries.ts';
import { KINDS, MOST_WEEKS, momentOf, timesRefusal, TOLD, weeksFrom } from '../rules.ts';
import { event } from '../tables.ts';
import { keepQuota, promoteWaiting } from './promoting.ts';

const fields = {
  kind: choice(KINDS),
  title: text(120),
  what: text(3000),
  day: civilDate(),
  lastDay: optionalDay(),
  from: optionalMinuteOfDay(),
  to: optionalMinuteOfDay(),
  venue: text(160),
  organiser: text(120),
  audience: optionalText(200),
  contact: optionalText(160),
  help: optionalText(300),
  /** Empty = as many as come. */
  capacity: optionalWholeNumber(1, 5_000),
  /** At a telecentre: kept for who registers elsewhere, the others it gives by itself. */
  kept: optionalWholeNumber(0, 5_000),
  closes: optionalDay(),
};
type Typed = v.InferOutput<v.ObjectSchema<typeof fields, undefined>>;

/** The columns that the fields make; refuses times that cannot be. */
function columnsOf(ctx: CommandContext, typed: Typed) {
  const { lastDay, from, to, ...rest } = typed;
  const times = { day: typed.day, lastDay: lastDay ?? typed.day, from, to };
  const wrong = timesRefusal(times);
  if (wrong) ctx.refuse(wrong.code, { field: wrong.field });
  if (typed.closes && typed.closes > times.lastDay) ctx.refuse('events.closes-after', { field: 'closes' });
  if (typed.kept !== null && (typed.capacity === null || typed.kept > typed.capacity))
    ctx.refuse('events.kept-more', { field: 'kept' });
  return { ...rest, last_day: times.lastDay, from_minute: from, to_minute: to };
}

export const planEvent = defineCommand({
  name: 'events.plan',
  permission: 'events.plan',
  input: v.object({
    ...fields,
    district: v.pipe(v.string('field.required'), v.regex(/^\d{6}$/, 'field.not-a-ubigeo')),
    /** Of the whole programme: every telecentre shows it. */
    wide: flag(),
    /** So many weeks in a row. */
    weeks: v.optional(wholeNumber(1, MOST_WEEKS), 1),
    publish: flag(),
  }),
  scope: (input, ctx) =>
    ctx.site.id ? defaultScope(ctx.site) : input.wide ? { programme: true } : { district: input.district },
  async run(ctx: CommandContext, input): Promise<{ id: string; made: number }> {
    const { district: asked, wide, weeks, publish, ...typed } = input;
    const district = ctx.site.district ?? asked;
    const columns = columnsOf(ctx, typed);
    const times = { day: columns.day, lastDay: columns.last_day, from: columns.from_minute, to: columns.to_minute };
    if (momentOf(times, nowOf(ctx)) === 'over' && publish) ctx.refuse('events.past', { field: 'day' });
    const partition = homeOf(ctx, district, wide);
    const state = publish ? 'published' : 'draft';
    const days = weeksFrom(columns.day, weeks);
    const lasts = weeksFrom(columns.last_day, weeks);
    const first = ctx.newId();
    for (const [at, day] of days.entries()) {
      const id = at === 0 ? first : ctx.newId();
      const row = {
        ...columns,
        day,
        last_day: lasts[at],
        district,
        sequence: 0,
        state,
        series: weeks > 1 ? first : null,
      };
      await ctx.tx.append('event', { partition, id, ...row });
      if (publish) await keepQuota(ctx, { id, district, capacity: columns.capacity });
    }
    return { id: first, made: days.length };
  },
});

const sequenceAfter = (known: EventEntry, changed: Record<string, unknown>): number => {
  const before: Record<string, unknown> = {
    day: known.day,
    last_day: known.lastDay,
    from_minute: known.from,
    to_minute: known.to,
    venue: known.venue,
    state: known.state,
  };
  const told = TOLD.some((name) => name in changed && changed[name] !== before[name]);
  return known.state !== 'draft' && told ? known.sequence + 1 : known.sequence;
};

export const changeEvent = defineCommand({
  name: 'events.change',
  permission: 'events.plan',
  input: v.object({ event: recordId(), ...fields }),
  scope: (input, ctx) => scopeById(input.event, ctx),
  async run(ctx: CommandContext, { event: id, ...typed }): Promise<{ id: string }> {
    const known = await ownEvent(ctx, id);
    if (known.state === 'cancelled') ctx.refuse('events.cancelled-already');
    const columns = columnsOf(ctx, typed);
    const sequence = sequenceAfter(known, columns);
    await ctx.tx.update(event.name, { partition: known.partition, id }, { ...columns, sequence });
    if (known.state === 'published' && (await keepQuota(ctx, { ...known, capacity: columns.capacity })))
      await promoteWaiting(ctx, { ...known, capacity: columns.capacity });
    return { id };
  },
});

export const publishEvent = defineCommand({
  name: 'events.publish',
  permission: 'events.plan',
  input: v.object({ event: recordId() }),
  scope: (input, ctx) => scopeById(input.event, ctx),
  async run(ctx: CommandContext, { event: id }): Promise<{ id: string }> {
    const known = await ownEvent(ctx, id);
    if (known.state === 'published') return { id };
    if (known.state === 'cancelled') ctx.refuse('events.cancelled-already');
    if (momentOf(known, nowOf(ctx)) === 'over') ctx.refuse('events.past');
    await ctx.tx.update(event.name, { partition: known.partition, id }, { state: 'published' });
    await keepQuota(ctx, known);
    return { id };
  },
});

export const cancelEvent = defineCommand({
  name: 'events.cancel',
  permission: 'events.plan',
  input: v.object({ event: recordId(), reason: text(300) }),
  scope: (input, ctx) => scopeById(input.event, ctx),
  async run(ctx: CommandContext, { event: id, reason }): Promise<{ id: string }> {
    const known = await ownEvent(ctx, id);
    if (known.state === 'cancelled') return { id };
    if (momentOf(known, nowOf(ctx)) === 'over') ctx.refuse('events.over');
    const sequence = sequenceAfter(known, { state: 'cancelled' });
    await ctx.tx.update(event.name, { partition: known.partition, id }, { state: 'cancelled', reason, sequence });
    return { id };
  },
});

export const writeMinutes = defineCommand({
  name: 'events.write-minutes',
  permission: 'events.plan',
  input: v.object({ event: recordId(), minutes: text(6000) }),
  scope: (input, ctx) => scopeById(input.event, ctx),
  async run(ctx: CommandContext, { event: id, minutes }): Promise<{ id: string }> {
    const known = await ownEvent(ctx, id);
    if (known.state !== 'published')
      ctx.refuse(known.state === 'draft' ? 'events.not-found' : 'events.cancelled-already');
    if (momentOf(known, nowOf(ctx)) === 'ahead') ctx.refuse('events.not-begun');
    await ctx.tx.update(event.name, { partition: known.partition, id }, { minutes });
    return { id };
  },
});
