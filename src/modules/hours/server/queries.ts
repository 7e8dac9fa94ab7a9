// Opening hours as the desk, the portal and the statistics read them. They are public.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { holidaysOf } from '#modules/territory';
import {
  addDays,
  openedNow,
  planOf,
  type DayPlan,
  type Exception,
  type Gap,
  type ServiceStep,
  type WeekHours,
} from './rules.ts';

/** Intervals of the week that hold on or after a day; at most 200. */
export async function listHours(reader: Reader, site: string, since: string): Promise<WeekHours[]> {
  const rows = await reader
    .selectFrom('opening_hours')
    .select(['id', 'weekday', 'opens', 'closes', 'solar', 'valid_from', 'valid_to'])
    .where('partition', '=', partition.site(site))
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>=', since)]))
    .orderBy('id')
    .limit(200)
    .execute();
  return rows.flatMap(({ weekday, opens, closes, ...row }) =>
    weekday === null || opens === null || closes === null
      ? []
      : [{ id: row.id, weekday, opens, closes, solar: row.solar ?? false, from: row.valid_from, to: row.valid_to }],
  );
}

/** Dated exceptions that stand, from one day to another; at most 400. */
export async function listExceptions(reader: Reader, site: string, from: string, to: string): Promise<Exception[]> {
  const rows = await reader
    .selectFrom('hours_exception')
    .select(['id', 'day', 'closed', 'opens', 'closes', 'reason', 'note', 'dropped'])
    .where('partition', '=', partition.site(site))
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('made_at')
    .limit(400)
    .execute();
  return rows
    .filter((row) => !row.dropped)
    .map(({ id, day, closed, opens, closes, reason, note }) => ({
      ...{ id, day: day ?? '', closed: closed ?? false, opens, closes, reason: reason ?? 'other', note },
    }));
}

export interface Where {
  /** Record id of the telecentre. */
  id: string;
  /** UBIGEO, for its holidays. */
  district: string;
}

async function holidaysBetween(
  reader: Reader,
  district: string,
  from: string,
  to: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let year = Number(from.slice(0, 4)); year <= Number(to.slice(0, 4)); year++)
    for (const { date, name, scope } of await holidaysOf(reader, year))
      if (district.startsWith(scope.replace(/(00)+$/, ''))) found.set(date, name);
  return found;
}

/** The plan of each day from one to another, both included; at most 370 days. */
export async function plansOf(reader: Reader, site: Where, from: string, to: string): Promise<DayPlan[]> {
  const week = await listHours(reader, site.id, from);
  const exceptions = await listExceptions(reader, site.id, from, to);
  const holidays = await holidaysBetween(reader, site.district, from, to);
  const plans: DayPlan[] = [];
  for (let day = from; day <= to && plans.length < 370; day = addDays(day, 1))
    plans.push(planOf(day, week, exceptions, holidays.get(day) ?? null));
  return plans;
}

export async function planOfDay(reader: Reader, site: Where, day: string): Promise<DayPlan> {
  const [plan] = await plansOf(reader, site, day, day);
  return plan ?? planOf(day, [], [], null);
}

export async function listService(reader: Reader, site: string, from: string, to: string): Promise<ServiceStep[]> {
  const rows = await reader
    .selectFrom('service_day')
    .select(['step', 'day', 'at', 'reason', 'made_at'])
    .where('partition', '=', partition.site(site))
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('made_at')
    .limit(2000)
    .execute();
  return rows.map(({ step, day, at, reason, made_at: stamp }) => ({
    ...{ step: step ?? '', day: day ?? '', at: at ?? stamp, reason, stamp },
  }));
}

/** Gaps stamped from `since` on, in order; at most 2,000. */
export async function listGaps(reader: Reader, site: string, since: number, until?: number): Promise<Gap[]> {
  let query = reader
    .selectFrom('service_gap')
    .select(['cause', 'from_at', 'to_at', 'station', 'made_at'])
    .where('partition', '=', partition.site(site))
    .where('made_at', '>=', since);
  if (until !== undefined) query = query.where('made_at', '<', until);
  const rows = await query.orderBy('made_at').limit(2000).execute();
  return rows.map(({ cause, from_at: from, to_at: to, station, made_at: stamp }) => ({
    ...{ cause: cause ?? '', from: from ?? 0, to: to ?? 0, station, stamp },
  }));
}

export interface OpenState {
  /** Since when; null when it is closed. */
  since: number | null;
  plan: DayPlan;
}

export async function openState(reader: Reader, site: Where, today: string): Promise<OpenState> {
  const steps = await listService(reader, site.id, today, today);
  return { since: openedNow(steps, today)?.at ?? null, plan: await planOfDay(reader, site, today) };
}

/** Days of exceptions or of openings and closings; at most 500 ids. */
export function daysBehind(
  reader: Reader,
  table: 'hours_exception' | 'service_day',
  ids: readonly string[],
): Promise<{ partition: string; day: string | null }[]> {
  return reader.selectFrom(table).select(['partition', 'day']).where('id', 'in', ids).execute();
}

/** From when to when gaps last, in milliseconds UTC; at most 500 ids. */
export function spansOfGaps(
  reader: Reader,
  ids: readonly string[],
): Promise<{ partition: string; from: number | null; to: number | null }[]> {
  return reader
    .selectFrom('service_gap')
    .select(['partition', 'from_at as from', 'to_at as to'])
    .where('id', 'in', ids)
    .execute();
}
