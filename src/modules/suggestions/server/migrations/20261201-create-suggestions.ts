// Suggestions and the answers to them.
import type { Migration } from '#platform/manifest';
import { suggestion, suggestionStep } from '../tables.ts';

export const createSuggestions: Migration = {
  id: '20261201-create-suggestions',
  async up({ createReplicated }) {
    await createReplicated(suggestion);
    await createReplicated(suggestionStep, ['suggestion']);
  },
};
