// Events for who follows: what was announced or changed, the latest first.
import type { FeedSource } from '#platform/feed-source';
import { latestEvents } from './queries.ts';
import { whenOf } from './words.ts';
import { text } from '#lib/text/index.ts';

export const feedSource: FeedSource = {
  topic: 'events',
  async latest(reader, { district, language, since, limit }) {
    const events = await latestEvents(reader, { district, since, limit });
    return events.map((event) => ({
      id: event.id,
      title:
        event.state === 'cancelled' ? text(language, 'events.cancelled.title', { title: event.title }) : event.title,
      summary: [whenOf(language, event), event.venue, event.what].join('. '),
      href: `/events/${event.id}`,
      published: event.at,
      updated: event.at,
      district: event.district || null,
      author: event.organiser,
    }));
  },
};
