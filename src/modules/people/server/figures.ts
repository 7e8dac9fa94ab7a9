// What figures may know of people: built from profiles and consents, never from a card. Other modules join these queries.
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Reader } from '#platform/db';
import type { Breakdown, BreakdownName } from '#platform/indicators';
import { PEOPLES, SEXES } from './lists.ts';
import { AGE_BANDS } from './rules.ts';

/**
 * Query of one row per person of whom a profile is held: `person`, `sex`, `birth_year`, `district`, `place`, `people`,
 * `language`. Who does not consent, on that civil day, to the ethnicity purpose is of people `unknown`. To be joined as a
 * subquery: `.leftJoin(personFigures(reader, today).as('figures'), 'figures.person', 'visit.person')`.
 */
export function personFigures(reader: Reader, today: string) {
  return reader
    .selectFrom('profile_state')
    .leftJoin('consent_state', (join) =>
      join.onRef('consent_state.person', '=', 'profile_state.person').on('consent_state.purpose', '=', 'ethnicity'),
    )
    .select([
      'profile_state.person as person',
      'profile_state.sex as sex',
      'profile_state.birth_year as birth_year',
      'profile_state.district as district',
      'profile_state.place as place',
      'profile_state.language as language',
    ])
    .select((eb) =>
      eb
        .case()
        .when(
          eb.and([
            eb('consent_state.answer', '=', 'yes'),
            eb.or([eb('consent_state.expires', 'is', null), eb('consent_state.expires', '>=', today)]),
          ]),
        )
        .then(eb.fn.coalesce('profile_state.people', eb.val('unknown')))
        .when(
          eb.or([
            eb('consent_state.answer', '=', 'prefers-not'),
            eb('profile_state.people', '=', 'prefers-not-to-say'),
          ]),
        )
        .then('prefers-not-to-say')
        .else('unknown')
        .end()
        .as('people'),
    );
}

/** Query of the persons whose yes to a purpose stands on a civil day, for `where('person', 'in', …)`. */
export function consenting(reader: Reader, purpose: string, today: string) {
  return reader
    .selectFrom('consent_state')
    .select('person')
    .where('purpose', '=', purpose)
    .where('answer', '=', 'yes')
    .where((eb) => eb.or([eb('expires', 'is', null), eb('expires', '>=', today)]));
}

/**
 * Query of `person`, `counts_as` for those who were joined with another card. Distinct people are counted over
 * `coalesce(alias.counts_as, visit.person)`, joined on `alias.person = visit.person`.
 */
export function personAliases(reader: Reader) {
  return reader.selectFrom('person_alias').select(['person', 'counts_as']);
}

/** All cards that count as one person with any of these, these themselves included; at most 500 ids. */
export async function joinedWith(reader: Reader, people: readonly string[]): Promise<string[]> {
  const rows = await personAliases(reader)
    .where((eb) => eb.or([eb('person', 'in', people), eb('counts_as', 'in', people)]))
    .execute();
  return [...new Set([...people, ...rows.flatMap(({ person, counts_as: head }) => [person, head])])];
}

/** The persons whom these profiles, consents or decisions on a pair are about; at most 500 ids. */
export async function peopleBehind(
  reader: Reader,
  table: 'person_profile' | 'consent' | 'person_link',
  ids: readonly string[],
): Promise<string[]> {
  if (table !== 'person_link') {
    const rows = await reader.selectFrom(table).select('person').where('id', 'in', ids).execute();
    return rows.flatMap(({ person }) => person ?? []);
  }
  const rows = await reader.selectFrom(table).select(['person', 'other']).where('id', 'in', ids).execute();
  return rows.flatMap(({ person, other }) => [person ?? [], other ?? []].flat());
}

/** Last civil day on which the consents of a query's persons (`person`) all stand as on `today`; null = none of them ends. */
export async function consentsEnd<DB, TB extends keyof DB>(
  reader: Reader,
  people: SelectQueryBuilder<DB, TB, { person: string | null }>,
  today: string,
): Promise<string | null> {
  const row = await reader
    .selectFrom('consent_state')
    .where('person', 'in', people)
    .where('expires', '>=', today)
    .select((eb) => eb.fn.min('expires').as('first'))
    .executeTakeFirst();
  return row?.first ?? null;
}

/** Breakdowns by what is known of a person: every person, and so everything done for one, lies in exactly one cell. */
export const PERSON_BREAKDOWNS: readonly Breakdown[] = [
  { name: 'sex', keys: [...SEXES, 'unknown'], texts: 'people.sex', additive: true },
  { name: 'ageBand', keys: AGE_BANDS, minors: ['0-11', '12-17'], texts: 'people.age-band', additive: true },
  { name: 'people', keys: [...PEOPLES, 'unknown'], texts: 'people.people', additive: true },
  { name: 'community', additive: true },
];

/**
 * The cell of a breakdown in which a person lies, in a query that joins `personFigures` as `figures`. `year`: the calendar
 * year at which age is taken (SQL, a whole number). A person without a profile here lies in `unknown`.
 */
export function personCell(breakdown: BreakdownName, year: RawBuilder<number>): RawBuilder<string> {
  switch (breakdown) {
    case 'sex':
      return known(sql`figures.sex`, SEXES);
    case 'people':
      return known(sql`figures.people`, PEOPLES);
    case 'community':
      return sql<string>`coalesce(figures.place, 'unknown')`;
    case 'ageBand': {
      const age = sql`(${year} - figures.birth_year)`;
      return sql<string>`case when figures.birth_year is null or ${age} < 0 or ${age} > 120 then 'unknown'
        when ${age} < 12 then '0-11' when ${age} < 18 then '12-17' when ${age} < 30 then '18-29'
        when ${age} < 60 then '30-59' else '60+' end`;
    }
    case 'district':
      return sql<string>`coalesce(figures.district, 'unknown')`;
  }
}

/** A code that only a newer program knows counts as unknown until the upgrade, so that the cells still add up. */
function known(column: RawBuilder<unknown>, codes: readonly string[]): RawBuilder<string> {
  return sql<string>`case when ${column} in (${sql.join(codes.map((code) => sql.lit(code)))}) then ${column} else 'unknown' end`;
}
