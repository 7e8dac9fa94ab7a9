// The cut: at the end of every month the hub counts each indicator's months and says what may be said. Run again it says nothing twice.
import type { App } from '#platform/app';
import { civilDate } from '#platform/clock';
import { runCommand } from '#platform/command';
import type { Reader } from '#platform/db';
import type { Indicator, Period } from '#platform/indicators';
import { system } from '#platform/permissions';
import { publish } from './commands/publish.ts';
import { cutsDue, periodsBetween, type ClosedPeriod } from './periods.ts';
import { lastCut, listMonths, listSince, versionsWithExact } from './queries.ts';
import { decideMonth, decideSince, type ExactMonth, type ExactTable } from './suppression.ts';

/** How far back a cut looks for what came late: a stick may be found after more than a year. */
const YEARS_BACK = 2;
const PROGRAMME = { programme: true } as const;
/** Beyond so many pages of records nobody looks at every date. */
const MOST_PAGES = 100;

export const indicatorsOf = (app: Pick<App, 'modules'>): Indicator[] =>
  app.modules.flatMap((module) => module.indicators);

/** Job of the hub: every cut that is due. */
export async function publishDueCuts(app: App): Promise<void> {
  const today = civilDate(app.clock.now(), app.config.zone);
  if (app.clock.state() === 'unknown') return; // a wrong year would publish months that have not been
  for (const cut of cutsDue('month', await lastCut(app.db.read), today)) await publishCut(app, cut, today);
}

/** Returns how many statements were new. */
export async function publishCut(app: App, cut: string, today: string): Promise<number> {
  let fresh = 0;
  for (const indicator of indicatorsOf(app)) {
    const back = `${Number(cut.slice(0, 4)) - YEARS_BACK}${cut.slice(4, 7)}-01`;
    const ended = periodsBetween(indicator.period, back, cut).filter((period) => period.to <= cut);
    const known = await listMonths(app.db.read, indicator.code);
    let begun = known.length > 0;
    for (const period of ended) {
      const exact = await exactFigures(app.db.read, indicator, period, today);
      // before the first record there was no programme to tell about
      begun ||= exact.total.value !== null && exact.total.value > 0;
      if (begun || period === ended.at(-1)) fresh += await publishMonth(app, indicator, period, cut, exact, today);
    }
    if (indicator.accumulation === 'cumulative') fresh += await publishSince(app, indicator, cut, today);
  }
  return fresh;
}

async function publishMonth(
  app: App,
  indicator: Indicator,
  period: ClosedPeriod,
  cut: string,
  exact: ExactMonth,
  today: string,
): Promise<number> {
  const versions = await versionsWithExact(app.db.read, indicator.code, period.from);
  const month = decideMonth(exact, versions, cut);
  if (!month) return 0;
  const records = await recordsBehind(app.db.read, indicator, period, today);
  return say(app, indicator, { kind: 'month', ...period, cut, published: month, exact, ...records });
}

async function publishSince(app: App, indicator: Indicator, cut: string, today: string): Promise<number> {
  const { read } = app.db;
  const request = { period: { from: null, to: cut }, breakdown: null, scope: PROGRAMME, today };
  const [exact] = await indicator.figures(read, request);
  if (!exact) return 0;
  const earlier = (await listSince(read, indicator.code)).map((one) => ({ cut: one.cut, value: one.cell.value ?? 0 }));
  const months = (await listMonths(read, indicator.code)).map(({ from, month }) => ({ from, total: month.total }));
  const cell = decideSince(exact, earlier, months);
  if (!cell) return 0;
  return say(app, indicator, {
    kind: 'since',
    from: null,
    to: cut,
    cut,
    published: cell,
    exact,
    records: null,
    doubtful: null,
  });
}

interface Statement {
  kind: 'month' | 'since';
  from: string | null;
  to: string;
  cut: string;
  published: unknown;
  exact: unknown;
  records: number | null;
  doubtful: number | null;
}

async function say(app: App, indicator: Indicator, statement: Statement): Promise<number> {
  const outcome = await runCommand(app, publish, {
    actor: system,
    input: {
      ...statement,
      indicator: indicator.code,
      version: indicator.version,
      published: JSON.stringify(statement.published),
      exact: JSON.stringify(statement.exact),
    },
  });
  if (!outcome.ok) throw new Error(`${indicator.code} ${statement.cut}: ${outcome.refusal.code}`);
  return outcome.value.fresh ? 1 : 0;
}

/** A month as it is now, in every breakdown of the indicator, for the programme's own eyes. */
export async function exactFigures(
  reader: Reader,
  indicator: Indicator,
  period: Period,
  today: string,
): Promise<ExactMonth> {
  const request = { period, scope: PROGRAMME, today };
  const [total = { key: 'total', value: null }] = await indicator.figures(reader, { ...request, breakdown: null });
  const tables: ExactTable[] = [];
  for (const { name, keys, minors, open } of indicator.breakdowns) {
    const found = await indicator.figures(reader, { ...request, breakdown: name });
    const all = keys?.map((key) => found.find((cell) => cell.key === key) ?? { key, value: 0 }) ?? found;
    tables.push({ breakdown: name, minors, open, cells: all.map(({ key, value }) => ({ key, value })) });
  }
  return { total: { key: 'total', value: total.value }, openTotal: indicator.openTotal, tables };
}

async function recordsBehind(
  reader: Reader,
  indicator: Indicator,
  period: Period,
  today: string,
): Promise<{ records: number | null; doubtful: number | null }> {
  let records = 0;
  let doubtful = 0;
  for (let page = 0; page < MOST_PAGES; page++) {
    const request = { period, breakdown: null, scope: PROGRAMME, today, cell: 'total', page };
    const found = await indicator.records(reader, request);
    records += found.rows.length;
    doubtful += found.rows.filter((row) => row.clock === 0).length;
    if (!found.more) return { records, doubtful };
  }
  return { records: null, doubtful: null };
}
