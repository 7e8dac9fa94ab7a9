// Places that are lent to who plans; a place is found by the row that waited for it, events by what was changed last.
import type { Migration } from '#platform/manifest';
import { event } from '../tables.ts';

export const indexEvents: Migration = {
  id: '20261203-index-events',
  async up({ db, addReplicatedColumn }) {
    await addReplicatedColumn(event, 'kept');
    await db.schema.createIndex('event_place_instead').on('event_place').column('instead').execute();
    await db.schema.createIndex('event_made_at').on('event').column('made_at').execute();
  },
};
