// Publications, found by indicator and period.
import type { Migration } from '#platform/manifest';
import { publication, publicationExact } from '../tables.ts';

export const createResults: Migration = {
  id: '20261126-create-results',
  async up({ db, createReplicated }) {
    await createReplicated(publication);
    await createReplicated(publicationExact);
    const { schema } = db;
    await schema
      .createIndex('publication_of')
      .on('publication')
      .columns(['indicator', 'kind', 'from'] as never)
      .execute();
    await schema
      .createIndex('publication_exact_of')
      .on('publication_exact')
      .columns(['publication'] as never)
      .execute();
  },
};
