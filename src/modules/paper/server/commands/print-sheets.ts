// Sheets are made, each with its own code: what is written on paper can be copied once and no oftener.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { choice, civilDate, optionalText, wholeNumber } from '#platform/input';
import { partition } from '#platform/partitions';
import { LINES, SHEET_KINDS } from '../rules.ts';

export const printSheets = defineCommand({
  name: 'paper.print-sheets',
  permission: 'paper.print',
  input: v.object({
    kind: choice(SHEET_KINDS),
    count: wholeNumber(1, 50),
    title: optionalText(80),
    day: v.pipe(
      v.optional(v.nullable(v.string('field.invalid')), null),
      v.transform((value) => (value?.trim() ? value : null)),
      v.nullable(civilDate()),
    ),
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
