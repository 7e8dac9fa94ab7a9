// Places and holidays.
import type { Migration } from '#platform/manifest';
import { holiday, place } from '../tables.ts';

export const createTerritory: Migration = {
  id: '20261124-create-territory',
  async up({ db, createReplicated }) {
    await createReplicated(place);
    await createReplicated(holiday);
    await db.schema
      .createIndex('place_ubigeo')
      .on('place')
      .columns(['ubigeo'] as never)
      .execute();
    await db.schema
      .createIndex('place_parent')
      .on('place')
      .columns(['parent'] as never)
      .execute();
  },
};
