// The telecentre at a glance: open or not, who waits, which computers are free.
import { floorOf } from '#modules/stations';
import { civilDate } from '#platform/clock';
import { openState, showIntervals, type OpenState } from '#modules/hours';
import { readQueue } from '#modules/queue';

export interface Room {
  /** Since when; null when it is closed. */
  since: number | null;
  /** Hours of today, as said; empty when none are planned. */
  hours: string;
  /** Why nothing is planned: a reason of an exception, or the holiday's name. */
  why: { reason: string | null; holiday: string | null };
  waiting: number;
  next: number | null;
  free: number;
  used: number;
  out: number;
}

export async function roomOf({ app }: App.Locals, site: { id: string; district: string }): Promise<Room> {
  const now = app.clock.now();
  const today = civilDate(now, app.config.zone);
  const { since, plan }: OpenState = await openState(app.db.read, site, today);
  const queue = await readQueue(app.db.read, site.id, today, now);
  const floor = await floorOf(app, site.id);
  const count = (state: string) => floor.filter((one) => one.state === state).length;
  return {
    since,
    hours: showIntervals(plan.planned),
    why: { reason: plan.exception?.reason ?? null, holiday: plan.holiday },
    waiting: queue.waiting.length,
    next: queue.waiting[0]?.number ?? null,
    free: count('free'),
    used: count('in-use'),
    out: count('out') + count('silent'),
  };
}
