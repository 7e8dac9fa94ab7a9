// The computers of this telecentre as they are now, for the floor plan, the desk and the kiosk.
import type { App } from '#platform/app';
import { holds, listBookables, listBookings, momentOf } from '#modules/bookings';
import { formatMinuteOfDay } from '#lib/format/index.ts';
import { answers } from './presence.ts';
import { listRunning, listStations, type SessionEntry, type Station } from './queries.ts';

export type StationState = 'free' | 'in-use' | 'out' | 'silent';

export interface FloorStation extends Station {
  state: StationState;
  session: SessionEntry | null;
  /** Whole minutes, begun ones counted. */
  minutesLeft: number;
  credited: number;
  /** Hour of the next booking today, `14:30`. */
  booked: string | null;
}

/** Of reads outside a command: no fact is later. */
export const nowOf = (app: App) => ({ wall: app.clock.now(), stamp: Number.POSITIVE_INFINITY });

export async function floorOf(app: App, site: string): Promise<FloorStation[]> {
  const { read } = app.db;
  const now = momentOf(app.clock.now(), app.config.zone);
  const running = new Map((await listRunning(read, site, nowOf(app))).map((one) => [one.station, one]));
  const stations = await listStations(read, site);
  const bookables = new Map((await listBookables(read, site)).map((one) => [one.id, one.ref]));
  const bookings = bookables.size > 0 ? await listBookings(read, site, { from: now.day, to: now.day }, now) : [];
  return stations.map((station) => {
    const session = running.get(station.id) ?? null;
    const next = bookings.find((one) => bookables.get(one.bookable) === station.id && holds(one.state));
    const silent = answers(app, station.id) === false;
    return {
      ...station,
      session,
      state: station.outOfService ? 'out' : session ? 'in-use' : silent ? 'silent' : 'free',
      minutesLeft: session ? Math.ceil(session.time.left / 60_000) : 0,
      credited: session ? Math.round(session.time.credited / 60_000) : 0,
      booked: next ? formatMinuteOfDay(next.from) : null,
    };
  });
}
