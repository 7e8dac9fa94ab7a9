// Visits become numbers: attentions and people served, by district, sex, age band and people, each with the records behind it.
import { sql, type RawBuilder } from 'kysely';
import type { Reader } from '#platform/db';
import type {
  Breakdown,
  EvidencePage,
  FigureCell,
  FigureRequest,
  Indicator,
  RecordsRequest,
} from '#platform/indicators';
import { intervals, PERSON_BREAKDOWNS, personAliases, personCell, personFigures, probableSets } from '#modules/people';
import { STANDS } from './queries.ts';
import { placesIn, type Place } from './where.ts';

const PAGE = 50;

/** Where records lie (district) beside what is known of persons. */
const byDistrict = (additive: boolean): Breakdown => ({ name: 'district', additive });

interface Counting {
  /** Counted is the attention itself, or the person it was for. */
  unit: 'attention' | 'person';
  /** Calendar year at which age is taken: of the visit for what adds up over periods, of the period's end for distinct people. */
  year(request: FigureRequest): RawBuilder<number>;
}

const ATTENTIONS: Counting = {
  unit: 'attention',
  year: () => sql<number>`cast(substr(visit.day, 1, 4) as integer)`,
};
const PEOPLE: Counting = {
  unit: 'person',
  year: ({ period }) => sql<number>`cast(${sql.lit(period.to.slice(0, 4))} as integer)`,
};

/** One row per attention of a visit that stands, in the period and at these telecentres, with its cell. */
function counted(reader: Reader, counting: Counting, request: FigureRequest, partitions: readonly string[] | 'all') {
  const { period, breakdown, today } = request;
  let query = reader
    .selectFrom('attention')
    .innerJoin('visit', (join) =>
      join.onRef('visit.id', '=', 'attention.visit').onRef('visit.partition', '=', 'attention.partition'),
    )
    .leftJoin(personAliases(reader).as('alias'), 'alias.person', 'visit.person')
    .leftJoin(personFigures(reader, today).as('figures'), (join) =>
      join.on('figures.person', '=', (eb) => eb.fn.coalesce('alias.counts_as', 'visit.person')),
    )
    .where('visit.day', '<=', period.to)
    .where(STANDS)
    .select([
      'attention.id as attention',
      'attention.partition as partition',
      'attention.made_clock as clock',
      'visit.id as visit',
      'visit.day as day',
    ])
    .select((eb) => eb.fn.coalesce('alias.counts_as', 'visit.person').as('person'))
    .select(cellOf(breakdown, counting.year(request)).as('cell'));
  if (period.from) query = query.where('visit.day', '>=', period.from);
  if (partitions !== 'all') query = query.where('visit.partition', 'in', [...partitions, '']);
  if (counting.unit === 'person') query = query.where('visit.person', 'is not', null);
  return query;
}

/** Of visitors without a card the sex that could be seen is counted; everything else about them is unknown. */
function cellOf(breakdown: FigureRequest['breakdown'], year: RawBuilder<number>): RawBuilder<string> {
  if (breakdown === null || breakdown === 'district') return sql<string>`'total'`;
  if (breakdown !== 'sex') return personCell(breakdown, year);
  return sql<string>`case when visit.person is null and visit.category in ('woman', 'girl') then 'female'
    when visit.person is null and visit.category in ('man', 'boy') then 'male' else ${personCell('sex', year)} end`;
}

async function cells(reader: Reader, counting: Counting, request: FigureRequest): Promise<FigureCell[]> {
  const { all, places } = await placesIn(reader, request.scope);
  if (request.breakdown === 'district') {
    const districts = [...new Set(places.map((place) => place.district))].toSorted();
    const found: FigureCell[] = [];
    for (const district of districts) {
      const [cell] = await countCells(reader, counting, request, partitionsOf(places, district));
      found.push(cell ? { ...cell, key: district } : { key: district, value: 0 });
    }
    return found;
  }
  const found = await countCells(reader, counting, request, all ? 'all' : places.map((place) => place.partition));
  return request.breakdown === null && found.length === 0 ? [{ key: 'total', value: 0 }] : found;
}

const partitionsOf = (places: readonly Place[], district: string) =>
  places.filter((place) => place.district === district).map((place) => place.partition);

async function countCells(
  reader: Reader,
  counting: Counting,
  request: FigureRequest,
  partitions: readonly string[] | 'all',
): Promise<FigureCell[]> {
  const rows: FigureCell[] = await reader
    .selectFrom(counted(reader, counting, request, partitions).as('counted'))
    .select('counted.cell as key')
    .select((eb) => eb.fn.count<number>(`counted.${counting.unit}`).distinct().as('value'))
    .groupBy('counted.cell')
    .orderBy('counted.cell')
    .execute();
  return counting.unit === 'person' ? withIntervals(reader, request, partitions, rows) : rows;
}

/** Beyond so many people the interval is not worth its time; it is said that nobody knows it by leaving it out. */
const MOST_PEOPLE = 20_000;

async function withIntervals(
  reader: Reader,
  request: FigureRequest,
  partitions: readonly string[] | 'all',
  cells: FigureCell[],
): Promise<FigureCell[]> {
  if (cells.reduce((sum, cell) => sum + (cell.value ?? 0), 0) > MOST_PEOPLE) return cells;
  const rows = reader.selectFrom(counted(reader, PEOPLE, request, partitions).as('counted'));
  const sets = await probableSets(reader, rows.select('counted.person'));
  if (sets === null || sets.size === 0) return cells;
  const people = await rows.select(['counted.cell', 'counted.person']).distinct().execute();
  const known = intervals(
    people.flatMap(({ cell, person }) => (person ? [{ cell, person }] : [])),
    sets,
  );
  return cells.map((cell) => {
    const interval = known.get(cell.key);
    return interval && interval.min < interval.max ? { ...cell, interval } : cell;
  });
}

/** The records of a cell: every attention, or of people every visit with the person it counts for. */
async function evidence(reader: Reader, counting: Counting, request: RecordsRequest): Promise<EvidencePage> {
  const { all, places } = await placesIn(reader, request.scope);
  const page = Math.max(0, request.page);
  const partitions =
    request.breakdown === 'district' && request.cell !== 'total'
      ? partitionsOf(places, request.cell)
      : all
        ? 'all'
        : places.map((place) => place.partition);
  const id = counting.unit === 'attention' ? 'counted.attention' : 'counted.visit';
  let query = reader
    .selectFrom(counted(reader, counting, request, partitions).as('counted'))
    .select(['counted.partition', `${id} as id`, 'counted.day', 'counted.person'])
    .select((eb) => eb.fn.min('counted.clock').as('clock'))
    .groupBy(['counted.partition', id, 'counted.day', 'counted.person']);
  if (request.breakdown !== null && request.breakdown !== 'district' && request.cell !== 'total')
    query = query.where('counted.cell', '=', request.cell);
  const rows = await query
    .orderBy('counted.day')
    .orderBy('counted.partition')
    .orderBy(id)
    .limit(PAGE + 1)
    .offset(page * PAGE)
    .execute();
  return {
    rows: rows.slice(0, PAGE).map((row) => ({
      table: counting.unit === 'attention' ? 'attention' : 'visit',
      partition: row.partition,
      id: row.id,
      day: row.day ?? undefined,
      subject: row.person ?? undefined,
      clock: row.clock ?? undefined,
    })),
    page,
    more: rows.length > PAGE,
  };
}

export const attentionsIndicator: Indicator = {
  code: 'visits.attentions',
  version: 1,
  unit: 'attention',
  measure: 1,
  direction: 'ascending',
  accumulation: 'sum',
  period: 'month',
  breakdowns: [byDistrict(true), ...PERSON_BREAKDOWNS],
  source: 'visits.attentions.source',
  figures: (reader, request) => cells(reader, ATTENTIONS, request),
  records: (reader, request) => evidence(reader, ATTENTIONS, request),
};

/** Distinct persons with a card; who comes without one is an attention and a visit, and nobody knows how many people. */
export const peopleServedIndicator: Indicator = {
  code: 'visits.people-served',
  version: 1,
  unit: 'person',
  measure: 1,
  direction: 'ascending',
  accumulation: 'cumulative',
  period: 'month',
  breakdowns: [byDistrict(false), ...PERSON_BREAKDOWNS],
  source: 'visits.people-served.source',
  figures: (reader, request) => cells(reader, PEOPLE, request),
  records: (reader, request) => evidence(reader, PEOPLE, request),
};
