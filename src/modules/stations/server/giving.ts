// Giving a computer to somebody: the same whether the desk does it or the person at the kiosk.
import type { CommandContext } from '#platform/command';
import { announce } from '#platform/changes';
import { nextBooking } from '#modules/bookings';
import { listGaps, noticeGap, planOfDay, shiftBetween } from '#modules/hours';
import { findPerson } from '#modules/people';
import { CATEGORIES, visitOfToday, writeVisit, type VisitPurpose } from '#modules/visits';
import { stationsHere, type StationsHere } from './here.ts';
import { listRules, listRunning, listSessions, listStations, runningAt, type SessionEntry } from './queries.ts';
import { ageSeen, allowanceOf, ruleFor, type Allowance, type Rule } from './rules.ts';

export interface Guest {
  person: string | null;
  category: string | null;
  pass: { id: string; minutes: number } | null;
}

/** Years of whoever comes; null when nobody knows. */
async function ageOf(ctx: CommandContext, who: Guest, today: string): Promise<number | null> {
  if (!who.person) return ageSeen(who.category);
  const year = (await findPerson(ctx.tx, who.person))?.birthYear;
  return year ? Number(today.slice(0, 4)) - year : null;
}

/** The rule for somebody now. */
export async function ruleOf(ctx: CommandContext, who: Guest): Promise<Rule> {
  const { site, now } = stationsHere(ctx);
  return ruleFor(await listRules(ctx.tx, site.id), await ageOf(ctx, who, now.day), now.minute);
}

const used = (sessions: readonly SessionEntry[]) => sessions.reduce((sum, { time }) => sum + time.used, 0);

/** What is moved was given already: no rule takes it off again. */
const GIVEN = { sessionMinutes: Number.POSITIVE_INFINITY, dayMinutes: Number.POSITIVE_INFINITY };

/** Minutes that somebody may have at a computer now, and what limits them. */
async function allowance(ctx: CommandContext, station: string, who: Giving): Promise<Allowance> {
  const { site, now } = stationsHere(ctx);
  const limits = who.movedFrom
    ? GIVEN
    : who.pass
      ? { sessionMinutes: who.pass.minutes, dayMinutes: who.pass.minutes }
      : await ruleOf(ctx, who);
  const own = who.person
    ? await listSessions(ctx.tx, site.id, { person: who.person, day: now.day }, now)
    : who.pass
      ? await listSessions(ctx.tx, site.id, { pass: who.pass.id }, now)
      : [];
  const booked = await nextBooking(ctx.tx, site.id, station, now);
  const mine = booked?.person && booked.person === who.person;
  const plan = await planOfDay(ctx.tx, site, now.day);
  const interval = plan.planned.find(({ opens, closes }) => opens <= now.minute && now.minute < closes);
  return allowanceOf(
    limits,
    used(own),
    booked && !mine ? Math.max(0, booked.from - now.minute) : null,
    // a telecentre that is open beside its hours gives what the rule says
    interval ? interval.closes - now.minute : null,
  );
}

export interface Given {
  session: string;
  minutes: number;
}

export interface Giving extends Guest {
  station: string;
  /** Asked for; empty = what may be had. */
  minutes: number | null;
  by: 'desk' | 'kiosk';
  purposes: VisitPurpose[];
  movedFrom: string | null;
}

async function freeStation(ctx: CommandContext, { site, now }: StationsHere, id: string): Promise<void> {
  const station = (await listStations(ctx.tx, site.id)).find((one) => one.id === id);
  if (!station) return ctx.refuse('stations.not-found', { field: 'station' });
  if (station.outOfService) ctx.refuse('stations.out-of-service', { params: { name: station.name } });
  if (await runningAt(ctx.tx, site.id, id, now)) ctx.refuse('stations.taken', { params: { name: station.name } });
}

export async function give(ctx: CommandContext, giving: Giving): Promise<Given> {
  const here = stationsHere(ctx);
  const { site, where, now } = here;
  // a cut from before this session is not its own
  await noticeGap(ctx);
  await freeStation(ctx, here, giving.station);
  const { person, category, pass, station } = giving;
  if (!person && !category && !pass) ctx.refuse('visits.who-needed', { field: 'person' });
  if (person) {
    const sitting = (await listRunning(ctx.tx, site.id, now)).find((one) => one.person === person);
    if (sitting && sitting.id !== giving.movedFrom) ctx.refuse('stations.has-one');
  }
  const may = await allowance(ctx, station, giving);
  if (may.minutes < 1) ctx.refuse(`stations.no-time-${may.why}`);
  const minutes = Math.min(may.minutes, giving.minutes ?? may.minutes);
  const session = await ctx.tx.append('station_session', {
    ...{ partition: where, station, day: now.day, person, category: person ? null : category, pass: pass?.id ?? null },
    ...{ started_at: ctx.wall, minutes, opened_by: giving.by, moved_from: giving.movedFrom },
  });
  await writeComing(ctx, where, giving, now.day);
  ctx.afterCommit(() => announce(`stations/${station}`));
  return { session, minutes };
}

/** Who gets a computer has come: the visit is written with it, once a day for somebody with a card. */
async function writeComing(ctx: CommandContext, where: string, giving: Giving, today: string): Promise<void> {
  if (giving.movedFrom) return;
  const { person, purposes } = giving;
  if (purposes.length === 0 && person && (await visitOfToday(ctx.tx, where, person, today))) return;
  const wanted: VisitPurpose[] = purposes.length > 0 ? purposes : ['equipment'];
  const category = person ? null : (CATEGORIES.find((one) => one === giving.category) ?? 'not-said');
  const rest = { institution: null, procedure: null, outcome: null, day: null };
  await writeVisit(ctx, where, { person, category, purposes: wanted, ...rest });
}

/** Milliseconds since an instant without what was no service meanwhile. */
export async function silence(
  ctx: CommandContext,
  station: string,
  since: { wall: number; stamp: number },
): Promise<number> {
  const { site } = stationsHere(ctx);
  const gaps = await listGaps(ctx.tx, site.id, since.stamp);
  return ctx.wall - since.wall - shiftBetween(gaps, since.stamp, ctx.now, station);
}
