// What a person finds of events on her own page: where she has a place, waits, or was.
import { text } from '#lib/text/index.ts';
import type { OwnSource } from '#platform/own-source';
import { findEvents } from './queries.ts';
import { eventsOfPerson, findPlace } from './registrations.ts';
import { whenOf } from './words.ts';

export const ownSource: OwnSource = {
  name: 'events',
  async list(reader, { persons, language, limit }) {
    const own = await eventsOfPerson(reader, persons, limit);
    const events = new Map(
      (
        await findEvents(
          reader,
          own.map(({ event }) => event),
        )
      ).map((one) => [one.id, one]),
    );
    const items = [];
    for (const { id, event: of, kind, at } of own) {
      const event = events.get(of);
      if (!event) continue;
      const place = kind === 'came' ? undefined : await findPlace(reader, id);
      // who waited and got a place has one line, that of the place
      if (kind !== 'came' && place?.id !== id) continue;
      const state = kind === 'came' ? 'came' : (place?.state ?? 'ended');
      items.push({
        id,
        title: `${event.title} · ${whenOf(language, event)}`,
        state: text(language, `events.place.${state}`),
        at,
        href: `/events/${event.id}`,
        data: { event: event.title, day: event.day, venue: event.venue, state },
      });
    }
    return items;
  },
};
