// What figures may know of people: built from profiles and consents, never from a card. Other modules join these queries.
import type { Reader } from '#platform/db';

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
