// Sheets are made, each with its own code: what is written on paper can be copied once and no oftener.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, optionalDay, optionalText, wholeNumber } from '#platform/input';
import { partition } from '#platform/partitions';
import { LINES, SHEET_KINDS } from '../rules.ts';

export const printSheets = defineCommand({
  name: 'paper.print-sheets',
  permission: 'paper.print',
  input: v.object({
    kind: choice(SHEET_KINDS),
    count: wholeNumber(1, 50),
    title: optionalText(80),
    day: optionalDay(),
  }),
  async run(ctx: CommandContext, { kind, count, title, day }): Promise<{ batch: string; sheets: string[] }> {
    const { id: site } = ctx.site;
    if (!site) return ctx.refuse('paper.at-a-telecentre');
    let batch: string | null = null;
    const sheets: string[] = [];
    for (let at = 0; at < count; at++) {
      const row = { partition: partition.site(site), kind, lines: LINES[kind], title, day, batch };
      const id: string = await ctx.tx.append('sheet', row);
      batch ??= id;
      sheets.push(id);
    }
    return { batch: batch ?? '', sheets };
  },
});
