// Entries by day and by person.
import type { Migration } from '#platform/manifest';
import { printEntry, printPrice } from '../tables.ts';

export const createPrinting: Migration = {
  id: '20261201-create-printing',
  async up({ db, createReplicated }) {
    for (const table of [printEntry, printPrice]) await createReplicated(table);
    await db.schema
      .createIndex('print_entry_day')
      .on('print_entry')
      .columns(['partition', 'day'] as never)
      .execute();
    await db.schema
      .createIndex('print_entry_person')
      .on('print_entry')
      .columns(['person'] as never)
      .execute();
  },
};
