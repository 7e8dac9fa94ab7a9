// What was published, as people read it. It is public: a query needs no actor.
import type { Reader } from '#platform/db';
import type { ExactMonth, PublishedCell, PublishedMonth, Version } from './suppression.ts';

export interface Publication {
  id: string;
  indicator: string;
  version: number;
  from: string | null;
  to: string;
  cut: string;
  records: number | null;
  doubtful: number | null;
}

export interface MonthPublication extends Publication {
  from: string;
  month: PublishedMonth;
}

export interface SincePublication extends Publication {
  cell: PublishedCell;
}

/** Ten years of months with every change that came late; older ones are in the download of their time. */
const MOST = 2_000;

function publications(reader: Reader, indicator: string, kind: string) {
  return reader
    .selectFrom('publication')
    .select(['id', 'indicator', 'version', 'from', 'to', 'cut', 'body', 'records', 'doubtful'])
    .where('indicator', '=', indicator)
    .where('kind', '=', kind)
    .orderBy('cut')
    .orderBy('from')
    .limit(MOST);
}

type Stored = Awaited<ReturnType<ReturnType<typeof publications>['execute']>>[number];

const read = <T>(body: unknown): T => (typeof body === 'string' ? JSON.parse(body) : body) as T;
const headOf = (row: Stored): Publication => ({
  id: row.id,
  indicator: row.indicator ?? '',
  version: row.version ?? 1,
  from: row.from,
  to: row.to ?? '',
  cut: row.cut ?? '',
  records: row.records,
  doubtful: row.doubtful,
});

/** Every month as it was said last, oldest first. */
export async function listMonths(reader: Reader, indicator: string): Promise<MonthPublication[]> {
  const latest = new Map<string, MonthPublication>();
  for (const row of await publications(reader, indicator, 'month').execute())
    if (row.from) latest.set(row.from, { ...headOf(row), from: row.from, month: read(row.body) });
  return [...latest.values()].toSorted((a, b) => (a.from < b.from ? -1 : 1));
}

/** All that was ever said of one month, oldest first. */
export async function versionsOfMonth(reader: Reader, indicator: string, from: string): Promise<MonthPublication[]> {
  const rows = await publications(reader, indicator, 'month').where('from', '=', from).execute();
  return rows.map((row) => ({ ...headOf(row), from, month: read(row.body) }));
}

/** Distinct people since the beginning, each time it was said, oldest first. */
export async function listSince(reader: Reader, indicator: string): Promise<SincePublication[]> {
  const rows = await publications(reader, indicator, 'since').execute();
  return rows.map((row) => ({ ...headOf(row), cell: read(row.body) }));
}

/** The last cut for which anything was decided here. */
export async function lastCut(reader: Reader): Promise<string | undefined> {
  const row = await reader
    .selectFrom('publication')
    .select((eb) => eb.fn.max('cut').as('cut'))
    .executeTakeFirst();
  return row?.cut ?? undefined;
}

export interface Headline {
  indicator: string;
  value: number;
  /** Civil day of the cut. */
  cut: string;
}

/** The programme's one number: the distinct units of an indicator since the beginning, as said last. */
export async function headline(reader: Reader, indicator: string): Promise<Headline | undefined> {
  const last = (await listSince(reader, indicator)).at(-1);
  return last?.cell.value === undefined ? undefined : { indicator, value: last.cell.value, cut: last.cut };
}

/** What was said of a month with what it really was, for deciding the next word. Only at the hub. */
export async function versionsWithExact(reader: Reader, indicator: string, from: string): Promise<Version[]> {
  const rows = await publications(reader, indicator, 'month').where('from', '=', from).execute();
  const exact = await reader
    .selectFrom('publication_exact')
    .select(['publication', 'body'])
    .where('publication', 'in', rows.map((row) => row.id).concat(''))
    .limit(MOST)
    .execute();
  return rows.flatMap((row) => {
    const found = exact.find((one) => one.publication === row.id);
    return found ? [{ published: read<PublishedMonth>(row.body), exact: read<ExactMonth>(found.body) }] : [];
  });
}
