// Figures as they are now, for who may read them: every number leads to its records.
import type { PageServerLoad } from './$types';
import { civilDate } from '#platform/clock';
import { formatPeriod } from '#lib/format/index.ts';
import { text } from '#lib/text/index.ts';
import { indicatorsOf, lastEnded, liveFigures, periodOf, versionsOfMonth } from '#modules/results';
import { figureOf, namesOfCells } from '../../figures.ts';
import { choosePlace } from './places.ts';

const MONTHS = 24;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { app, language } = locals;
  const { place, value, options } = await choosePlace(locals, url);
  const indicators = indicatorsOf(app);
  const indicator = indicators.find(({ code }) => code === url.searchParams.get('indicator')) ?? indicators[0];
  const today = civilDate(app.clock.now(), app.config.zone);
  const months = [periodOf('month', today)];
  while (months.length < MONTHS) months.push(lastEnded('month', months.at(-1)?.from ?? today));
  const month =
    months.find(({ from }) => from === url.searchParams.get('month')) ?? months[0] ?? periodOf('month', today);
  const naming = await namesOfCells(locals, indicators);
  const live = indicator && (await liveFigures(app.db.read, indicator, { period: month, scope: place, today }));
  const named = (code: string) => text(language, `${code}.name`);
  return {
    place: value,
    places: options,
    indicator: indicator?.code ?? '',
    name: indicator ? named(indicator.code) : '',
    indicators: indicators.map(({ code }) => ({ value: code, label: named(code) })),
    month: month.from,
    to: month.to,
    months: months.map(({ from, to }) => ({ value: from, label: formatPeriod(language, from, to) })),
    total: live?.total,
    tables: live?.tables.map(({ breakdown, cells }) => ({
      breakdown,
      cells: cells.map((cell) => ({ ...cell, label: naming(breakdown, cell.key) })),
    })),
    published: indicator
      ? (await versionsOfMonth(app.db.read, indicator.code, month.from)).map(({ id, cut, month: said }) => ({
          id,
          cut,
          total: figureOf(said.total, ''),
        }))
      : [],
  };
};
