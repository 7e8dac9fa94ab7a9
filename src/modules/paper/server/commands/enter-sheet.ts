// What stands on a sheet is copied line by line, all or nothing, and only when its totals agree with what was typed.
import * as v from 'valibot';
import { defineCommand, type CommandContext } from '#platform/command';
import { civilDate, optionalChoice, recordId, wholeNumber } from '#platform/input';
import { partition } from '#platform/partitions';
import { findPersonByCard } from '#modules/people';
import { CATEGORIES, INSTITUTIONS, TRAINERS, writeVisit, type VisitPurpose } from '#modules/visits';
import { listSheets, type SheetInfo } from '../queries.ts';
import { institutionOf, readHour, readLetters, type TypedLine } from '../rules.ts';

const typed = () => v.optional(v.string(), '');
const line = v.object({
  line: v.number(),
  ...{ hour: typed(), card: typed(), category: typed(), letters: typed(), institution: typed() },
});

interface ReadLine {
  line: number;
  minute: number | null;
  person: string | null;
  category: (typeof CATEGORIES)[number] | null;
  purposes: VisitPurpose[];
  institution: string | null;
}

export const enterSheet = defineCommand({
  name: 'paper.enter-sheet',
  permission: 'paper.enter',
  input: v.object({
    sheet: recordId(),
    day: civilDate(),
    lines: v.array(line),
    /** As counted on the paper, before anything was typed. */
    visits: wholeNumber(0, 50),
    attentions: wholeNumber(0, 500),
    /** Of an attendance list. */
    trainer: optionalChoice(TRAINERS),
  }),
  async run(ctx: CommandContext, input): Promise<{ id: string; visits: number; attentions: number }> {
    const { id: site } = ctx.site;
    if (!site) return ctx.refuse('paper.at-a-telecentre');
    const where = partition.site(site);
    const [sheet] = await listSheets(ctx.tx, site, { id: input.sheet });
    if (!sheet || sheet.lines === 0) return ctx.refuse('paper.sheet-unknown', { field: 'sheet' });
    if (sheet.entry) ctx.refuse('paper.entered-already', { params: { day: sheet.entry.day } });
    if (input.lines.length === 0) ctx.refuse('paper.nothing-written');
    if (input.day > ctx.today() && ctx.clockState !== 'unknown') ctx.refuse('visits.day-in-future', { field: 'day' });
    const read: ReadLine[] = [];
    for (const one of input.lines) read.push(await readLine(ctx, sheet, one));
    refuseUnlessOnce(ctx, sheet, read);
    const attentions = read.reduce((sum, { purposes }) => sum + purposes.length, 0);
    if (read.length !== input.visits)
      ctx.refuse('paper.visits-differ', { field: 'visits', params: { paper: input.visits, typed: read.length } });
    if (attentions !== input.attentions)
      ctx.refuse('paper.attentions-differ', {
        ...{ field: 'attentions', params: { paper: input.attentions, typed: attentions } },
      });
    for (const { line: number, minute, institution, ...who } of read)
      await writeVisit(ctx, where, {
        ...{ ...who, institution, procedure: null, outcome: null, trainer: input.trainer, day: input.day },
        paper: { sheet: sheet.id, line: number, minute },
      });
    const totals = { visits: read.length, attentions };
    const id = await ctx.tx.append('sheet_entry', { partition: where, sheet: sheet.id, day: input.day, ...totals });
    return { id, ...totals };
  },
});

/** What a line says, with the person whose card stands there. Refuses with the field of the line. */
export async function readLine(ctx: CommandContext, sheet: Pick<SheetInfo, 'kind'>, one: TypedLine): Promise<ReadLine> {
  const wrong = (field: string, code: string): never =>
    ctx.refuse(code, { field: `line${one.line}-${field}`, params: { line: one.line } });
  const minute = readHour(one.hour);
  if (minute === undefined) return wrong('hour', 'paper.line-hour');
  const purposes: VisitPurpose[] | null = sheet.kind === 'attendance' ? ['training'] : readLetters(one.letters);
  if (!purposes || purposes.length === 0) return wrong('letters', 'paper.line-letters');
  const institution = one.institution.trim() ? institutionOf(one.institution.trim()) : null;
  if (one.institution.trim() && !institution) wrong('institution', 'paper.line-institution');
  if (purposes.includes('online-procedure') && !institution) wrong('institution', 'paper.line-institution');
  const card = one.card.trim();
  // a number that nobody can read is marked on the paper, and the visit counts without a card
  const person = card && !card.includes('?') ? await findPersonByCard(ctx.tx, card) : undefined;
  if (card && !card.includes('?') && !person) return wrong('card', 'paper.line-card');
  const category = CATEGORIES.find((known) => known === one.category) ?? null;
  if (!person && !category) return wrong('category', 'paper.line-who');
  return {
    ...{ line: one.line, minute, person: person?.id ?? null, category: person ? null : category, purposes },
    institution: INSTITUTIONS.find((known) => known === institution) ?? null,
  };
}

/** On an attendance list somebody stands once. */
function refuseUnlessOnce(ctx: CommandContext, sheet: SheetInfo, lines: readonly ReadLine[]): void {
  if (sheet.kind !== 'attendance') return;
  const seen = new Set<string>();
  for (const { line: number, person } of lines) {
    if (person && seen.has(person))
      ctx.refuse('paper.line-twice', { field: `line${number}-card`, params: { line: number } });
    if (person) seen.add(person);
  }
}
