// The door to paper: sheets, and what was copied from them.
export { paperModule } from './module.ts';
export { printSheets } from './commands/print-sheets.ts';
export { enterSheet } from './commands/enter-sheet.ts';
export { importFile } from './commands/import-file.ts';
export { listSheets, type SheetInfo } from './queries.ts';
export { sheetsPdf } from './pdf.ts';
export { LETTERS, linesOf, SHEET_KINDS } from './rules.ts';
