// Visits, attentions and what voids a visit; indexed by what the desk and the figures look for.
import type { Migration } from '#platform/manifest';
import { attention, visit, visitVoid } from '../tables.ts';

export const createVisits: Migration = {
  id: '20261124-create-visits',
  async up({ db, createReplicated }) {
    for (const table of [visit, attention, visitVoid]) await createReplicated(table);
    const { schema } = db;
    await schema
      .createIndex('visit_day')
      .on('visit')
      .columns(['day'] as never)
      .execute();
    await schema
      .createIndex('visit_person')
      .on('visit')
      .columns(['person'] as never)
      .execute();
    await schema
      .createIndex('attention_visit')
      .on('attention')
      .columns(['visit'] as never)
      .execute();
    await schema
      .createIndex('visit_void_visit')
      .on('visit_void')
      .columns(['visit'] as never)
      .execute();
  },
};
