// What paper declares.
import { defineModule } from '#platform/manifest';
import { createPaper } from './migrations/20261201-create-paper.ts';
import { sheet, sheetEntry } from './tables.ts';

export const paperModule = defineModule({
  name: 'paper',
  permissions: ['paper.print', 'paper.enter'],
  roles: [
    { role: 'operator', permissions: ['paper.print', 'paper.enter'] },
    { role: 'facilitator', permissions: ['paper.print', 'paper.enter'] },
  ],
  tables: [sheet, sheetEntry],
  migrations: [createPaper],
  refusals: [
    'paper.at-a-telecentre',
    'paper.sheet-unknown',
    'paper.entered-already',
    'paper.nothing-written',
    'paper.visits-differ',
    'paper.attentions-differ',
    'paper.file-empty',
    'paper.file-spreadsheet',
    'paper.file-not-text',
    'paper.file-columns',
    'paper.file-too-long',
    'paper.file-lines',
    'paper.line-day',
    'paper.line-hour',
    'paper.line-letters',
    'paper.line-institution',
    'paper.line-card',
    'paper.line-who',
    'paper.line-twice',
  ],
});
