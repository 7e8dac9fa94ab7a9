// What only the home telecentre and the hub hold about a person: read by those who may, per site that wrote it.
import type { Reader, Tables } from '#platform/db';
import { readPartition } from '#platform/partitions';
import type { Actor } from '#platform/permissions';
import { readConsent } from './derived.ts';
import type { PersonCard } from './queries.ts';
import { mayReadPrivate } from './reach.ts';
import { consents, currentConsent, type ConsentFact } from './rules.ts';

export interface PersonDetail {
  ethnicity: string | null;
  language: string | null;
  documentKind: string | null;
  document: string | null;
  phone: string | null;
}

function mayRead(actor: Actor, person: PersonCard, partition: string): boolean {
  const where = readPartition(partition);
  return where?.kind === 'site-private' && mayReadPrivate(actor, { id: where.of, district: person.district });
}

/** Empty fields where nothing is known here, or nothing may be read. */
export async function findPersonDetail(reader: Reader, actor: Actor, person: PersonCard): Promise<PersonDetail> {
  const rows = await reader
    .selectFrom('person_detail')
    .select(['partition', 'ethnicity', 'language', 'document_kind', 'document', 'phone'])
    .where('id', '=', person.id)
    .limit(50)
    .execute();
  const readable = rows.filter((row) => mayRead(actor, person, row.partition));
  const first = (field: 'ethnicity' | 'language' | 'document_kind' | 'document' | 'phone') =>
    readable.find((row) => row[field] !== null)?.[field] ?? null;
  return {
    ethnicity: first('ethnicity'),
    language: first('language'),
    documentKind: first('document_kind'),
    document: first('document'),
    phone: first('phone'),
  };
}

export interface ConsentEntry extends ConsentFact {
  purpose: string;
  givenBy: string | null;
  guardianName: string | null;
  childYes: boolean;
  version: number | null;
  language: string | null;
  audioHeard: boolean;
  mark: string | null;
  witness: string | null;
  /** Whether this is the answer that counts. */
  current: boolean;
}

type ConsentColumns = Tables['consent'];

/** Every answer the person gave, newest first, as far as the actor may read them; at most 200. */
export async function listConsents(reader: Reader, actor: Actor, person: PersonCard): Promise<ConsentEntry[]> {
  const rows = await reader
    .selectFrom('consent')
    .selectAll()
    .where('person', '=', person.id)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(200)
    .execute();
  const readable = rows.filter((row) => mayRead(actor, person, row.partition)).flatMap(entry);
  return readable.map((one) => ({
    ...one,
    current: currentConsent(readable.filter((other) => other.purpose === one.purpose))?.id === one.id,
  }));
}

function entry(row: ConsentColumns): Omit<ConsentEntry, 'current'>[] {
  return readConsent(row).map((read) => ({
    id: read.id,
    purpose: read.purpose,
    answer: read.answer,
    expires: read.expires,
    made_at: read.made_at,
    replaces: read.replaces,
    givenBy: row.given_by,
    guardianName: row.guardian_name,
    childYes: row.child_yes ?? false,
    version: row.version,
    language: row.language,
    audioHeard: row.audio_heard ?? false,
    mark: row.mark,
    witness: row.witness,
  }));
}

/** Whether a person's yes to a purpose stands on a civil day: what every use of personal data asks first. */
export async function hasConsent(reader: Reader, person: string, purpose: string, today: string): Promise<boolean> {
  const state = await reader
    .selectFrom('consent_state')
    .select(['answer', 'expires'])
    .where('person', '=', person)
    .where('purpose', '=', purpose)
    .executeTakeFirst();
  return consents(state, today);
}
