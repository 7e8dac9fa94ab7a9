// Entries by day and by person.
import type { Migration } from '#platform/manifest';
import { printEntry, printPrice } from '../tables.ts';

export const createPrinting: Migration = {
  id: '20261201-create-printing',
  async up({ createReplicated }) {
    await createReplicated(printEntry, ['partition', 'day'], ['person']);
    await createReplicated(printPrice);
  },
};
