// Suggestions and the answers to them.
import type { Migration } from '#platform/manifest';
import { suggestion, suggestionStep } from '../tables.ts';

export const createSuggestions: Migration = {
  id: '20261201-create-suggestions',
  async up({ db, createReplicated }) {
    for (const table of [suggestion, suggestionStep]) await createReplicated(table);
    await db.schema
      .createIndex('suggestion_step_suggestion')
      .on('suggestion_step')
      .columns(['suggestion'] as never)
      .execute();
  },
};
