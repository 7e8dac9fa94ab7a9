// Visits as the desk reads them: of a day, of a person, of a code. Without names: who may know those asks people.
import { sql } from 'kysely';
import type { Reader } from '#platform/db';
import { partition } from '#platform/partitions';
import { can, type Actor } from '#platform/permissions';

interface AttentionEntry {
  purpose: string;
  institution: string | null;
  procedure: string | null;
  outcome: string | null;
  /** Of an assisted procedure. */
  consent: string | null;
  minutes: number | null;
}

export interface VisitEntry {
  id: string;
  /** Record id of the telecentre. */
  site: string;
  person: string | null;
  category: string | null;
  /** Of somebody without a card, what she allowed. */
  ageBand: string | null;
  language: string | null;
  day: string;
  occurredAt: number | null;
  /** Milliseconds UTC at which it was entered. */
  enteredAt: number;
  reported: string | null;
  purposes: AttentionEntry[];
  /** Line of the sheet it was copied from. */
  line: number | null;
  voided: boolean;
}

export interface AtSite {
  id: string;
  district: string;
}

function mayRead(actor: Actor, site: AtSite): boolean {
  return can(actor, 'visits.read', { site: site.id, district: site.district });
}

/** A condition on `visit`: nobody voided it. */
export const STANDS = sql<boolean>`not exists (select 1 from visit_void
  where visit_void.visit = visit.id and visit_void.partition = visit.partition)`;

function standing(reader: Reader, where: string) {
  return reader.selectFrom('visit').where('visit.partition', '=', where).where(STANDS);
}

/** A visit of a person on a day that stands, the latest; undefined when there is none. */
export async function visitOfToday(
  reader: Reader,
  where: string,
  person: string,
  day: string,
): Promise<string | undefined> {
  const row = await standing(reader, where)
    .where('visit.person', '=', person)
    .where('visit.day', '=', day)
    .select('visit.id')
    .orderBy('visit.made_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

/** What was written as procedures of an institution here before, most often first; at most 30. */
export async function usualProcedures(reader: Reader, actor: Actor, site: AtSite): Promise<string[]> {
  if (!mayRead(actor, site)) return [];
  const rows = await reader
    .selectFrom('attention')
    .select(['procedure'])
    .select((eb) => eb.fn.countAll<number>().as('times'))
    .where('partition', '=', partition.site(site.id))
    .where('procedure', 'is not', null)
    .groupBy('procedure')
    .orderBy('times', 'desc')
    .orderBy('procedure')
    .limit(30)
    .execute();
  return rows.flatMap(({ procedure }) => procedure ?? []);
}

export interface DayCounts {
  attentions: number;
  visits: number;
  people: number;
}

/** The three counts of a civil day at a telecentre; zeros where the actor may not read. */
export async function countDay(reader: Reader, actor: Actor, site: AtSite, day: string): Promise<DayCounts> {
  if (!mayRead(actor, site)) return { attentions: 0, visits: 0, people: 0 };
  const counts = await standing(reader, partition.site(site.id))
    .where('visit.day', '=', day)
    .select((eb) => [
      eb.fn.count<number>('visit.id').distinct().as('visits'),
      eb.fn.count<number>('visit.person').distinct().as('people'),
    ])
    .executeTakeFirstOrThrow();
  const { attentions } = await standing(reader, partition.site(site.id))
    .where('visit.day', '=', day)
    .innerJoin('attention', (join) =>
      join.onRef('attention.visit', '=', 'visit.id').onRef('attention.partition', '=', 'visit.partition'),
    )
    .select((eb) => eb.fn.countAll<number>().as('attentions'))
    .executeTakeFirstOrThrow();
  return { attentions, visits: counts.visits, people: counts.people };
}

/** The visits of a civil day that stand, latest first; at most `limit` (50, 200). */
export async function listVisitsOfDay(
  reader: Reader,
  actor: Actor,
  site: AtSite,
  day: string,
  limit = 50,
): Promise<VisitEntry[]> {
  if (!mayRead(actor, site)) return [];
  const rows = await standing(reader, partition.site(site.id))
    .where('visit.day', '=', day)
    .selectAll('visit')
    .orderBy('visit.made_at', 'desc')
    .orderBy('visit.id', 'desc')
    .limit(Math.min(limit, 200))
    .execute();
  return withPurposes(reader, site.id, rows, false);
}

/** A person's visits at one telecentre, latest first, voided ones marked; at most 50. */
export async function listVisitsOfPerson(
  reader: Reader,
  actor: Actor,
  site: AtSite,
  person: string,
): Promise<VisitEntry[]> {
  return mayRead(actor, site) ? visitsOf(reader, site.id, person) : [];
}

/** What was done here for whoever is signed in as a resident: her own, whatever else she may read. Latest first, voided ones marked; at most 50. */
export async function listOwnVisits(reader: Reader, actor: Actor, site: string): Promise<VisitEntry[]> {
  if (actor.kind !== 'resident' || !actor.person) return [];
  return visitsOf(reader, site, actor.person);
}

async function visitsOf(reader: Reader, site: string, person: string): Promise<VisitEntry[]> {
  const rows = await reader
    .selectFrom('visit')
    .selectAll()
    .where('person', '=', person)
    .where('partition', '=', partition.site(site))
    .orderBy('day', 'desc')
    .orderBy('made_at', 'desc')
    .limit(50)
    .execute();
  const ids = rows.map((row) => row.id);
  return withPurposes(reader, site, rows, await voidedAmong(reader, ids));
}

export async function findVisit(
  reader: Reader,
  actor: Actor,
  site: AtSite,
  id: string,
): Promise<VisitEntry | undefined> {
  if (!mayRead(actor, site)) return undefined;
  const rows = await reader
    .selectFrom('visit')
    .selectAll()
    .where('partition', '=', partition.site(site.id))
    .where('id', '=', id)
    .execute();
  const [visit] = await withPurposes(reader, site.id, rows, await voidedAmong(reader, [id]));
  return visit;
}

async function voidedAmong(reader: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await reader.selectFrom('visit_void').select('visit').where('visit', 'in', ids).execute();
  return new Set(rows.flatMap((row) => row.visit ?? []));
}

interface StoredVisit {
  id: string;
  person: string | null;
  category: string | null;
  age_band: string | null;
  language: string | null;
  day: string | null;
  occurred_at: number | null;
  reported: string | null;
  line: number | null;
  made_at: number;
}

async function withPurposes(
  reader: Reader,
  site: string,
  rows: readonly StoredVisit[],
  voided: ReadonlySet<string> | false,
): Promise<VisitEntry[]> {
  if (rows.length === 0) return [];
  const attentions = await reader
    .selectFrom('attention')
    .select(['partition', 'id', 'visit', 'purpose', 'institution', 'procedure', 'outcome', 'consent', 'minutes'])
    .where(
      'visit',
      'in',
      rows.map((row) => row.id),
    )
    .execute();
  // partition and order are looked at here: asked for them, SQLite goes through the whole partition instead of the visits
  const own = attentions.filter((one) => one.partition === partition.site(site)).sort((a, b) => (a.id < b.id ? -1 : 1));
  return rows.map((row) => ({
    id: row.id,
    site,
    person: row.person,
    category: row.category,
    ...{ ageBand: row.age_band, language: row.language },
    day: row.day ?? '',
    occurredAt: row.occurred_at,
    enteredAt: row.made_at,
    reported: row.reported,
    purposes: own
      .filter((one) => one.visit === row.id)
      .map(({ purpose, institution, procedure, outcome, consent, minutes }) => ({
        ...{ purpose: purpose ?? 'other', institution, procedure, outcome, consent, minutes },
      })),
    line: row.line,
    voided: voided !== false && voided.has(row.id),
  }));
}
