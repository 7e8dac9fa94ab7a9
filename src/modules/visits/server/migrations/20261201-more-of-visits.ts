// What a visit from paper, a visitor without a card and an assisted procedure are besides.
import type { Migration } from '#platform/manifest';
import { attention, visit } from '../tables.ts';

export const moreOfVisits: Migration = {
  id: '20261201-more-of-visits',
  async up({ db, addReplicatedColumn }) {
    for (const column of ['age_band', 'language', 'sheet', 'line', 'reported_minute'])
      await addReplicatedColumn(visit, column);
    for (const column of ['helper', 'consent', 'minutes', 'trainer']) await addReplicatedColumn(attention, column);
    // a month of one telecentre among thousands
    await db.schema
      .createIndex('visit_partition_day')
      .on('visit')
      .columns(['partition', 'day'] as never)
      .execute();
  },
};
