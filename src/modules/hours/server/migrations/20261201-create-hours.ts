// Opening hours and what came of them; facts are found by their day.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { hoursException, openingHours, serviceDay, serviceGap } from '../tables.ts';

export const createHours: Migration = {
  id: '20261201-create-hours',
  async up({ db, engine, createReplicated }) {
    await createReplicated(openingHours);
    await createReplicated(hoursException, ['partition', 'day']);
    await createReplicated(serviceDay, ['partition', 'day']);
    await createReplicated(serviceGap, ['partition', 'made_at']);
    const text = textType(engine) as never;
    await db.schema
      .createTable('heartbeat')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('wall', 'bigint', (column) => column.notNull())
      .addColumn('steady', 'bigint', (column) => column.notNull())
      .addColumn('boot', text, (column) => column.notNull())
      .execute();
  },
};
