// Keys and probable pairs kept beside the cards: made anew for every card written here or received, so that the queue is there at once.
import type { LocalTx, LocalWriter, Reader, Tables } from '#platform/db';
import { ANY_YEAR, keysOf, likeness, prepare, PROBABLE, type Key, type Prepared } from './similarity.ts';

/** What of a stored card is compared. */
export const COMPARED = [
  'partition',
  'id',
  'given_names',
  'surnames',
  'birth_year',
  'birth_date',
  'birth_basis',
  'sex',
  'place',
  'gone',
] as const;

export type StoredCard = Pick<Tables['person'], (typeof COMPARED)[number]>;

export function prepareCard(card: StoredCard): Prepared {
  return prepare({
    given: card.given_names ?? '',
    surnames: card.surnames ?? '',
    birthYear: card.birth_year,
    birthDate: card.birth_date,
    birthBasis: card.birth_basis,
    sex: card.sex,
    place: card.place,
  });
}

/** Cards compared for one card: those that share most keys. */
const MOST_CANDIDATES = 400;
/** Pairs kept of one card, the likeliest; nobody works through more. */
const MOST_PAIRS = 20;
/** Cards at a time: their candidates are in memory. */
const AT_ONCE = 100;
const ROWS = 2_000;

/** Both years that may be meant, and the cards of which nobody knows it. */
const years = (year: number): number[] => [ANY_YEAR, year - 1, year, year + 1];

/** Ids of those who share a key with a card, whoever shares most first. */
export async function candidatesFor(reader: Reader, keys: readonly Key[]): Promise<string[]> {
  const groups = Map.groupBy(keys, ({ year }) => year);
  const shared = new Map<string, number>();
  for (const [year, some] of groups) {
    let query = reader
      .selectFrom('person_block')
      .select('person')
      .select((eb) => eb.fn.countAll<number>().as('shared'))
      .where(
        'key',
        'in',
        some.map(({ key }) => key),
      )
      .groupBy('person')
      .orderBy('shared', 'desc')
      .orderBy('person')
      .limit(MOST_CANDIDATES);
    if (year !== ANY_YEAR) query = query.where('birth_year', 'in', years(year));
    for (const row of await query.execute()) shared.set(row.person, (shared.get(row.person) ?? 0) + Number(row.shared));
  }
  return [...shared]
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, MOST_CANDIDATES)
    .map(([person]) => person);
}

async function cardsOf(reader: Reader, ids: readonly string[]): Promise<StoredCard[]> {
  const cards: StoredCard[] = [];
  for (let at = 0; at < ids.length; at += 500)
    cards.push(
      ...(await reader
        .selectFrom('person')
        .select(COMPARED)
        .where('id', 'in', ids.slice(at, at + 500))
        .execute()),
    );
  return cards.filter((card) => !card.gone);
}

export interface Pair {
  person: string;
  other: string;
  partition: string;
  other_partition: string;
  score: number;
}

function pairOf(one: StoredCard, two: StoredCard, score: number): Pair {
  const [a, b] = one.id < two.id ? [one, two] : [two, one];
  return { person: a.id, other: b.id, partition: a.partition, other_partition: b.partition, score };
}

/** The keys of these cards; whoever is off the list has none. */
async function writeKeys(
  writer: LocalWriter,
  cards: readonly { card: StoredCard; prepared: Prepared }[],
): Promise<void> {
  const rows = cards.flatMap(({ card, prepared }) =>
    keysOf(prepared).map(({ key, year }) => ({ key, birth_year: year, person: card.id, partition: card.partition })),
  );
  for (let at = 0; at < rows.length; at += ROWS)
    await writer
      .insertInto('person_block')
      .values(rows.slice(at, at + ROWS))
      .execute();
}

async function writePairs(
  reader: Reader,
  writer: LocalWriter,
  cards: readonly { card: StoredCard; prepared: Prepared }[],
): Promise<void> {
  const candidates = new Map<string, string[]>();
  for (const { card, prepared } of cards)
    candidates.set(
      card.id,
      (await candidatesFor(reader, keysOf(prepared))).filter((id) => id !== card.id),
    );
  const others = new Map(cards.map(({ card, prepared }) => [card.id, { card, prepared }]));
  const missing = [...new Set([...candidates.values()].flat())].filter((id) => !others.has(id));
  for (const card of await cardsOf(reader, missing)) others.set(card.id, { card, prepared: prepareCard(card) });
  const pairs = new Map<string, Pair>();
  for (const { card, prepared } of cards) {
    const probable = (candidates.get(card.id) ?? []).flatMap((id) => {
      const other = others.get(id);
      const score = other ? likeness(prepared, other.prepared).score : 0;
      return other && score >= PROBABLE ? [pairOf(card, other.card, score)] : [];
    });
    for (const pair of probable.toSorted((a, b) => b.score - a.score).slice(0, MOST_PAIRS))
      pairs.set(`${pair.person} ${pair.other}`, pair);
  }
  const rows = [...pairs.values()];
  for (let at = 0; at < rows.length; at += ROWS)
    await writer
      .insertInto('person_pair')
      .values(rows.slice(at, at + ROWS))
      .execute();
}

async function forget(writer: LocalWriter, ids: readonly string[]): Promise<void> {
  await writer.deleteFrom('person_block').where('person', 'in', ids).execute();
  await writer
    .deleteFrom('person_pair')
    .where((eb) => eb.or([eb('person', 'in', ids), eb('other', 'in', ids)]))
    .execute();
}

/**
 * After these cards changed. Two processes that receive look-alikes in two districts at the same time would each compare
 * without the other's; the second waits here and then finds the first's.
 */
export async function compareAnew(tx: LocalTx, ids: readonly string[]): Promise<void> {
  if (tx.engine === 'postgres')
    await tx.local
      .insertInto('person_compare')
      .values({ id: 1, turn: 1 })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({ turn: eb('person_compare.turn', '+', 1) })),
      )
      .execute();
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    await forget(tx.local, some);
    const cards = (await cardsOf(tx, some)).map((card) => ({ card, prepared: prepareCard(card) }));
    await writeKeys(tx.local, cards);
    await writePairs(tx, tx.local, cards);
  }
}

/** Every key and pair from nothing, for a database from before there were any. Keys first, so that every card finds the others. */
export async function compareAll(reader: Reader, writer: LocalWriter): Promise<void> {
  const page = async (after: { partition: string; id: string } | undefined) => {
    let query = reader.selectFrom('person').select(COMPARED).orderBy('partition').orderBy('id').limit(AT_ONCE);
    if (after)
      query = query.where((eb) =>
        eb.or([
          eb('partition', '>', after.partition),
          eb.and([eb('partition', '=', after.partition), eb('id', '>', after.id)]),
        ]),
      );
    return query.execute();
  };
  for (const step of ['keys', 'pairs'] as const) {
    let after: StoredCard | undefined;
    for (;;) {
      const read = await page(after);
      const cards = read.filter(({ gone }) => !gone).map((card) => ({ card, prepared: prepareCard(card) }));
      if (step === 'keys') await writeKeys(writer, cards);
      else {
        const ids = cards.map(({ card }) => card.id);
        // a pair is found from both of its cards
        if (ids.length > 0)
          await writer
            .deleteFrom('person_pair')
            .where((eb) => eb.or([eb('person', 'in', ids), eb('other', 'in', ids)]))
            .execute();
        await writePairs(reader, writer, cards);
      }
      if (read.length < AT_ONCE) break;
      after = read.at(-1);
    }
  }
}
