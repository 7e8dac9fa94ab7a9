// Finding people. A card comes without a name; names and private fields are handed out only where the actor may read them.
import type { ExpressionBuilder, StringReference } from 'kysely';
import { readId } from '#platform/ids';
import type { Reader, Tables } from '#platform/db';
import { readPartition } from '#platform/partitions';
import type { Actor } from '#platform/permissions';
import { readCard } from './card.ts';
import { candidatesFor } from './compare.ts';
import { nameWords, soundOfBeginning } from './names.ts';
import { inReach, reachOf, type Reach } from './reach.ts';
import type { Birth } from './rules.ts';
import { keysOf, likeness, prepare, PROBABLE, type Likeness, type Named } from './similarity.ts';

/** A person without a name. */
export interface PersonCard {
  id: string;
  partition: string;
  /** UBIGEO. */
  district: string;
  card: string;
  birthYear: number | null;
  birthBasis: string | null;
  sex: string | null;
  /** Id of the place where the person lives. */
  place: string | null;
  gone: boolean;
}

/** A card with the person's names; empty strings once they were erased. */
export interface PersonWithNames extends PersonCard {
  given: string;
  surnames: string;
  birthDate: string | null;
}

const CARD = ['partition', 'id', 'card', 'birth_year', 'birth_basis', 'sex', 'place', 'gone'] as const;
const NAMED = [...CARD, 'given_names', 'surnames', 'birth_date'] as const;

type CardRow = Pick<Tables['person'], (typeof CARD)[number]>;
type NamedRow = Pick<Tables['person'], (typeof NAMED)[number]>;

function toCard(row: CardRow): PersonCard {
  return {
    id: row.id,
    partition: row.partition,
    district: readPartition(row.partition)?.of ?? '',
    card: row.card ?? '',
    birthYear: row.birth_year,
    birthBasis: row.birth_basis,
    sex: row.sex,
    place: row.place,
    gone: row.gone ?? false,
  };
}

function toNamed(row: NamedRow): PersonWithNames {
  return { ...toCard(row), given: row.given_names ?? '', surnames: row.surnames ?? '', birthDate: row.birth_date };
}

/** The card of a person held here. Of one who moved between districts the row that still stands. */
export async function findPerson(reader: Reader, id: string): Promise<PersonCard | undefined> {
  const rows = await reader.selectFrom('person').select(CARD).where('id', '=', id).limit(9).execute();
  const row = rows.find((one) => !one.gone) ?? rows[0];
  return row && toCard(row);
}

/** What tells whether somebody is of age; for decisions, not for a screen. */
export async function findBirth(reader: Reader, person: PersonCard): Promise<Birth> {
  const row = await reader
    .selectFrom('person')
    .select(['birth_year', 'birth_date'])
    .where('partition', '=', person.partition)
    .where('id', '=', person.id)
    .executeTakeFirst();
  return { birthYear: row?.birth_year ?? null, birthDate: row?.birth_date ?? null };
}

/** Whose card has this number, as typed or scanned. Undefined also when two have it: then a person decides which. */
export async function findPersonByCard(reader: Reader, typed: string): Promise<PersonCard | undefined> {
  const card = readCard(typed);
  if (!card) return undefined;
  const found = await reader.selectFrom('person_search').select('person').where('token', '=', card).limit(2).execute();
  const [only] = found;
  return only && found.length === 1 ? findPerson(reader, only.person) : undefined;
}

/** People with their names, where the actor may read them; the others are left out. At most 500. */
export async function findPeopleWithNames(
  reader: Reader,
  actor: Actor,
  ids: readonly string[],
): Promise<PersonWithNames[]> {
  const reach = reachOf(actor, 'people.read');
  if (ids.length === 0 || reach.length === 0) return [];
  const rows = await reader
    .selectFrom('person')
    .select(NAMED)
    .where('id', 'in', ids.slice(0, 500))
    .where((eb) => inReach(eb, 'partition', reach))
    .execute();
  return rows.map(toNamed);
}

export async function findPersonWithNames(
  reader: Reader,
  actor: Actor,
  id: string,
): Promise<PersonWithNames | undefined> {
  const found = await findPeopleWithNames(reader, actor, [id]);
  return found.find((person) => !person.gone) ?? found[0];
}

export const PAGE = 20;
/** More matches than this are not sorted or paged through: the screen asks for another word instead. */
export const MOST_MATCHES = 1000;

export interface SearchResult {
  people: PersonWithNames[];
  /** From 0. */
  page: number;
  more: boolean;
  /** More than MOST_MATCHES fit what was typed. */
  tooMany: boolean;
}

/** Words that begin with these letters, as written or by their sound. */
function begins<DB, TB extends keyof DB>(eb: ExpressionBuilder<DB, TB>, token: StringReference<DB, TB>, word: string) {
  const range = (letters: string) =>
    eb.and([eb(token, '>=', letters as never), eb(token, '<', `${letters}~` as never)]);
  const heard = soundOfBeginning(word);
  return heard === '' || heard === word ? range(word) : eb.or([range(word), range(heard)]);
}

/** People by the beginnings of their names in any order and spelling, by card number or by record id; surnames in order. */
export async function searchPeople(
  reader: Reader,
  actor: Actor,
  search: { text: string; page?: number },
): Promise<SearchResult> {
  const page = Math.max(0, Math.min(search.page ?? 0, MOST_MATCHES / PAGE - 1));
  const nothing: SearchResult = { people: [], page, more: false, tooMany: false };
  const reach = reachOf(actor, 'people.read');
  if (reach.length === 0) return nothing;
  const exact = await findExact(reader, actor, search.text);
  if (exact.length > 0) return { ...nothing, people: exact };
  const digits = search.text.replace(/[\s.-]/g, '');
  const words = /^\d{3,12}$/.test(digits) ? [digits] : usefulWords(search.text);
  if (words.length === 0) return nothing;
  const found = matches(reader, words, reach).as('found');
  const rows = await reader
    .selectFrom(found)
    .innerJoin('person', (join) =>
      join.onRef('person.id', '=', 'found.person').onRef('person.partition', '=', 'found.partition'),
    )
    .select(NAMED.map((column) => `person.${column}` as const))
    .select((eb) => eb.fn.countAll<number>().over().as('total'))
    .orderBy('person.surnames')
    .orderBy('person.given_names')
    .orderBy('person.id')
    .limit(PAGE + 1)
    .offset(page * PAGE)
    .execute();
  return {
    people: rows.slice(0, PAGE).map(toNamed),
    page,
    more: rows.length > PAGE,
    tooMany: (rows[0]?.total ?? 0) > MOST_MATCHES,
  };
}

/** Single letters say too little beside longer words; of very many words the longest five are looked at. */
function usefulWords(text: string): string[] {
  const words = nameWords(text.slice(0, 200));
  const long = words.filter((word) => word.length > 1);
  return (long.length > 0 ? long : words).toSorted((a, b) => b.length - a.length).slice(0, 5);
}

function matches(reader: Reader, words: readonly string[], reach: Reach) {
  const [first = '', ...others] = words;
  let query = reader
    .selectFrom('person_search as s')
    .select(['s.person', 's.partition'])
    .distinct()
    .where((eb) => begins(eb, 's.token', first))
    .where((eb) => inReach(eb, 's.partition', reach));
  for (const word of others)
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('person_search as other')
          .select('other.token')
          .whereRef('other.person', '=', 's.person')
          .where((inner) => begins(inner, 'other.token', word)),
      ),
    );
  return query.limit(MOST_MATCHES + 1);
}

async function findExact(reader: Reader, actor: Actor, typed: string): Promise<PersonWithNames[]> {
  const id = readId(typed);
  if (id) return findPeopleWithNames(reader, actor, [id]);
  const card = readCard(typed);
  if (!card) return [];
  const found = await reader.selectFrom('person_search').select('person').where('token', '=', card).limit(9).execute();
  return findPeopleWithNames(
    reader,
    actor,
    found.map((row) => row.person),
  );
}

export interface ProbableDuplicate extends PersonWithNames {
  likeness: Likeness;
}

/**
 * Cards that probably mean the person about to be registered (or `except` herself), in the actor's reach, the likeliest first;
 * at most 20.
 */
export async function findProbableDuplicates(
  reader: Reader,
  actor: Actor,
  named: Named,
  except?: string,
): Promise<ProbableDuplicate[]> {
  const asked = prepare(named);
  const keys = keysOf(asked);
  if (keys.length === 0) return [];
  const found = (await candidatesFor(reader, keys)).filter((id) => id !== except);
  const people = await findPeopleWithNames(reader, actor, found);
  return people
    .filter((person) => !person.gone)
    .map((person) => ({ ...person, likeness: likeness(asked, prepare(person)) }))
    .filter((person) => person.likeness.score >= PROBABLE)
    .toSorted((a, b) => b.likeness.score - a.likeness.score || (a.id < b.id ? -1 : 1))
    .slice(0, 20);
}
