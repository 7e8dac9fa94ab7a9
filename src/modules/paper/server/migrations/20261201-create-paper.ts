// Sheets, and what was copied from them by sheet.
import type { Migration } from '#platform/manifest';
import { sheet, sheetEntry } from '../tables.ts';

export const createPaper: Migration = {
  id: '20261201-create-paper',
  async up({ createReplicated }) {
    await createReplicated(sheet, ['batch'], ['title']);
    await createReplicated(sheetEntry, ['sheet']);
  },
};
