// Two cards of one person: joined by a decision that somebody took and may take back; the least id of a joined set counts.
import type { LocalTx, LocalWriter, Reader } from '#platform/db';
import type { AppliedRow } from '#platform/manifest';
import { VERDICTS, type Verdict } from './verdicts.ts';

export interface Link {
  id: string;
  person: string;
  other: string;
  verdict: Verdict;
  made_at: number;
}

type StoredLink = Link & { partition: string };

/** Of every pair the decision that counts: the latest. Independent of the order of arrival. */
function standingLinks<Kind extends Link>(links: readonly Kind[]): Kind[] {
  const latest = new Map<string, Kind>();
  for (const link of links) {
    const pair = `${link.person} ${link.other}`;
    const known = latest.get(pair);
    if (!known || link.made_at > known.made_at || (link.made_at === known.made_at && link.id > known.id))
      latest.set(pair, link);
  }
  return [...latest.values()];
}

/** Who counts as whom; only those who count as somebody else, or are counted for another. */
export function joinedSets(links: readonly Link[]): Map<string, string> {
  return joinPairs(standingLinks(links).filter((link) => link.verdict === 'same'));
}

/** Sets that these pairs make: each of their members with the least id of its set. */
export function joinPairs(pairs: readonly { person: string; other: string }[]): Map<string, string> {
  const root = new Map<string, string>();
  const find = (id: string): string => {
    const up = root.get(id);
    return up === undefined || up === id ? id : find(up);
  };
  for (const { person, other } of pairs) {
    const [a, b] = [find(person), find(other)];
    const least = a < b ? a : b;
    root.set(a, least);
    root.set(b, least);
  }
  return new Map([...root.keys()].map((id) => [id, find(id)]));
}

const MOST_LINKS = 2_000;

async function linksOf(reader: Reader, people: readonly string[]): Promise<StoredLink[]> {
  const rows = await reader
    .selectFrom('person_link')
    .select(['partition', 'id', 'person', 'other', 'verdict', 'made_at'])
    .where((eb) => eb.or([eb('person', 'in', people), eb('other', 'in', people)]))
    .orderBy('id')
    .limit(MOST_LINKS)
    .execute();
  return rows.flatMap(({ partition, id, person, other, verdict, made_at }) => {
    const known = VERDICTS.find((one) => one === verdict);
    return person && other && known ? [{ partition, id, person, other, verdict: known, made_at }] : [];
  });
}

/** Everybody who is reached from these persons over any decision, also one that was taken back. */
async function reached(reader: Reader, start: readonly string[]): Promise<{ people: string[]; links: StoredLink[] }> {
  const people = new Set(start);
  const links = new Map<string, StoredLink>();
  for (let edge = [...people]; edge.length > 0 && links.size < MOST_LINKS;) {
    const found = await linksOf(reader, edge.slice(0, 500));
    const next = new Set(edge.slice(500));
    for (const link of found) {
      links.set(link.id, link);
      for (const id of [link.person, link.other])
        if (!people.has(id)) {
          people.add(id);
          next.add(id);
        }
    }
    edge = [...next];
  }
  return { people: [...people], links: [...links.values()] };
}

export async function applyLinks(tx: LocalTx, rows: readonly AppliedRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 500) {
    const some = rows.slice(at, at + 500);
    const written = await tx
      .selectFrom('person_link')
      .select(['person', 'other'])
      .where(
        'id',
        'in',
        some.map((row) => row.id),
      )
      .execute();
    const before = some.map(({ was }) => ({ person: was?.person, other: was?.other }));
    const start = [...written, ...before]
      .flatMap((link) => [link.person, link.other])
      .filter((one) => typeof one === 'string');
    if (start.length === 0) continue;
    const { people, links } = await reached(tx, start);
    await tx.local.deleteFrom('person_alias').where('person', 'in', people).execute();
    const alias = [...joinedSets(links)].map(([person, counts_as]) => ({ person, counts_as }));
    if (alias.length > 0) await tx.local.insertInto('person_alias').values(alias).execute();
    await tx.local
      .deleteFrom('person_decision')
      .where((eb) => eb.or([eb('person', 'in', people), eb('other', 'in', people)]))
      .execute();
    const standing = standingLinks(links).map(({ id, ...link }) => ({ ...link, link: id }));
    if (standing.length > 0) await tx.local.insertInto('person_decision').values(standing).execute();
  }
}

/** Every decision that counts, from nothing. */
export async function rebuildDecisions(reader: Reader, writer: LocalWriter): Promise<void> {
  const rows = await reader.selectFrom('person_link').select('person').distinct().execute();
  for (const { person } of rows) {
    if (!person) continue;
    const standing = standingLinks((await linksOf(reader, [person])).filter((link) => link.person === person));
    const decisions = standing.map(({ id, ...link }) => ({ ...link, link: id }));
    if (decisions.length > 0) await writer.insertInto('person_decision').values(decisions).execute();
  }
}

/** Those of whom it was decided that they are somebody else than this person. */
export async function knownAsOthers(reader: Reader, person: string): Promise<ReadonlySet<string>> {
  const rows = await reader
    .selectFrom('person_decision')
    .select(['person', 'other'])
    .where((eb) => eb.or([eb('person', '=', person), eb('other', '=', person)]))
    .where('verdict', '=', 'different')
    .limit(MOST_LINKS)
    .execute();
  return new Set(rows.map((row) => (row.person === person ? row.other : row.person)));
}

/** Pairs among these persons on which a decision stands, as `lesser greater`. */
export async function decidedPairs(reader: Reader, people: readonly string[]): Promise<ReadonlySet<string>> {
  const pairs = new Set<string>();
  for (let at = 0; at < people.length; at += 500) {
    const some = people.slice(at, at + 500);
    const rows = await reader
      .selectFrom('person_decision')
      .select(['person', 'other'])
      .where((eb) => eb.or([eb('person', 'in', some), eb('other', 'in', some)]))
      .where('verdict', '!=', 'open')
      .execute();
    for (const { person, other } of rows) pairs.add(`${person} ${other}`);
  }
  return pairs;
}

/** The person as whom somebody counts: herself, or the least id of the set she was joined to. */
export async function countsAs(reader: Reader, person: string): Promise<string> {
  const row = await reader
    .selectFrom('person_alias')
    .select('counts_as')
    .where('person', '=', person)
    .executeTakeFirst();
  return row?.counts_as ?? person;
}

/** The others of a joined set, with the person herself left out. */
export async function joinedWith(reader: Reader, person: string): Promise<string[]> {
  const rows = await reader
    .selectFrom('person_alias')
    .select('person')
    .where('counts_as', '=', await countsAs(reader, person))
    .limit(50)
    .execute();
  return rows.map((row) => row.person).filter((id) => id !== person);
}
