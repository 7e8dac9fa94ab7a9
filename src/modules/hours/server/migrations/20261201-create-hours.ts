// Opening hours and what came of them; facts are found by their day.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { hoursException, openingHours, serviceDay, serviceGap } from '../tables.ts';

export const createHours: Migration = {
  id: '20261201-create-hours',
  async up({ db, engine, createReplicated }) {
    for (const table of [openingHours, hoursException, serviceDay, serviceGap]) await createReplicated(table);
    const { schema } = db;
    for (const [table, columns] of [
      ['hours_exception', ['partition', 'day']],
      ['service_day', ['partition', 'day']],
      ['service_gap', ['partition', 'made_at']],
    ] as const)
      await schema
        .createIndex(`${table}_found`)
        .on(table)
        .columns([...columns] as never)
        .execute();
    const text = textType(engine) as never;
    await schema
      .createTable('heartbeat')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('wall', 'bigint', (column) => column.notNull())
      .addColumn('steady', 'bigint', (column) => column.notNull())
      .addColumn('boot', text, (column) => column.notNull())
      .execute();
  },
};
