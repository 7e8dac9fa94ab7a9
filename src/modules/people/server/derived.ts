// Search keys and the answers that count, kept beside the facts: rebuilt for every person whose rows were written here or received.
import type { LocalTx } from '#platform/db';
import type { AppliedRow } from '#platform/manifest';
import { compareAnew } from './compare.ts';
import { nameWords, sound } from './names.ts';
import { ANSWERS } from './purposes.ts';
import { currentConsent, currentProfile } from './rules.ts';
import type { ConsentRow } from './tables.ts';

/** So many persons at a time: SQLite takes at most 32,766 values in one statement. */
const BATCH = 500;

async function inBatches(
  rows: readonly AppliedRow[],
  work: (ids: string[], some: readonly AppliedRow[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) {
    const some = rows.slice(at, at + BATCH);
    await work(
      some.map((row) => row.id),
      some,
    );
  }
}

/** What is received may be of any length, but must never be too long for an index. */
const LONGEST = 40;
const MOST_TOKENS = 60;

/** What a person is found by: every word of the names as written and as it sounds, and the digits of the card. */
function searchTokens(person: { given_names: string | null; surnames: string | null; card: string | null }): string[] {
  const words = nameWords(`${person.surnames ?? ''} ${person.given_names ?? ''}`);
  const tokens = [...words, ...words.map(sound), ...(person.card ? [person.card] : [])].map((token) =>
    token.slice(0, LONGEST),
  );
  return [...new Set(tokens)].filter((token) => token !== '').slice(0, MOST_TOKENS);
}

/** Names that were erased, and persons taken off the list, leave no key behind. */
export async function applyPeople(tx: LocalTx, rows: AppliedRow[]): Promise<void> {
  await inBatches(rows, async (ids) => {
    const people = await tx
      .selectFrom('person')
      .select(['partition', 'id', 'given_names', 'surnames', 'card', 'gone'])
      .where('id', 'in', ids)
      .execute();
    await tx.local.deleteFrom('person_search').where('person', 'in', ids).execute();
    const listed = people.filter((person) => !person.gone);
    const search = listed.flatMap((person) =>
      searchTokens(person).map((token) => ({ token, person: person.id, partition: person.partition })),
    );
    for (let at = 0; at < search.length; at += 5000)
      await tx.local
        .insertInto('person_search')
        .values(search.slice(at, at + 5000))
        .execute();
    await compareAnew(tx, ids);
  });
}

/**
 * Two processes that receive facts about one person at the same time would each compute without the other's; the second waits
 * here and then reads both.
 */
async function lockPeople(tx: LocalTx, people: readonly string[]): Promise<void> {
  const empty = { sex: null, birth_year: null, district: null, place: null, people: null, language: null };
  await tx.local
    .insertInto('profile_state')
    .values(people.toSorted().map((person) => ({ person, ...empty })))
    .onConflict((conflict) => conflict.column('person').doUpdateSet((eb) => ({ person: eb.ref('excluded.person') })))
    .execute();
}

function grouped<Row>(rows: readonly Row[], by: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(by(row));
    if (group) group.push(row);
    else groups.set(by(row), [row]);
  }
  return groups;
}

type StoredConsent = Pick<ConsentRow, 'id' | 'person' | 'purpose' | 'answer' | 'expires' | 'made_at' | 'replaces'>;

/** A received consent that says nothing readable counts for nothing. */
export function readConsent(row: StoredConsent) {
  const { person, purpose } = row;
  const answer = ANSWERS.find((known) => known === row.answer);
  return person && purpose && purpose.length <= LONGEST && answer ? [{ ...row, person, purpose, answer }] : [];
}

/** Whom these rows name, and whom those named that were taken away. */
function peopleOf(named: readonly { person: string | null }[], rows: readonly AppliedRow[]): string[] {
  const before = rows.map(({ was }) => was?.person);
  return [...new Set([...named.map(({ person }) => person), ...before])].filter((one) => typeof one === 'string');
}

export async function applyConsents(tx: LocalTx, rows: AppliedRow[]): Promise<void> {
  await inBatches(rows, async (ids, some) => {
    const named = await tx.selectFrom('consent').select('person').distinct().where('id', 'in', ids).execute();
    const people = peopleOf(named, some);
    if (people.length === 0) return;
    await lockPeople(tx, people);
    const facts = await tx
      .selectFrom('consent')
      .select(['id', 'person', 'purpose', 'answer', 'expires', 'made_at', 'replaces'])
      .where('person', 'in', people)
      .execute();
    const states = [...grouped(facts, (fact) => `${fact.person} ${fact.purpose}`).values()].flatMap((group) => {
      const fact = currentConsent(group.flatMap(readConsent));
      return fact
        ? [{ person: fact.person, purpose: fact.purpose, answer: fact.answer, expires: fact.expires, consent: fact.id }]
        : [];
    });
    await tx.local.deleteFrom('consent_state').where('person', 'in', people).execute();
    for (let at = 0; at < states.length; at += 5000)
      await tx.local
        .insertInto('consent_state')
        .values(states.slice(at, at + 5000))
        .execute();
  });
}

export async function applyProfiles(tx: LocalTx, rows: AppliedRow[]): Promise<void> {
  await inBatches(rows, async (ids, some) => {
    const named = await tx.selectFrom('person_profile').select('person').distinct().where('id', 'in', ids).execute();
    const people = peopleOf(named, some);
    if (people.length === 0) return;
    await lockPeople(tx, people);
    const facts = await tx
      .selectFrom('person_profile')
      .select(['id', 'made_at', 'person', 'sex', 'birth_year', 'district', 'place', 'people', 'language'])
      .where('person', 'in', people)
      .execute();
    const byPerson = grouped(facts, (fact) => fact.person ?? '');
    const states = people.map((person) => ({ person, ...currentProfile(byPerson.get(person) ?? []) }));
    await tx.local
      .insertInto('profile_state')
      .values(states)
      .onConflict((conflict) =>
        conflict.column('person').doUpdateSet((eb) => ({
          sex: eb.ref('excluded.sex'),
          birth_year: eb.ref('excluded.birth_year'),
          district: eb.ref('excluded.district'),
          place: eb.ref('excluded.place'),
          people: eb.ref('excluded.people'),
          language: eb.ref('excluded.language'),
        })),
      )
      .execute();
  });
}
