// Who has a place, who waits in which turn, who came: for who holds the event, and for each of their own.
import type { Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';
import { freeQuota } from '#replication';
import type { EventEntry } from './queries.ts';
import { eventPlace } from './tables.ts';

export interface PlacesTaken {
  /** Given for sure. */
  taken: number;
  /** Written at a telecentre and not answered by the hub yet. */
  provisional: number;
  waiting: number;
}

/** Where places of an event lie. */
export const placesOf = ({ district }: Pick<EventEntry, 'district'>): string => names.district(district);

export async function countPlaces(reader: Reader, of: Pick<EventEntry, 'id' | 'district'>): Promise<PlacesTaken> {
  const rows = await reader
    .selectFrom('ruled_claim')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('partition', '=', placesOf(of))
    .where('table_number', '=', eventPlace.number)
    .where('key', '=', JSON.stringify([of.id]))
    // also what was given up a moment ago in this very transaction
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('claim_end as ended')
            .select('ended.id')
            .whereRef('ended.partition', '=', 'ruled_claim.partition')
            .whereRef('ended.row', '=', 'ruled_claim.row'),
        ),
      ),
    )
    .groupBy('state')
    .execute();
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  return {
    taken: counts.get('accepted') ?? 0,
    provisional: counts.get('provisional') ?? 0,
    waiting: (await waitingOf(reader, of)).length,
  };
}

/** Places that are left; null = as many as come. At the hub without those that a telecentre was lent to give. */
export async function placesLeft(
  reader: Reader,
  of: Pick<EventEntry, 'id' | 'district' | 'capacity' | 'kept'>,
  { role, taken }: { role: 'hub' | 'telecentre'; taken: number },
): Promise<number | null> {
  if (of.capacity === null) return null;
  if (role === 'hub' && of.kept !== null) return freeQuota(reader, eventPlace, placesOf(of), { event: of.id });
  return Math.max(0, of.capacity - taken);
}

/** Places that are given for sure and were not given up, the earlier first. */
export async function takenPlaces(
  reader: Reader,
  of: Pick<EventEntry, 'id' | 'district'>,
): Promise<{ id: string; person: string | null; instead: string | null }[]> {
  return (
    reader
      .selectFrom('event_place as place')
      .innerJoin('ruled_claim as claim', (join) =>
        join
          .onRef('claim.partition', '=', 'place.partition')
          .onRef('claim.row', '=', 'place.id')
          .on('claim.table_number', '=', eventPlace.number),
      )
      .where('place.event', '=', of.id)
      .where('place.partition', '=', placesOf(of))
      .where('claim.state', '=', 'accepted')
      // as above, also within the transaction in which it is given up
      .leftJoin('claim_end as ended', (join) =>
        join.onRef('ended.partition', '=', 'place.partition').onRef('ended.row', '=', 'place.id'),
      )
      .where('ended.id', 'is', null)
      .select(['place.id', 'place.person', 'place.instead'])
      .orderBy('place.made_at')
      .orderBy('place.id')
      .execute()
  );
}

export interface Waiting {
  id: string;
  /** `claim`: a telecentre had written it, and the hub refused; `wait`: it was full when it was written. */
  kind: 'claim' | 'wait';
  person: string | null;
  name: string | null;
  site: string | null;
  at: number;
}

/** Who waits, in turn: without those whose turn it was and those who waited no longer. At most 500. */
export async function waitingOf(reader: Reader, of: Pick<EventEntry, 'id' | 'district'>): Promise<Waiting[]> {
  const where = placesOf(of);
  const refused = await reader
    .selectFrom('event_place as place')
    .innerJoin('ruled_claim as claim', (join) =>
      join
        .onRef('claim.partition', '=', 'place.partition')
        .onRef('claim.row', '=', 'place.id')
        .on('claim.table_number', '=', eventPlace.number),
    )
    .where('place.event', '=', of.id)
    .where('place.partition', '=', where)
    .where('claim.state', '=', 'refused')
    .select(['place.id', 'place.person', 'place.name', 'place.site', 'place.made_at as at'])
    .limit(500)
    .execute();
  const waits = await reader
    .selectFrom('event_wait as wait')
    .leftJoin('event_wait_end as ended', 'ended.wait', 'wait.id')
    .where('wait.event', '=', of.id)
    .where('wait.partition', '=', where)
    .where('ended.id', 'is', null)
    .select(['wait.id', 'wait.person', 'wait.name', 'wait.site', 'wait.made_at as at'])
    .limit(500)
    .execute();
  const followed = new Set(
    (
      await reader
        .selectFrom('event_place')
        .select('instead')
        .where('event', '=', of.id)
        .where('instead', 'is not', null)
        .execute()
    ).map(({ instead }) => instead),
  );
  return [
    ...refused.map((row) => ({ ...row, kind: 'claim' as const })),
    ...waits.map((row) => ({ ...row, kind: 'wait' as const })),
  ]
    .filter(({ id }) => !followed.has(id))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

export type PlaceState = 'taken' | 'provisional' | 'waiting' | 'ended';

export interface PlaceEntry {
  id: string;
  event: string;
  person: string | null;
  name: string | null;
  state: PlaceState;
  /** How many wait before; 0 = the next. Only of who waits. */
  before: number | null;
  at: number;
}

/** Who registered, for who holds the event: in the order in which it was written. At most 500. */
export async function listPlaces(reader: Reader, of: Pick<EventEntry, 'id' | 'district'>): Promise<PlaceEntry[]> {
  const rows = await reader
    .selectFrom('event_place as place')
    .innerJoin('ruled_claim as claim', (join) =>
      join
        .onRef('claim.partition', '=', 'place.partition')
        .onRef('claim.row', '=', 'place.id')
        .on('claim.table_number', '=', eventPlace.number),
    )
    .where('place.event', '=', of.id)
    .where('place.partition', '=', placesOf(of))
    .where('claim.state', 'in', ['accepted', 'provisional'])
    .select(['place.id', 'place.person', 'place.name', 'claim.state', 'place.made_at as at'])
    .orderBy('place.made_at')
    .orderBy('place.id')
    .limit(500)
    .execute();
  const waiting = await waitingOf(reader, of);
  return [
    ...rows.map(({ state, ...row }) => ({
      ...row,
      event: of.id,
      state: state === 'accepted' ? ('taken' as const) : ('provisional' as const),
      before: null,
    })),
    ...waiting.map(({ id, person, name, at }, before) => ({
      ...{ id, person, name, at, before },
      event: of.id,
      state: 'waiting' as const,
    })),
  ];
}

/** A row names one that waited, and that none again; whatever somebody sent, it is followed so far. */
const MOST_TURNS = 4;

/** One registration as it stands, whether it has a place, waits, or was given up; followed to the place that came of waiting. */
export async function findPlace(
  reader: Reader,
  id: string,
  turns = MOST_TURNS,
): Promise<(PlaceEntry & { partition: string }) | undefined> {
  const later = await reader.selectFrom('event_place').select('id').where('instead', '=', id).executeTakeFirst();
  if (later && turns > 0) return findPlace(reader, later.id, turns - 1);
  const claimed = await reader
    .selectFrom('event_place as place')
    .innerJoin('ruled_claim as claim', (join) =>
      join
        .onRef('claim.partition', '=', 'place.partition')
        .onRef('claim.row', '=', 'place.id')
        .on('claim.table_number', '=', eventPlace.number),
    )
    .where('place.id', '=', id)
    .select(['place.partition', 'place.event', 'place.person', 'place.name', 'place.made_at as at', 'claim.state'])
    .executeTakeFirst();
  const waited = claimed
    ? undefined
    : await reader
        .selectFrom('event_wait as wait')
        .leftJoin('event_wait_end as ended', 'ended.wait', 'wait.id')
        .where('wait.id', '=', id)
        .select(['wait.partition', 'wait.event', 'wait.person', 'wait.name', 'wait.made_at as at', 'ended.id as ended'])
        .executeTakeFirst();
  const row = claimed ?? waited;
  if (!row?.event) return undefined;
  const base = { id, event: row.event, person: row.person, name: row.name, at: row.at, partition: row.partition };
  if (claimed?.state === 'accepted') return { ...base, state: 'taken', before: null };
  if (claimed?.state === 'provisional') return { ...base, state: 'provisional', before: null };
  if (claimed?.state === 'ended' || waited?.ended) return { ...base, state: 'ended', before: null };
  const waiting = await waitingOf(reader, { id: row.event, district: row.partition.slice(2) });
  return {
    ...base,
    state: 'waiting',
    before: Math.max(
      0,
      waiting.findIndex((one) => one.id === id),
    ),
  };
}

/** What a person has in an event already: the same person twice is the same place. */
export async function placeOfPerson(
  reader: Reader,
  of: Pick<EventEntry, 'id' | 'district'>,
  person: string,
): Promise<string | undefined> {
  for (const table of ['event_place', 'event_wait'] as const) {
    const rows = await reader
      .selectFrom(table)
      .select('id')
      .where('event', '=', of.id)
      .where('person', '=', person)
      .execute();
    for (const { id } of rows) {
      const place = await findPlace(reader, id);
      if (place && place.state !== 'ended') return place.id;
    }
  }
  return undefined;
}

export interface Attendance {
  /** Places of who came. */
  places: string[];
  persons: string[];
  /** Came without having registered and without a card, or from the list on paper. */
  counted: Record<string, number> | null;
  total: number;
}

export async function attendanceOf(reader: Reader, id: string): Promise<Attendance> {
  const rows = await reader
    .selectFrom('event_attendance')
    .select(['place', 'person', 'id'])
    .where('event', '=', id)
    .execute();
  const last = await reader
    .selectFrom('event_count')
    .select(['counts', 'total'])
    .where('event', '=', id)
    .orderBy('made_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const came = new Set(rows.map(({ place, person, id: row }) => person ?? place ?? row));
  return {
    places: rows.flatMap(({ place }) => place ?? []),
    persons: rows.flatMap(({ person }) => person ?? []),
    counted: last?.counts ? (JSON.parse(last.counts) as Record<string, number>) : null,
    total: came.size + (last?.total ?? 0),
  };
}

/** Registrations and attendances of a person, the latest first. */
export async function eventsOfPerson(
  reader: Reader,
  persons: readonly string[],
  limit: number,
): Promise<{ id: string; event: string; kind: 'place' | 'wait' | 'came'; at: number }[]> {
  const found: { id: string; event: string; kind: 'place' | 'wait' | 'came'; at: number }[] = [];
  for (const [table, kind] of [
    ['event_place', 'place'],
    ['event_wait', 'wait'],
    ['event_attendance', 'came'],
  ] as const) {
    const rows = await reader
      .selectFrom(table)
      .select(['id', 'event', 'made_at as at'])
      .where('person', 'in', persons)
      .orderBy('made_at', 'desc')
      .limit(limit)
      .execute();
    found.push(...rows.flatMap(({ id, event, at }) => (event ? [{ id, event, kind, at }] : [])));
  }
  return found.sort((a, b) => b.at - a.at).slice(0, limit);
}
