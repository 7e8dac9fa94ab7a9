// What was published: the months of every indicator, one of them in each breakdown, and where the numbers come from.
import type { PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { formatPeriod } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { indicatorsOf, listMonths, listSince, periodOf, RULE } from '#modules/results';
import { districtLines, figureOf, namesOfCells, tableOf, tells } from '../../figures.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, language } = locals;
  const { read } = app.db;
  const indicators = indicatorsOf(app);
  const naming = await namesOfCells(locals, indicators);
  const months = new Map<string, string>();
  const found = [];
  for (const indicator of indicators) {
    const published = await listMonths(read, indicator.code);
    const since = (await listSince(read, indicator.code)).at(-1);
    for (const { from, to } of published) months.set(from, to);
    found.push({ indicator, published, since });
  }
  const all = [...months.keys()].toSorted();
  const month = all.find((from) => from === url.searchParams.get('month')) ?? all.at(-1) ?? '';
  const today = civilDate(app.clock.now(), app.config.zone);
  return {
    month,
    months: all
      .map((from) => ({ value: from, label: formatPeriod(language, from, months.get(from) ?? from) }))
      .reverse(),
    next: periodOf('month', today).to,
    rule: RULE,
    indicators: found.map(({ indicator, published, since }) => {
      const name = text(language, `${indicator.code}.name`);
      const one = published.find(({ from }) => from === month);
      const shown = one?.month.total.value === 0 ? [] : (one?.month.tables.filter(tells) ?? []);
      return {
        code: indicator.code,
        name,
        about: text(language, `${indicator.code}.about`),
        source: text(language, indicator.source),
        cut: one?.month.cut,
        total: one && figureOf(one.month.total, name),
        since: since && { value: since.cell.value ?? 0, cut: since.cut },
        records: one?.records ?? null,
        doubtful: one?.doubtful ?? null,
        tables: one ? shown.map((table) => tableOf(locals, name, one, table, naming)) : [],
        districts: districtLines(published, (key) => naming('district', key), language),
        line: published.map(({ from, to, month: said }) => figureOf(said.total, formatPeriod(language, from, to))),
      };
    }),
  };
};
