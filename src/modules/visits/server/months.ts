// In which months somebody came, and what was done in one: what totals are made of. Without names; who may see a total is asked by who shows it.
import { sql } from 'kysely';
import type { Reader } from '#platform/db';
import { personAliases } from '#modules/people';
import { STANDS } from './queries.ts';

/** A telecentre's partition and a civil day there. */
export interface DayThere {
  partition: string;
  day: string | null;
}

/** Days of visits; at most 500 ids. */
export function daysOfVisits(reader: Reader, ids: readonly string[]): Promise<DayThere[]> {
  return reader.selectFrom('visit').select(['partition', 'day']).where('id', 'in', ids).execute();
}

/** Days on which these persons came; at most 500 ids. */
export function daysOfVisitors(reader: Reader, people: readonly string[]): Promise<DayThere[]> {
  return reader.selectFrom('visit').select(['partition', 'day']).distinct().where('person', 'in', people).execute();
}

/** The visits that attentions or voidings are of; at most 500 ids. */
export async function visitsBehind(
  reader: Reader,
  table: 'attention' | 'visit_void',
  ids: readonly string[],
): Promise<string[]> {
  const rows = await reader.selectFrom(table).select('visit').where('id', 'in', ids).execute();
  return rows.flatMap(({ visit }) => visit ?? []);
}

/** Every month of every telecentre in which a visit was written, voided or not: `t/<site>`, `2026-11`. */
export function monthsWithVisits(reader: Reader): Promise<{ scope: string; month: string }[]> {
  return reader
    .selectFrom('visit')
    .select('partition as scope')
    .select(sql<string>`substr(day, 1, 7)`.as('month'))
    .where('day', 'is not', null)
    .distinct()
    .execute();
}

function ofMonth(reader: Reader, month: string) {
  return reader
    .selectFrom('visit')
    .leftJoin(personAliases(reader).as('alias'), 'alias.person', 'visit.person')
    .where('visit.day', '>=', `${month}-01`)
    .where('visit.day', '<=', `${month}-31`)
    .where(STANDS);
}

/** What was done in a month at a telecentre, each with the person it counts for; of whoever has no card, what was seen and said. */
export function attentionsOfMonth(reader: Reader, where: string, month: string) {
  return ofMonth(reader, month)
    .innerJoin('attention', (join) =>
      join.onRef('attention.visit', '=', 'visit.id').onRef('attention.partition', '=', 'visit.partition'),
    )
    .where('visit.partition', '=', where)
    .select(['attention.id', 'attention.visit', 'attention.purpose', 'attention.institution', 'attention.trainer'])
    .select(['attention.consent', 'attention.minutes', 'visit.category', 'visit.age_band', 'visit.language'])
    .select((eb) => eb.fn.coalesce('alias.counts_as', 'visit.person').as('person'))
    .execute();
}

/** Query of the persons, `person`, who came in a month to a telecentre: as many rows as visits. */
export function visitorsOfMonth(reader: Reader, where: string, month: string) {
  return ofMonth(reader, month)
    .where('visit.partition', '=', where)
    .select((eb) => eb.fn.coalesce('alias.counts_as', 'visit.person').as('person'));
}

/** Distinct persons for whom something was done in a month at any of these telecentres; null = at all. */
export async function countPeopleOfMonth(
  reader: Reader,
  month: string,
  partitions: readonly string[] | null,
): Promise<number> {
  let query = ofMonth(reader, month)
    .where('visit.person', 'is not', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('attention')
          .select('attention.id')
          .whereRef('attention.visit', '=', 'visit.id')
          .whereRef('attention.partition', '=', 'visit.partition'),
      ),
    );
  if (partitions) query = query.where('visit.partition', 'in', [...partitions, '']);
  const row = await query
    .select((eb) => eb.fn.count<number>(eb.fn.coalesce('alias.counts_as', 'visit.person')).distinct().as('people'))
    .executeTakeFirstOrThrow();
  return row.people;
}
