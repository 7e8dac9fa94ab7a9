// Figures in words for the screens: names of cells, a published table as bars, the months one can choose.
import { formatNumber, formatPeriod } from '#lib/format/index.ts';
import { hasText, text } from '#lib/text/index.ts';
import type { Figure } from '#lib/ui/figures.ts';
import type { Indicator } from '#platform/indicators';
import { listDistricts, listPlaces } from '#modules/territory';
import type { MonthPublication, PublishedCell, PublishedTable } from '#modules/results';

export type Naming = (breakdown: string, key: string) => string;

/** Names of the cells of an indicator's breakdowns in the reader's language; places by their names. */
export async function namesOfCells(locals: App.Locals, indicators: readonly Indicator[]): Promise<Naming> {
  const { read } = locals.app.db;
  const districts = new Map((await listDistricts(read)).map(({ ubigeo, name }) => [ubigeo ?? '', name]));
  const places = indicators.some((one) => one.breakdowns.some(({ name }) => name === 'community'))
    ? new Map((await listPlaces(read)).map(({ id, name }) => [id, name]))
    : new Map<string, string>();
  const prefixes = new Map(
    indicators.flatMap((one) => one.breakdowns.map(({ name, texts }) => [name as string, texts])),
  );
  return (breakdown, key) => {
    const prefix = prefixes.get(breakdown);
    if (prefix && hasText(locals.language, `${prefix}.${key}`)) return text(locals.language, `${prefix}.${key}`);
    if (key === 'unknown') return text(locals.language, 'results.cell.unknown');
    return districts.get(key) ?? places.get(key) ?? key;
  };
}

export function figureOf(cell: PublishedCell, label: string): Figure {
  return { label, value: cell.value ?? null, state: cell.state };
}

/** A number over the months in every district; none where there is but one district, or one month. */
export function districtLines(
  published: readonly MonthPublication[],
  nameOf: (key: string) => string,
  language: string,
): { name: string; points: Figure[] }[] {
  const cellsOf = ({ month }: MonthPublication) =>
    month.tables.find(({ breakdown, withheld }) => breakdown === 'district' && !withheld)?.cells ?? [];
  const keys = [...new Set(published.flatMap((one) => cellsOf(one).map(({ key }) => key)))].filter(
    (key) => key !== 'unknown',
  );
  if (keys.length < 2 || published.length < 2) return [];
  return keys.map((key) => ({
    name: nameOf(key),
    points: published.map((one) => {
      const label = formatPeriod(language, one.from, one.to);
      const cell = cellsOf(one).find((found) => found.key === key);
      return cell ? figureOf(cell, label) : { label, value: null, state: 'missing' as const };
    }),
  }));
}

export interface ShownTable {
  breakdown: string;
  sentence: string;
  /** Nothing is said of the table. */
  withheld: boolean;
  /** Day of the cut, when it is an older one than the total's. */
  older: string | undefined;
  bars: Figure[];
  /** Names of the cells that are zero, where they are too many for bars of their own. */
  zeros: string[];
}

const MANY = 7;

/** A table in which all that is known is that nothing is known tells nothing. */
export function tells(table: PublishedTable): boolean {
  return table.cells.some((cell) => cell.key !== 'unknown');
}

/** A published table with the sentence that says what is to be seen. */
export function tableOf(
  locals: App.Locals,
  name: string,
  publication: MonthPublication,
  table: PublishedTable,
  naming: Naming,
): ShownTable {
  const { language } = locals;
  const period = formatPeriod(language, publication.from, publication.to);
  const by = text(language, `results.public.by.${table.breakdown}`);
  const all = table.cells.map((cell) => ({ key: cell.key, bar: figureOf(cell, naming(table.breakdown, cell.key)) }));
  // a long list says its zeros in one line
  const zeros = all.length > MANY ? all.filter(({ bar }) => bar.state === 'shown' && bar.value === 0) : [];
  const bars = all.filter((one) => !zeros.includes(one)).map(({ bar }) => bar);
  const best = all
    .filter(({ key }) => key !== 'unknown')
    .reduce<Figure | undefined>((most, { bar }) => ((bar.value ?? 0) > (most?.value ?? 0) ? bar : most), undefined);
  const said = { name, by, period };
  const sentence = table.withheld
    ? text(language, 'results.public.withheld', said)
    : best
      ? text(language, 'results.public.most', {
          ...said,
          label: best.label,
          value: formatNumber(language, best.value ?? 0),
        })
      : text(language, 'results.public.table', said);
  const older = table.cut === publication.month.cut ? undefined : table.cut;
  return {
    breakdown: table.breakdown,
    sentence,
    withheld: table.withheld ?? false,
    older,
    bars,
    zeros: zeros.map(({ bar }) => bar.label),
  };
}
