// Events for the search: published ones for everybody, drafts for who may plan in their place.
import type { SearchSource } from '#platform/search-source';
import { scopeOfEvent } from './place.ts';
import { findEvents, pageOfEvents } from './queries.ts';

export const searchSource: SearchSource = {
  kind: 'events',
  tables: ['event'],
  thingsOf: (_reader, _table, rows) => Promise.resolve(rows.map(({ id }) => id)),
  async entries(reader, ids) {
    return (await findEvents(reader, ids)).map((event) => ({
      id: event.id,
      title: event.title,
      text: [event.what, event.venue, event.organiser, event.audience, event.minutes].filter(Boolean).join(' '),
      href: event.state === 'draft' ? `/office/events/${event.id}` : `/events/${event.id}`,
      reach: event.state === 'draft' ? { permission: 'events.plan', scope: scopeOfEvent(event) } : 'public',
      district: event.district || null,
      at: event.at,
    }));
  },
  ids: async (reader, after, limit) =>
    (await pageOfEvents(reader, { after, limit, district: null })).map(({ id }) => id),
};
