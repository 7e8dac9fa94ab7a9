// Sheets, and what was copied from them by sheet.
import type { Migration } from '#platform/manifest';
import { sheet, sheetEntry } from '../tables.ts';

export const createPaper: Migration = {
  id: '20261201-create-paper',
  async up({ db, createReplicated }) {
    for (const table of [sheet, sheetEntry]) await createReplicated(table);
    await db.schema
      .createIndex('sheet_batch')
      .on('sheet')
      .columns(['batch'] as never)
      .execute();
    await db.schema
      .createIndex('sheet_title')
      .on('sheet')
      .columns(['title'] as never)
      .execute();
    await db.schema
      .createIndex('sheet_entry_sheet')
      .on('sheet_entry')
      .columns(['sheet'] as never)
      .execute();
  },
};
