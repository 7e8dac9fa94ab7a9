// Bookings as the desk reads them; names of persons are asked of people.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { holds, stateOf, USUAL_RULES, type BookableRules, type BookingState, type Now, type Slot } from './rules.ts';

export interface Bookable extends BookableRules {
  id: string;
  kind: string;
  ref: string | null;
  name: string;
  seats: number;
  retired: boolean;
}

/** What can be booked at a telecentre, by name; at most 200. */
export async function listBookables(reader: Reader, site: string): Promise<Bookable[]> {
  const rows = await reader
    .selectFrom('bookable')
    .select(['id', 'kind', 'ref', 'name', 'seats', 'least', 'most', 'ahead', 'open_each', 'hold', 'retired'])
    .where('partition', '=', partition.site(site))
    .orderBy('name')
    .limit(200)
    .execute();
  return rows.map(({ open_each: openEach, ...row }) => ({
    ...{ id: row.id, kind: row.kind ?? 'room', ref: row.ref, name: row.name ?? '', seats: row.seats ?? 1 },
    ...{ least: row.least ?? USUAL_RULES.least, most: row.most ?? USUAL_RULES.most },
    ...{ ahead: row.ahead ?? USUAL_RULES.ahead, openEach: openEach ?? USUAL_RULES.openEach },
    ...{ hold: row.hold ?? USUAL_RULES.hold, retired: row.retired ?? false },
  }));
}

export interface BookingEntry extends Slot {
  id: string;
  bookable: string;
  person: string | null;
  group: string | null;
  series: string | null;
  note: string | null;
  state: BookingState;
}

export interface BookingsAsked {
  from: string;
  to: string;
  bookable?: string | undefined;
  person?: string | undefined;
}

/** Bookings from one civil day to another, in their order; at most 1,000. */
export async function listBookings(
  reader: Reader,
  site: string,
  asked: BookingsAsked,
  now: Now,
): Promise<BookingEntry[]> {
  const where = partition.site(site);
  let query = reader
    .selectFrom('booking')
    .selectAll()
    .where('partition', '=', where)
    .where('day', '>=', asked.from)
    .where('day', '<=', asked.to);
  if (asked.bookable) query = query.where('bookable', '=', asked.bookable);
  if (asked.person) query = query.where('person', '=', asked.person);
  const rows = await query.orderBy('day').orderBy('from_minute').orderBy('id').limit(1000).execute();
  if (rows.length === 0) return [];
  // the partition is looked at here: asked for it, SQLite goes through all of it instead of these few
  const allSteps = await reader
    .selectFrom('booking_step')
    .select(['partition', 'booking', 'kind'])
    .where(
      'booking',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  const steps = allSteps.filter((one) => one.partition === where);
  const kinds = Map.groupBy(steps, ({ booking }) => booking ?? '');
  const rules = new Map((await listBookables(reader, site)).map((one) => [one.id, one]));
  return rows.map((row) => {
    const slot = { day: row.day ?? '', from: row.from_minute ?? 0, to: row.to_minute ?? 0 };
    const own = (kinds.get(row.id) ?? []).map(({ kind }) => kind ?? '');
    return {
      ...slot,
      ...{ id: row.id, bookable: row.bookable ?? '', person: row.person, group: row.group_name },
      ...{ series: row.series, note: row.note },
      state: stateOf(slot, own, rules.get(row.bookable ?? '') ?? USUAL_RULES, now),
    };
  });
}

/** Minutes of the day at which a computer is next booked, from now on today; null when it is not. `held`: it is booked right now. */
export async function nextBooking(
  reader: Reader,
  site: string,
  station: string,
  now: Now,
): Promise<{ from: number; person: string | null } | null> {
  const thing = (await listBookables(reader, site)).find((one) => one.ref === station && !one.retired);
  if (!thing) return null;
  const today = await listBookings(reader, site, { from: now.day, to: now.day, bookable: thing.id }, now);
  const next = today.find((one) => holds(one.state) && one.to > now.minute);
  return next ? { from: next.from, person: next.person } : null;
}

export interface RequestEntry extends Slot {
  id: string;
  partition: string;
  site: string;
  bookable: string | null;
  person: string | null;
  group: string | null;
  note: string | null;
  /** Null while the telecentre has not answered. */
  decision: string | null;
  reason: string | null;
  at: number;
}

/** Requests to one telecentre, or with `site` undefined all that are held here; latest first, at most 100. */
export async function listRequests(reader: Reader, site?: string, open = false): Promise<RequestEntry[]> {
  let query = reader
    .selectFrom('booking_request as request')
    .leftJoin('booking_answer as answer', (join) =>
      join.onRef('answer.request', '=', 'request.id').onRef('answer.partition', '=', 'request.partition'),
    )
    .select(['request.id', 'request.partition', 'request.site', 'request.bookable', 'request.person', 'request.day'])
    .select(['request.from_minute', 'request.to_minute', 'request.group_name', 'request.note', 'request.made_at'])
    .select(['answer.decision', 'answer.reason']);
  if (site) query = query.where('request.site', '=', site);
  if (open) query = query.where('answer.id', 'is', null);
  const rows = await query.orderBy('request.made_at', 'desc').limit(100).execute();
  return rows.map((row) => ({
    ...{ id: row.id, partition: row.partition, site: row.site ?? '', bookable: row.bookable, person: row.person },
    ...{ group: row.group_name, note: row.note, day: row.day ?? '', from: row.from_minute ?? 0 },
    ...{ to: row.to_minute ?? 0, decision: row.decision, reason: row.reason, at: row.made_at },
  }));
}
