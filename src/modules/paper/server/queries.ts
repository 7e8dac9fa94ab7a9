// Sheets that were printed and whether they were copied.
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { LINES, type SheetKind } from './rules.ts';

export interface SheetInfo {
  id: string;
  kind: SheetKind;
  lines: number;
  title: string | null;
  day: string | null;
  batch: string;
  /** Milliseconds UTC. */
  printedAt: number;
  entry: { day: string; visits: number; attentions: number; at: number } | null;
}

/** Sheets of a batch, one sheet, or the latest; at most 100, latest first. */
export async function listSheets(
  reader: Reader,
  site: string,
  asked: { id?: string; batch?: string } = {},
): Promise<SheetInfo[]> {
  let query = reader.selectFrom('sheet').selectAll().where('partition', '=', partition.site(site));
  const { id, batch } = asked;
  if (id) query = query.where('id', '=', id);
  if (!id && !batch) query = query.where('kind', '!=', 'file');
  if (batch) query = query.where((eb) => eb.or([eb('batch', '=', batch), eb('id', '=', batch)]));
  const rows = await query.orderBy('made_at', 'desc').orderBy('id', 'desc').limit(100).execute();
  if (rows.length === 0) return [];
  // the partition is looked at here: asked for it, SQLite goes through all of it instead of these few
  const allEntries = await reader
    .selectFrom('sheet_entry')
    .select(['partition', 'sheet', 'day', 'visits', 'attentions', 'made_at'])
    .where(
      'sheet',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  const entries = allEntries.filter((one) => one.partition === partition.site(site));
  return rows.map((row) => {
    const entry = entries.find((one) => one.sheet === row.id);
    const kind = (row.kind ?? 'visits') as SheetKind;
    return {
      ...{ id: row.id, kind, lines: row.lines ?? LINES[kind] ?? 0, title: row.title, day: row.day },
      ...{ batch: row.batch ?? row.id, printedAt: row.made_at },
      entry: entry
        ? { day: entry.day ?? '', visits: entry.visits ?? 0, attentions: entry.attentions ?? 0, at: entry.made_at }
        : null,
    };
  });
}

/** Whether a page of a file was written already; `title` is the file's digest and the page. */
export async function findFilePage(reader: Reader, site: string, title: string): Promise<boolean> {
  const row = await reader
    .selectFrom('sheet')
    .select('id')
    .where('partition', '=', partition.site(site))
    .where('kind', '=', 'file')
    .where('title', '=', title)
    .executeTakeFirst();
  return row !== undefined;
}
