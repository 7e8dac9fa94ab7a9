// Events from somebody else's calendar, as drafts: known ones are changed, new ones made, and nothing is published by itself.
import * as v from 'valibot';
import { runCommand, defineCommand, type CommandContext, type CommandRefusal } from '#platform/command';
import type { App } from '#platform/app';
import { can, type Actor } from '#platform/permissions';
import { flag, optionalText, text } from '#platform/input';
import { defaultScope } from '#platform/command';
import { readBeside } from '../calendar-beside.ts';
import type { ReadCalendar, ReadEvent } from '../calendar-reading.ts';
import { homeOf, ownEvent } from '../place.ts';
import { findByUid } from '../queries.ts';
import { civilDateTime } from '../now.ts';

/** In one act, which stays below 16 kB. */
const AT_ONCE = 4;
/** Repetitions are looked at for so many days. */
const AHEAD = 366;

const entry = v.object({
  uid: v.pipe(v.string(), v.maxLength(200)),
  title: text(120),
  what: optionalText(3_000),
  venue: optionalText(160),
  day: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  lastDay: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  from: v.nullable(v.number()),
  to: v.nullable(v.number()),
  cancelled: v.boolean(),
});

export const importEvents = defineCommand({
  name: 'events.import',
  permission: 'events.plan',
  input: v.object({
    events: v.pipe(v.array(entry), v.maxLength(AT_ONCE, 'field.invalid')),
    district: v.pipe(v.string('field.required'), v.regex(/^\d{6}$/, 'field.not-a-ubigeo')),
    organiser: text(120),
    venue: text(160),
    wide: flag(),
  }),
  scope: (input, ctx) =>
    ctx.site.id ? defaultScope(ctx.site) : input.wide ? { programme: true } : { district: input.district },
  async run(ctx: CommandContext, input): Promise<{ made: number; changed: number }> {
    const district = ctx.site.district ?? input.district;
    let made = 0;
    let changed = 0;
    for (const { uid, lastDay, from, to, cancelled, what, venue, ...rest } of input.events) {
      const row = { ...rest, last_day: lastDay, from_minute: from, to_minute: to, what: what ?? rest.title };
      const place = venue ?? input.venue;
      const known = await findByUid(ctx.tx, uid);
      if (!known) {
        // what was called off before anybody here heard of it is nobody's concern here
        if (cancelled) continue;
        const home = { partition: homeOf(ctx, district, input.wide), district, organiser: input.organiser };
        await ctx.tx.append('event', {
          ...{ ...home, ...row, venue: place, kind: 'workshop', uid },
          ...{ sequence: 0, state: 'draft' },
        });
        made += 1;
        continue;
      }
      const own = await ownEvent(ctx, known.id);
      const state = cancelled && own.state === 'published' ? 'cancelled' : own.state;
      const same =
        own.title === row.title &&
        own.day === row.day &&
        own.lastDay === lastDay &&
        own.from === from &&
        own.to === to &&
        own.venue === place &&
        own.what === row.what &&
        own.state === state;
      if (same) continue;
      const sequence = own.state === 'draft' ? own.sequence : own.sequence + 1;
      await ctx.tx.update('event', { partition: own.partition, id: own.id }, { ...row, venue: place, state, sequence });
      changed += 1;
    }
    return { made, changed };
  },
});

export interface Imported {
  made: number;
  changed: number;
  problems: ReadCalendar['problems'];
}

const refused = (code: string): { ok: false; refusal: CommandRefusal } => ({
  ok: false,
  refusal: { code, field: 'file', params: {}, issues: [{ field: 'file', code }] },
});

/** A whole file, in acts of a few events each; sent twice it changes nothing more. */
export async function importCalendar(
  app: App,
  actor: Actor,
  file: string,
  into: { district: string; organiser: string; venue: string; wide?: boolean },
): Promise<{ ok: true; value: Imported } | { ok: false; refusal: CommandRefusal }> {
  const { day } = civilDateTime(app.clock.now(), app.config.zone);
  const until = new Date(Date.parse(`${day}T00:00:00Z`) + AHEAD * 86_400_000).toISOString().slice(0, 10);
  // asked again by each command; here so that nobody else's file is read at all
  const { id, district } = app.site;
  const scope = id && district ? { site: id, district } : into.wide ? { programme: true as const } : into;
  if (!can(actor, 'events.plan', scope))
    return refused(actor.kind === 'anonymous' ? 'permissions.sign-in' : 'permissions.denied');
  const calendar = await readBeside(file, { zone: app.config.zone, since: day, until });
  if ('code' in calendar) return refused(calendar.code);
  const value: Imported = { made: 0, changed: 0, problems: calendar.problems };
  for (let at = 0; at < calendar.events.length; at += AT_ONCE) {
    const events: ReadEvent[] = calendar.events.slice(at, at + AT_ONCE);
    const outcome = await runCommand(app, importEvents, {
      actor,
      input: { ...into, wide: into.wide ?? false, events },
    });
    if (!outcome.ok) return outcome;
    value.made += outcome.value.made;
    value.changed += outcome.value.changed;
  }
  return { ok: true, value };
}
