// Cards that may be one person and of which nobody decided yet: why a number of people is shown from least to most.
import { sql, type SelectQueryBuilder } from 'kysely';
import type { Reader } from '#platform/db';
import { decidedPairs, joinPairs } from './links.ts';
import { probablySame } from './names.ts';

/** With more candidates than this nobody says how far the number may be off. */
const MOST_PAIRS = 5_000;

/**
 * Among the persons of a query (its one column, `person`): who is probably the same as whom, as a map from each to the least
 * id of the set. Null when there are too many to tell. Names are compared here and handed out to nobody.
 */
export async function probableSets<DB, TB extends keyof DB>(
  reader: Reader,
  people: SelectQueryBuilder<DB, TB, { person: string | null }>,
): Promise<ReadonlyMap<string, string> | null> {
  const candidates = await reader
    .selectFrom('person_duplicate as one')
    .innerJoin('person_duplicate as two', (join) =>
      join.onRef('two.key', '=', 'one.key').onRef('two.person', '>', 'one.person'),
    )
    .select(['one.person as person', 'two.person as other'])
    .distinct()
    .where((eb) =>
      eb.or([
        eb('one.birth_year', 'is', null),
        eb('two.birth_year', 'is', null),
        sql<boolean>`abs(one.birth_year - two.birth_year) <= 1`,
      ]),
    )
    .where('one.person', 'in', people)
    .where('two.person', 'in', people)
    .limit(MOST_PAIRS + 1)
    .execute();
  if (candidates.length > MOST_PAIRS) return null;
  if (candidates.length === 0) return new Map();
  const ids = [...new Set(candidates.flatMap((pair) => [pair.person, pair.other]))];
  const cards = await reader
    .selectFrom('person')
    .select(['id', 'given_names', 'surnames', 'birth_year'])
    .where('id', 'in', ids)
    .execute();
  const named = new Map(
    cards.map((card) => [
      card.id,
      { given: card.given_names ?? '', surnames: card.surnames ?? '', birthYear: card.birth_year },
    ]),
  );
  const decided = await decidedPairs(reader, ids);
  const probable = candidates.filter(({ person, other }) => {
    const [one, two] = [named.get(person), named.get(other)];
    return one && two && !decided.has(`${person} ${other}`) && probablySame(one, two);
  });
  return joinPairs(probable);
}

/**
 * Least and most people that the cells can hold. Of a probable set one person remains; in a cell that shares the set with
 * another cell it may be nobody.
 */
export function intervals(
  counted: readonly { cell: string; person: string }[],
  sets: ReadonlyMap<string, string>,
): Map<string, { min: number; max: number }> {
  const cellsOfSet = new Map<string, Set<string>>();
  for (const { cell, person } of counted) {
    const set = sets.get(person) ?? person;
    cellsOfSet.set(set, (cellsOfSet.get(set) ?? new Set()).add(cell));
  }
  const people = new Map<string, Set<string>>();
  const certain = new Map<string, Set<string>>();
  for (const { cell, person } of counted) {
    const set = sets.get(person) ?? person;
    people.set(cell, (people.get(cell) ?? new Set()).add(person));
    const sure = certain.get(cell) ?? new Set();
    if (cellsOfSet.get(set)?.size === 1) sure.add(set);
    certain.set(cell, sure);
  }
  return new Map([...people].map(([cell, all]) => [cell, { min: certain.get(cell)?.size ?? 0, max: all.size }]));
}
