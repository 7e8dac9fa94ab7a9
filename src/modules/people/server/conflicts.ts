// Cards of which two versions were written without knowing of each other: which they are, for those who may read them.
import type { Reader, ShownValue } from '#platform/db';
import type { Actor } from '#platform/permissions';
import { openConflicts, readConflicts, type FieldConflict } from '#replication';
import { findPeopleWithNames, findPersonWithNames, type PersonWithNames } from './queries.ts';
import { inReach, reachOf } from './reach.ts';
import { person as personTable } from './tables.ts';

/** Cards listed at once. */
const MOST = 200;

function withinReach(reader: Reader, actor: Actor) {
  const reach = reachOf(actor, 'people.read');
  return reader
    .selectFrom(openConflicts(reader, personTable).as('open'))
    .where((eb) => (reach.length === 0 ? eb.lit(false) : inReach(eb, 'open.partition', reach)));
}

export async function countConflicts(reader: Reader, actor: Actor): Promise<number> {
  const row = await withinReach(reader, actor)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

export async function listConflicts(reader: Reader, actor: Actor): Promise<PersonWithNames[]> {
  const rows = await withinReach(reader, actor).select('open.row').orderBy('open.row').limit(MOST).execute();
  return findPeopleWithNames(
    reader,
    actor,
    rows.map(({ row }) => row),
  );
}

/** The fields of one card in which somebody has to choose; none where the actor may not read the card. */
export async function findConflicts(reader: Reader, actor: Actor, id: string): Promise<FieldConflict[]> {
  const person = await findPersonWithNames(reader, actor, id);
  return person ? readConflicts(reader, personTable, person.partition, id) : [];
}

/** Names one value in a form. */
export const valueName = ({ site, device, run, n }: ShownValue): string => [site, device, run, n].join('.');

/** Errors: undefined for anything that names no values. */
export function readValueNames(text: string): ShownValue[] | undefined {
  const names = text.split(',');
  if (names.length > 20 || !names.every((name) => /^\d{1,15}(\.\d{1,15}){3}$/.test(name))) return undefined;
  return names.map((name) => {
    const [site = 0, device = 0, run = 0, n = 0] = name.split('.').map(Number);
    return { site, device, run, n };
  });
}
