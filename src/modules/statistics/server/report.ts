// The monthly report as rows, the same for screen, spreadsheet and paper; what is small is hidden by the rule of publication. No I/O.
import { decideTable, RULE } from '#modules/results';
import { AGE_BANDS, PERSON_LISTS } from '#modules/people';
import { INSTITUTIONS, INTERNET_USES, TRAINERS } from '#modules/visits';
import { sumCells, type Cells, type MonthCount } from './tally.ts';

/** shown · suppressed: small, and not said · missing: nobody measures it here yet. */
export type RowState = 'shown' | 'suppressed' | 'missing';

export interface ReportRow {
  key: string;
  /** Text key of the row's name; absent: `name` says it. */
  text?: string;
  name?: string;
  state: RowState;
  value: number | null;
  unit: 'count' | 'percent' | 'years' | 'hours';
}

export interface ReportSection {
  key: string;
  rows: ReportRow[];
}

export interface Report {
  month: string;
  sections: ReportSection[];
  /** The numbers as they are, for those who may: nothing is hidden. */
  exact: boolean;
}

export interface ReportInput {
  month: string;
  count: MonthCount;
  /** Nothing is hidden. */
  exact: boolean;
  /** Computers that work and all there are, today; absent for months that are over. */
  equipment?: { working: number; total: number } | undefined;
  /** Attentions by district or telecentre, of a scope of several. */
  places?: readonly { key: string; name: string; attentions: number }[] | undefined;
}

interface TableRules {
  /** Peoples and languages of few: the stricter threshold. */
  strict?: boolean;
  minors?: readonly string[];
}

function table(
  prefix: string,
  keys: readonly string[],
  cells: Cells,
  exact: boolean,
  rules: TableRules = {},
): ReportRow[] {
  const all = [...keys, ...Object.keys(cells).filter((key) => !keys.includes(key))].filter(
    (key, at, list) => list.indexOf(key) === at && (key !== 'unknown' || (cells[key] ?? 0) > 0),
  );
  const values = all.map((key) => ({ key, value: cells[key] ?? 0 }));
  const row = (key: string, state: RowState, value: number | null): ReportRow => ({
    ...{ key, text: `${prefix}.${key}`, state, value, unit: 'count' },
  });
  if (exact) return values.map(({ key, value }) => row(key, 'shown', value));
  const sum = sumCells(cells);
  const total = { key: 'total', state: small(sum) ? ('suppressed' as const) : ('shown' as const), value: sum };
  const decided = decideTable(
    { breakdown: rules.strict ? 'people' : 'sex', minors: rules.minors, cells: values },
    total,
    '',
  );
  return decided.cells.map((cell) => row(cell.key, cell.state, cell.state === 'shown' ? (cell.value ?? 0) : null));
}

const small = (value: number): boolean => value > 0 && value < RULE.k;

/** A count as it may be told; null where it is small. */
export const countToTell = (value: number): number | null => (small(value) ? null : value);

const number = (key: string, value: number, exact: boolean): ReportRow => {
  const told = exact ? value : countToTell(value);
  return {
    ...{ key, text: `statistics.row.${key}`, unit: 'count', value: told },
    state: told === null ? 'suppressed' : 'shown',
  };
};

const missing = (key: string): ReportRow => ({
  ...{ key, text: `statistics.row.${key}`, state: 'missing', value: null, unit: 'count' },
});

/** A share that would tell a small number, or is of nothing, is not said. */
function share(key: string, part: number, whole: number, exact: boolean): ReportRow {
  const tells = exact || (part >= RULE.k && whole - part >= RULE.k) || part === 0;
  const state: RowState = whole === 0 ? 'missing' : tells ? 'shown' : 'suppressed';
  const value = state === 'shown' ? (part / whole) * 100 : null;
  return { key, text: `statistics.row.${key}`, state, value, unit: 'percent' };
}

function meanAge({ ageSum, ageKnown }: MonthCount, exact: boolean): ReportRow {
  const state: RowState = ageKnown === 0 ? 'missing' : exact || ageKnown >= RULE.strict ? 'shown' : 'suppressed';
  const value = state === 'shown' ? ageSum / ageKnown : null;
  return { key: 'mean-age', text: 'statistics.row.mean-age', state, value, unit: 'years' };
}

const hours = (key: string, text: string, minutes: number): ReportRow => ({
  ...{ key, text, state: 'shown', value: minutes / 60, unit: 'hours' },
});

function places(rows: NonNullable<ReportInput['places']>, exact: boolean): ReportRow[] {
  const cells = Object.fromEntries(rows.map(({ key, attentions }) => [key, attentions]));
  const names = new Map(rows.map(({ key, name }) => [key, name]));
  return table(
    '',
    rows.map(({ key }) => key),
    cells,
    exact,
  ).map(({ key, state, value, unit }) => ({ key, state, value, unit, name: names.get(key) ?? key }));
}

export function reportOf({ month, count, exact, equipment, places: all }: ReportInput): Report {
  const internet = sumCells(count.internet);
  const procedures = sumCells(count.procedures);
  const trainings = sumCells(count.trainings);
  const known = count.sex['female'] ?? 0;
  const sexKnown = known + (count.sex['male'] ?? 0);
  const lost = Object.entries(count.hours.lost).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const sections: ReportSection[] = [
    {
      key: 'attentions',
      rows: [
        number('attentions', count.attentions, exact),
        share('internet-share', internet, count.attentions, exact),
        share('procedures-share', procedures, count.attentions, exact),
      ],
    },
    { key: 'internet', rows: table('visits.purpose', INTERNET_USES, count.internet, exact) },
    { key: 'procedures', rows: table('visits.institution', INSTITUTIONS, count.procedures, exact) },
    {
      key: 'assisted',
      rows: [
        number('assisted', count.assisted, exact),
        hours('assisted-hours', 'statistics.row.assisted-hours', count.assistedMinutes),
      ],
    },
    {
      key: 'trainings',
      rows: [number('trainings', trainings, exact), ...table('visits.trainer', TRAINERS, count.trainings, exact)],
    },
    {
      key: 'people',
      rows: [
        number('visits', count.visits, exact),
        number('people', count.people, exact),
        number('unnamed', count.unnamed, exact),
        missing('certified'),
      ],
    },
    {
      key: 'sex',
      rows: [share('women', known, sexKnown, exact), ...table('people.sex', PERSON_LISTS.sexes, count.sex, exact)],
    },
    {
      key: 'age',
      rows: [
        meanAge(count, exact),
        ...table('people.age-band', AGE_BANDS, count.ageBand, exact, { minors: ['0-11', '12-17'] }),
      ],
    },
    {
      key: 'language',
      rows: table('people.language', PERSON_LISTS.languages, count.language, exact, { strict: true }),
    },
    { key: 'peoples', rows: table('people.people', PERSON_LISTS.peoples, count.peoples, exact, { strict: true }) },
    ...(all && all.length > 1 ? [{ key: 'places', rows: places(all, exact) }] : []),
    {
      key: 'hours',
      rows: [
        hours('planned', 'statistics.row.planned', count.hours.planned),
        hours('served', 'statistics.row.served', count.hours.served),
        ...lost.map(([cause, minutes]) => hours(`lost-${cause}`, `hours.reason.${cause}`, minutes)),
      ],
    },
    {
      key: 'equipment',
      rows: [
        ...(equipment
          ? [number('computers-working', equipment.working, true), number('computers', equipment.total, true)]
          : [missing('computers-working'), missing('computers')]),
        missing('days-without-link'),
      ],
    },
  ];
  return { month, sections, exact };
}
