// A register from a spreadsheet: looked through whole first, then written page by page; a page that is there already is not written again.
import * as v from 'valibot';
import { defineCommand, runCommand, type CommandContext } from '#platform/command';
import type { App } from '#platform/app';
import { Refusal, type RefusalParams } from '#platform/errors';
import { partition } from '#platform/partitions';
import type { Actor } from '#platform/permissions';
import { writeVisit } from '#modules/visits';
import { readFile, type FileLine } from '../csv.ts';
import { findFilePage } from '../queries.ts';
import { readLine } from './enter-sheet.ts';

const PAGE = 12;
/** Lines that are told as wrong; the others follow once these are right. */
const TOLD = 20;

const typed = () => v.optional(v.string(), '');
const line = v.object({
  line: v.number(),
  day: v.string(),
  ...{ hour: typed(), card: typed(), category: typed(), letters: typed(), institution: typed() },
});

const SHEET = { kind: 'visits' as const };

export interface WrongLine {
  line: number;
  code: string;
}

const checkFile = defineCommand({
  name: 'paper.check-file',
  permission: 'paper.enter',
  input: v.object({ lines: v.array(line) }),
  async run(ctx: CommandContext, { lines }): Promise<WrongLine[]> {
    if (!ctx.site.id) return ctx.refuse('paper.at-a-telecentre');
    const wrong: WrongLine[] = [];
    for (const one of lines) {
      if (wrong.length >= TOLD) break;
      const code = await refusalOf(ctx, one);
      if (code) wrong.push({ line: one.line, code });
    }
    return wrong;
  },
});

async function refusalOf(ctx: CommandContext, one: FileLine): Promise<string | null> {
  if (one.day === '') return 'paper.line-day';
  if (one.day > ctx.today() && ctx.clockState !== 'unknown') return 'visits.day-in-future';
  try {
    await readLine(ctx, SHEET, one);
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

export const importPage = defineCommand({
  name: 'paper.import-page',
  permission: 'paper.enter',
  input: v.object({
    /** Digest of the file and number of the page: what makes it the same one. */
    digest: v.pipe(v.string(), v.regex(/^[\w-]{10,44}$/, 'field.invalid')),
    page: v.pipe(v.number(), v.integer(), v.minValue(1)),
    lines: v.pipe(v.array(line), v.minLength(1), v.maxLength(PAGE)),
  }),
  async run(ctx: CommandContext, { digest, page, lines }): Promise<{ visits: number; already: boolean }> {
    const { id: site } = ctx.site;
    if (!site) return ctx.refuse('paper.at-a-telecentre');
    const title = `${digest}:${page}`;
    if (await findFilePage(ctx.tx, site, title)) return { visits: lines.length, already: true };
    const where = partition.site(site);
    const row = { partition: where, kind: 'file', lines: lines.length, title, day: null, batch: null };
    const sheet = await ctx.tx.append('sheet', row);
    let attentions = 0;
    for (const one of lines) {
      const code = await refusalOf(ctx, one);
      if (code) ctx.refuse(code, { params: { line: one.line } });
      const { line: number, minute, institution, ...who } = await readLine(ctx, SHEET, one);
      attentions += who.purposes.length;
      await writeVisit(ctx, where, {
        ...{ ...who, institution, procedure: null, outcome: null, day: one.day },
        paper: { sheet, line: number, minute },
      });
    }
    const entry = { sheet, day: lines[0]?.day ?? null, visits: lines.length, attentions };
    await ctx.tx.append('sheet_entry', { partition: where, ...entry });
    return { visits: lines.length, already: false };
  },
});

export type Imported =
  | { ok: true; visits: number; already: number }
  | { ok: false; code: string; params: RefusalParams; wrong: WrongLine[] };

/** The whole file. Interrupted and brought again, it goes on where it was. */
export async function importFile(app: App, actor: Actor, bytes: Uint8Array): Promise<Imported> {
  const file = readFile(bytes);
  if (!file.ok) return { ...file, wrong: [] };
  const checked = await runCommand(app, checkFile, { actor, input: { lines: file.lines } });
  if (!checked.ok) return { ok: false, code: checked.refusal.code, params: checked.refusal.params, wrong: [] };
  if (checked.value.length > 0) return { ok: false, code: 'paper.file-lines', params: {}, wrong: checked.value };
  let [visits, already] = [0, 0];
  for (let at = 0, page = 1; at < file.lines.length; at += PAGE, page++) {
    const input = { digest: file.digest, page, lines: file.lines.slice(at, at + PAGE) };
    const outcome = await runCommand(app, importPage, { actor, input });
    if (!outcome.ok) return { ok: false, code: outcome.refusal.code, params: outcome.refusal.params, wrong: [] };
    if (outcome.value.already) already += outcome.value.visits;
    else visits += outcome.value.visits;
  }
  return { ok: true, visits, already };
}
