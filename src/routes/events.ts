// Events as screens show them: when in words, how far away, how many places are left, and which of them are asked for.
import { listDistricts } from '#modules/territory';
import { civilDateTime, countPlaces, momentOf, placesLeft, whenOf, type EventEntry } from '#modules/events';
import type { ShownEvent } from '#modules/events/ui';
import { remembered } from '#platform/remembered';
import { formatDistance } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';

export const nowIn = ({ app }: App.Locals) => civilDateTime(app.clock.now(), app.config.zone);

/** All districts of the programme by code, also at a telecentre, which shows what is everybody's. */
export async function placeNames({ app }: App.Locals): Promise<Map<string, string>> {
  const districts = await remembered(app.db, 'districts', () => listDistricts(app.db.read, true));
  return new Map(districts.map(({ ubigeo, name }) => [ubigeo ?? '', name]));
}

export function shownEvent(locals: App.Locals, event: EventEntry, names: ReadonlyMap<string, string>): ShownEvent {
  const now = nowIn(locals);
  return {
    id: event.id,
    kind: event.kind,
    title: event.title,
    when: whenOf(locals.language, event),
    distance: momentOf(event, now) === 'over' ? '' : formatDistance(locals.language, event.day, now.day),
    venue: event.venue,
    district: names.get(event.district) ?? '',
    organiser: event.organiser,
    cancelled: event.state === 'cancelled',
  };
}

/** How many places are left, in words. */
export async function placesOfEvent({ app, language }: App.Locals, event: EventEntry) {
  const { taken, waiting } = await countPlaces(app.db.read, event);
  const left = await placesLeft(app.db.read, event, { role: app.site.role, taken });
  const words =
    event.capacity === null
      ? text(language, 'events.places.open')
      : text(language, 'events.places.left', { left: left ?? 0, all: event.capacity });
  return { left, waiting, words };
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The month that is asked for, or this one; with its first and last day and its neighbours. */
export function monthAsked(asked: string | null, today: string) {
  const month = asked && MONTH.test(asked) ? asked : today.slice(0, 7);
  const [year = 0, number = 1] = month.split('-').map(Number);
  const other = (by: number) => new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
  return { month, first: `${month}-01`, last, before: other(-1), after: other(1) };
}

/** Links in it lead to the address that the programme made public, else to the one that was asked. */
export async function calendarAnswer(
  { app }: App.Locals,
  url: URL,
  events: readonly EventEntry[],
  write: (events: readonly EventEntry[], options: { name: string; base: string; zone: string }) => Promise<string>,
): Promise<Response> {
  const base = (app.config.publicUrl ?? url.origin).replace(/\/$/, '');
  const body = await write(events, { name: app.site.programme, base, zone: app.config.zone });
  return new Response(body, { headers: { 'content-type': 'text/calendar; charset=utf-8' } });
}
