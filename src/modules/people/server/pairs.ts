// Cards that may be one person and of which nobody decided yet: why a number of people is shown from least to most.
import type { SelectQueryBuilder } from 'kysely';
import type { Reader } from '#platform/db';
import { decidedPairs, joinPairs } from './links.ts';

/** With more pairs than this nobody says how far the number may be off. */
const MOST_PAIRS = 5_000;

/**
 * Among the persons of a query (its one column, `person`): who is probably the same as whom, as a map from each to the least
 * id of the set. Null when there are too many to tell.
 */
export async function probableSets<DB, TB extends keyof DB>(
  reader: Reader,
  people: SelectQueryBuilder<DB, TB, { person: string | null }>,
): Promise<ReadonlyMap<string, string> | null> {
  const pairs = await reader
    .selectFrom('person_pair')
    .select(['person', 'other'])
    .where('person', 'in', people)
    .where('other', 'in', people)
    .limit(MOST_PAIRS + 1)
    .execute();
  if (pairs.length > MOST_PAIRS) return null;
  if (pairs.length === 0) return new Map();
  const decided = await decidedPairs(reader, [...new Set(pairs.flatMap((pair) => [pair.person, pair.other]))]);
  return joinPairs(pairs.filter(({ person, other }) => !decided.has(`${person} ${other}`)));
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
