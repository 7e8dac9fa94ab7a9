// Events as open data: what everybody reads on the pages, and nobody's name.
import type { Dataset } from '#platform/dataset';
import { pageOfEvents } from './queries.ts';

export const eventsDataset: Dataset = {
  name: 'events',
  columns: [
    { name: 'id', type: 'text', about: 'dataset.column.id' },
    { name: 'kind', type: 'text', about: 'dataset.events.kind' },
    { name: 'title', type: 'text', about: 'dataset.events.name' },
    { name: 'day', type: 'date', about: 'dataset.events.day' },
    { name: 'last_day', type: 'date', about: 'dataset.events.last-day' },
    { name: 'district', type: 'text', about: 'dataset.column.district' },
    { name: 'venue', type: 'text', about: 'dataset.events.venue' },
    { name: 'organiser', type: 'text', about: 'dataset.events.organiser' },
    { name: 'places', type: 'integer', about: 'dataset.events.places' },
    { name: 'state', type: 'text', about: 'dataset.events.state' },
  ],
  filters: ['kind'],
  async rows(reader, { after, limit, district, filters }) {
    const rows = await pageOfEvents(reader, { after, limit, district, kind: filters.kind });
    return rows.map((one) => ({
      id: one.id,
      kind: one.kind,
      title: one.title,
      day: one.day,
      last_day: one.lastDay,
      district: one.district,
      venue: one.venue,
      organiser: one.organiser,
      places: one.capacity,
      state: one.state,
    }));
  },
};
