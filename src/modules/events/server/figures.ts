// The indicator of events: attendances, each with the record behind it. A list on paper that was counted has no person and no record per head.
import { sql } from 'kysely';
import type { Reader } from '#platform/db';
import type { EvidencePage, FigureCell, FigureRequest, Indicator, RecordsRequest } from '#platform/indicators';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { PERSON_BREAKDOWNS, personCell, personFigures } from '#modules/people';

const PAGE = 50;

/** Of the partition's name. A telecentre stands for its district here: attendances lie in districts. */
function beginningOf(scope: Scope): string {
  if ('programme' in scope) return '';
  if ('province' in scope) return partition.district(scope.province);
  return scope.district ? partition.district(scope.district) : 'nowhere';
}

/** One row per attendance in the period, with its cell. */
function attended(reader: Reader, { period, breakdown, scope, today }: FigureRequest) {
  let query = reader
    .selectFrom('event_attendance as came')
    .leftJoin(personFigures(reader, today).as('figures'), 'figures.person', 'came.person')
    .where('came.day', '<=', period.to)
    .select(['came.partition', 'came.id', 'came.day', 'came.made_clock'])
    .select(
      (breakdown === null
        ? sql<string>`'total'`
        : breakdown === 'district'
          ? sql<string>`substr(came.partition, 3)`
          : personCell(breakdown, sql<number>`cast(substr(came.day, 1, 4) as integer)`)
      ).as('cell'),
    );
  if (period.from) query = query.where('came.day', '>=', period.from);
  const beginning = beginningOf(scope);
  return beginning === ''
    ? query
    : query.where('came.partition', '>=', beginning).where('came.partition', '<', `${beginning}~`);
}

async function figures(reader: Reader, request: FigureRequest): Promise<FigureCell[]> {
  const found = await reader
    .selectFrom(attended(reader, request).as('counted'))
    .select('counted.cell as key')
    .select((eb) => eb.fn.countAll<number>().as('value'))
    .groupBy('counted.cell')
    .orderBy('counted.cell')
    .execute();
  return request.breakdown === null && found.length === 0 ? [{ key: 'total', value: 0 }] : found;
}

async function records(reader: Reader, request: RecordsRequest): Promise<EvidencePage> {
  const page = Math.max(0, request.page);
  let query = reader.selectFrom(attended(reader, request).as('counted')).selectAll();
  if (request.cell !== 'total') query = query.where('counted.cell', '=', request.cell);
  const rows = await query
    .orderBy('counted.day')
    .orderBy('counted.partition')
    .orderBy('counted.id')
    .limit(PAGE + 1)
    .offset(page * PAGE)
    .execute();
  return {
    rows: rows.slice(0, PAGE).map((row) => ({
      table: 'event_attendance',
      partition: row.partition,
      id: row.id,
      day: row.day ?? undefined,
      clock: row.made_clock,
    })),
    page,
    more: rows.length > PAGE,
  };
}

export const attendedIndicator: Indicator = {
  code: 'events.attended',
  version: 1,
  unit: 'attendance',
  measure: 1,
  direction: 'ascending',
  accumulation: 'sum',
  period: 'month',
  breakdowns: [{ name: 'district', additive: true }, ...PERSON_BREAKDOWNS],
  source: 'events.attended.source',
  figures,
  records,
};
