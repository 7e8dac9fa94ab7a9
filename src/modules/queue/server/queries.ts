// The queue as the desk, the wall and whoever waits read it: numbers only, no names.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { estimate, orderOf, recentCalls, standingOf, type Standing } from './rules.ts';

/** More in one day are not shown; nobody can take more either. */
export const MOST_A_DAY = 500;

/** Every number of a day as it stands, by number. */
export async function listDay(reader: Reader, site: string, day: string): Promise<Standing[]> {
  const where = partition.site(site);
  const tickets = await reader
    .selectFrom('queue_ticket')
    .select(['id', 'number', 'priority', 'need', 'leaves_at', 'came_at', 'made_at'])
    .where('partition', '=', where)
    .where('day', '=', day)
    .orderBy('number')
    .limit(MOST_A_DAY)
    .execute();
  if (tickets.length === 0) return [];
  // the partition is looked at here: asked for it, SQLite goes through all of it instead of these few
  const allSteps = await reader
    .selectFrom('queue_step')
    .select(['partition', 'ticket', 'kind', 'at', 'station', 'made_at'])
    .where(
      'ticket',
      'in',
      tickets.map(({ id }) => id),
    )
    .orderBy('made_at')
    .limit(MOST_A_DAY * 20)
    .execute();
  const steps = allSteps.filter((one) => one.partition === where);
  return standingOf(
    tickets.map(({ id, number, priority, need, leaves_at: leavesAt, came_at: cameAt, made_at: stamp }) => ({
      ...{ id, number: number ?? 0, priority: priority ?? 'none', need: need ?? 'help' },
      ...{ leavesAt, cameAt: cameAt ?? stamp },
    })),
    steps.map(({ ticket, kind, at, station, made_at: stamp }) => ({
      ...{ ticket: ticket ?? '', kind: kind ?? '', at: at ?? stamp, station, stamp },
    })),
  );
}

export interface Waiting extends Standing {
  /** Minutes until it may be called. */
  minutes: number;
}

export interface Queue {
  /** In the order in which they will be called. */
  waiting: Waiting[];
  /** Called and not finished, last called first. */
  called: Standing[];
  absent: Standing[];
  finished: number;
  left: number;
}

/** Today's queue. `now`: this machine's clock, milliseconds. */
export async function readQueue(reader: Reader, site: string, day: string, now: number): Promise<Queue> {
  const all = await listDay(reader, site, day);
  const of = (state: Standing['state']) => all.filter((one) => one.state === state);
  return {
    waiting: orderOf(all, recentCalls(all), now).map((one, place) => ({ ...one, minutes: estimate(place, all) })),
    called: of('called').toSorted((a, b) => (b.calledAt ?? 0) - (a.calledAt ?? 0)),
    absent: of('absent'),
    finished: of('finished').length,
    left: of('left').length,
  };
}

/** One number of today, with its place among those who wait; undefined when it is not of today. */
export async function findTicket(
  reader: Reader,
  site: string,
  day: string,
  now: number,
  id: string,
): Promise<{ ticket: Standing; before: number; minutes: number } | undefined> {
  const all = await listDay(reader, site, day);
  const ticket = all.find((one) => one.id === id);
  if (!ticket) return undefined;
  const before = orderOf(all, recentCalls(all), now).findIndex((one) => one.id === id);
  return { ticket, before, minutes: before < 0 ? 0 : estimate(before, all) };
}
