// Totals, and what is to be counted anew: at first every month in which somebody came.
import { sql, type Kysely } from 'kysely';
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';

export const createStatistics: Migration = {
  id: '20261201-create-statistics',
  async up({ db, engine }) {
    const text = textType(engine) as never;
    const { schema } = db as Kysely<unknown>;
    await schema
      .createTable('month_total')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('month', text, (column) => column.notNull())
      .addColumn('counted', text, (column) => column.notNull())
      .addColumn('counted_on', text, (column) => column.notNull())
      .addColumn('holds_until', text)
      .addColumn('turn', 'bigint', (column) => column.notNull())
      .addColumn('made_of', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('month_total_key', ['month', 'scope'] as never)
      .execute();
    await schema
      .createTable('month_dirty')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('month', text, (column) => column.notNull())
      .addColumn('marked', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('month_dirty_key', ['month', 'scope'] as never)
      .execute();
    await sql`insert into month_dirty (scope, month, marked)
      select distinct partition, substr(day, 1, 7), '' from visit where day is not null`.execute(db);
  },
};
