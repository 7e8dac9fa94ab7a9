// Places a booking, or a row of weeks, where everything allows it: the same for the desk and for a request from elsewhere.
import type { CommandContext } from '#platform/command';
import { planOfDay } from '#modules/hours';
import { formatMinuteOfDay } from '#lib/format/index.ts';
import { bookingsHere } from './here.ts';
import { listBookables, listBookings, type Bookable } from './queries.ts';
import { holds, overlaps, weeksFrom, wishRefusal, type Slot } from './rules.ts';

export interface Placing extends Slot {
  bookable: string;
  person: string | null;
  group: string | null;
  note: string | null;
  /** 1 = once. */
  weeks: number;
  /** Days that are taken or closed are left out instead of refusing all. */
  skip: boolean;
  request: string | null;
}

/** Why a single day cannot be had, with what to say of it; null when it can. */
async function dayRefusal(
  ctx: CommandContext,
  thing: Bookable,
  slot: Slot,
): Promise<{ code: string; params: Record<string, string> } | null> {
  const { site, now } = bookingsHere(ctx);
  const plan = await planOfDay(ctx.tx, site, slot.day);
  const { day } = slot;
  if (plan.planned.length === 0)
    return { code: plan.holiday ? 'bookings.holiday' : 'bookings.closed', params: { day, name: plan.holiday ?? '' } };
  if (!plan.planned.some(({ opens, closes }) => opens <= slot.from && slot.to <= closes))
    return { code: 'bookings.outside-hours', params: { day } };
  const others = await listBookings(ctx.tx, site.id, { from: day, to: day, bookable: thing.id }, now);
  const taken = others.find((one) => holds(one.state) && overlaps(one, slot));
  return taken
    ? { code: 'bookings.taken', params: { day, from: formatMinuteOfDay(taken.from), to: formatMinuteOfDay(taken.to) } }
    : null;
}

export async function place(ctx: CommandContext, wish: Placing): Promise<{ id: string; made: number; left: string[] }> {
  const { site, where, now } = bookingsHere(ctx);
  const thing = (await listBookables(ctx.tx, site.id)).find((one) => one.id === wish.bookable && !one.retired);
  if (!thing) return ctx.refuse('bookings.not-bookable', { field: 'bookable' });
  if (!wish.person && !wish.group) ctx.refuse('bookings.who-needed', { field: 'card' });
  const clockKnown = ctx.clockState !== 'unknown';
  const mine = wish.person
    ? await listBookings(ctx.tx, site.id, { from: now.day, to: '9999-12-31', person: wish.person }, now)
    : [];
  const open = mine.filter((one) => holds(one.state)).length;
  const refusal = wishRefusal({ ...wish, open }, thing, now, clockKnown);
  if (refusal)
    ctx.refuse(refusal, { params: { least: thing.least, most: thing.most, ahead: thing.ahead, open: thing.openEach } });
  let series: string | null = null;
  const left: string[] = [];
  let made = 0;
  for (const day of weeksFrom(wish.day, wish.weeks)) {
    const slot = { day, from: wish.from, to: wish.to };
    const found = await dayRefusal(ctx, thing, slot);
    if (found && !(wish.skip && wish.weeks > 1)) ctx.refuse(found.code, { params: found.params });
    if (found) {
      left.push(day);
      continue;
    }
    const id: string = await ctx.tx.append('booking', {
      ...{ partition: where, bookable: thing.id, person: wish.person, group_name: wish.group, day },
      ...{ from_minute: wish.from, to_minute: wish.to, series, request: wish.request, note: wish.note },
    });
    series ??= id;
    made++;
  }
  if (!series) return ctx.refuse('bookings.none-left');
  return { id: series, made, left };
}
