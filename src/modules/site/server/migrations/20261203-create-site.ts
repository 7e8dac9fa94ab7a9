// Pages by kind and day, versions by their page, and what is typed and not saved.
import { textType } from '#platform/dialect';
import type { Migration } from '#platform/manifest';
import { page, pageVersion, programme } from '../tables.ts';

export const createSite: Migration = {
  id: '20261203-create-site',
  async up({ db, engine, createReplicated }) {
    await createReplicated(page, ['kind', 'from_at'], ['slug'], ['district']);
    await createReplicated(pageVersion, ['page']);
    await createReplicated(programme);
    const text = textType(engine) as never;
    await db.schema
      .createTable('page_draft')
      .addColumn('account', text, (column) => column.notNull())
      .addColumn('page', text, (column) => column.notNull())
      .addColumn('fields', text, (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('page_draft_key', ['account', 'page'] as never)
      .execute();
  },
};
