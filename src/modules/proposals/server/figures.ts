// The one indicator of proposals: how many were submitted, where and by whom, as far as consents let it be known.
import { sql } from 'kysely';
import type { Reader } from '#platform/db';
import type { EvidencePage, FigureCell, FigureRequest, Indicator, RecordsRequest } from '#platform/indicators';
import { partition } from '#platform/partitions';
import type { Scope } from '#platform/permissions';
import { PERSON_BREAKDOWNS, personCell, personFigures } from '#modules/people';

const PAGE = 50;

/** Every submission counts, also one that was withdrawn later: a figure once published must not shrink by itself. */
function submitted(reader: Reader, request: FigureRequest) {
  const { period, breakdown, scope, today } = request;
  let query = reader
    .selectFrom('proposal_step as step')
    .leftJoin(personFigures(reader, today).as('figures'), 'figures.person', 'step.person')
    .where('step.kind', '=', 'submitted')
    .where('step.day', '<=', period.to)
    .select(['step.partition', 'step.id', 'step.day', 'step.made_clock'])
    .select(
      (breakdown === null
        ? sql<string>`'total'`
        : breakdown === 'district'
          ? sql<string>`substr(step.partition, 3)` // `d/120608`
          : personCell(breakdown, sql<number>`cast(substr(step.day, 1, 4) as integer)`)
      ).as('cell'),
    );
  if (period.from) query = query.where('step.day', '>=', period.from);
  const beginning = beginningOf(scope);
  if (beginning !== '')
    query = query.where('step.partition', '>=', beginning).where('step.partition', '<', `${beginning}~`);
  return query;
}

/** Of the partition's name. A telecentre stands for its district here: proposals belong to districts. */
function beginningOf(scope: Scope): string {
  if ('programme' in scope) return '';
  if ('province' in scope) return partition.district(scope.province);
  return scope.district ? partition.district(scope.district) : 'nowhere';
}

async function figures(reader: Reader, request: FigureRequest): Promise<FigureCell[]> {
  const found = await reader
    .selectFrom(submitted(reader, request).as('counted'))
    .select('counted.cell as key')
    .select((eb) => eb.fn.countAll<number>().as('value'))
    .groupBy('counted.cell')
    .orderBy('counted.cell')
    .execute();
  return request.breakdown === null && found.length === 0 ? [{ key: 'total', value: 0 }] : found;
}

async function records(reader: Reader, request: RecordsRequest): Promise<EvidencePage> {
  const page = Math.max(0, request.page);
  let query = reader.selectFrom(submitted(reader, request).as('counted')).selectAll();
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
      table: 'proposal_step',
      partition: row.partition,
      id: row.id,
      day: row.day ?? undefined,
      clock: row.made_clock,
    })),
    page,
    more: rows.length > PAGE,
  };
}

export const submittedIndicator: Indicator = {
  code: 'proposals.submitted',
  version: 1,
  unit: 'proposal',
  measure: 1,
  direction: 'ascending',
  accumulation: 'sum',
  period: 'month',
  breakdowns: [{ name: 'district', additive: true }, ...PERSON_BREAKDOWNS],
  source: 'proposals.submitted.source',
  figures,
  records,
};
