// Events as everybody reads them: what is to come, what was, how many places are left; never a name.
import type { Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';
import type { Kind, State, Times } from './rules.ts';
import { eventPlace } from './tables.ts';

export interface EventEntry extends Times {
  id: string;
  partition: string;
  kind: Kind | string;
  title: string;
  what: string;
  venue: string;
  district: string;
  organiser: string;
  audience: string | null;
  contact: string | null;
  help: string | null;
  capacity: number | null;
  closes: string | null;
  sequence: number;
  state: State;
  reason: string | null;
  minutes: string | null;
  series: string | null;
  uid: string | null;
  /** Milliseconds UTC of the last change. */
  at: number;
}

const COLUMNS = [
  'id',
  'partition',
  'kind',
  'title',
  'what',
  'day',
  'last_day',
  'from_minute',
  'to_minute',
  'venue',
  'district',
  'organiser',
  'audience',
  'contact',
  'help',
  'capacity',
  'closes',
  'sequence',
  'state',
  'reason',
  'minutes',
  'series',
  'uid',
  'made_at',
] as const;

const STATES: readonly string[] = ['draft', 'published', 'cancelled'];

function entry(row: Record<string, unknown>): EventEntry {
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : '');
  const orNull = (name: string) => text(name) || null;
  const number = (name: string) => (typeof row[name] === 'number' ? row[name] : null);
  const day = text('day');
  return {
    id: text('id'),
    partition: text('partition'),
    kind: text('kind') || 'workshop',
    title: text('title'),
    what: text('what'),
    day,
    lastDay: text('last_day') || day,
    from: number('from_minute'),
    to: number('to_minute'),
    venue: text('venue'),
    district: text('district'),
    organiser: text('organiser'),
    audience: orNull('audience'),
    contact: orNull('contact'),
    help: orNull('help'),
    capacity: number('capacity'),
    closes: orNull('closes'),
    sequence: number('sequence') ?? 0,
    state: (STATES.includes(text('state')) ? text('state') : 'draft') as State,
    reason: orNull('reason'),
    minutes: orNull('minutes'),
    series: orNull('series'),
    uid: orNull('uid'),
    at: number('made_at') ?? 0,
  };
}

export interface EventsAsked {
  /** First and last civil day that is looked at. */
  from: string;
  to: string;
  district?: string | undefined;
  kind?: string | undefined;
  /** Record of a telecentre that plans it. */
  site?: string | undefined;
  /** Drafts too: for who may plan. */
  drafts?: boolean;
  limit: number;
  offset?: number;
}

/** In the order in which they begin; what is cancelled stays among them. */
export async function listEvents(reader: Reader, asked: EventsAsked): Promise<EventEntry[]> {
  let query = reader
    .selectFrom('event')
    .select(COLUMNS)
    .where('day', '<=', asked.to)
    .where('last_day', '>=', asked.from);
  query = asked.drafts ? query : query.where('state', 'in', ['published', 'cancelled']);
  if (asked.district) query = query.where('district', '=', asked.district);
  if (asked.kind) query = query.where('kind', '=', asked.kind);
  if (asked.site) query = query.where('partition', '=', names.site(asked.site));
  const rows = await query
    .orderBy('day')
    .orderBy('from_minute')
    .orderBy('id')
    .limit(asked.limit)
    .offset(asked.offset ?? 0)
    .execute();
  return rows.map(entry);
}

/** What lies behind, the latest first. */
export async function listPast(reader: Reader, asked: Omit<EventsAsked, 'from' | 'to'> & { before: string }) {
  let query = reader
    .selectFrom('event')
    .select(COLUMNS)
    .where('last_day', '<', asked.before)
    .where('state', 'in', ['published', 'cancelled']);
  if (asked.district) query = query.where('district', '=', asked.district);
  if (asked.kind) query = query.where('kind', '=', asked.kind);
  const rows = await query
    .orderBy('last_day', 'desc')
    .orderBy('day', 'desc')
    .orderBy('id')
    .limit(asked.limit)
    .offset(asked.offset ?? 0)
    .execute();
  return rows.map(entry);
}

/** Any event that is held here, drafts too; whoever shows it asks whether it may. */
export async function findEvent(reader: Reader, id: string): Promise<EventEntry | undefined> {
  const row = await reader.selectFrom('event').select(COLUMNS).where('id', '=', id).limit(1).executeTakeFirst();
  return row && entry(row);
}

export async function findEvents(reader: Reader, ids: readonly string[]): Promise<EventEntry[]> {
  if (ids.length === 0) return [];
  const rows = await reader
    .selectFrom('event')
    .select(COLUMNS)
    .where('id', 'in', ids)
    .orderBy('id')
    .limit(400)
    .execute();
  return rows.map(entry);
}

export async function findByUid(reader: Reader, uid: string): Promise<EventEntry | undefined> {
  const row = await reader.selectFrom('event').select(COLUMNS).where('uid', '=', uid).limit(1).executeTakeFirst();
  return row && entry(row);
}

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
    .groupBy('state')
    .execute();
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  return {
    taken: counts.get('accepted') ?? 0,
    provisional: counts.get('provisional') ?? 0,
    waiting: (await waitingOf(reader, of)).length,
  };
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

/** One registration as it stands, whether it has a place, waits, or was given up; followed to the place that came of waiting. */
export async function findPlace(reader: Reader, id: string): Promise<(PlaceEntry & { partition: string }) | undefined> {
  const later = await reader.selectFrom('event_place').select('id').where('instead', '=', id).executeTakeFirst();
  if (later) return findPlace(reader, later.id);
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

/** Events to come of which the hub may have something to say: their number of places, or a place for who waits. */
export async function unsettled(reader: Reader, today: string, limit: number, offset: number): Promise<string[]> {
  const rows = await reader
    .selectFrom('event')
    .select('id')
    .where('state', '=', 'published')
    .where('last_day', '>=', today)
    .orderBy('last_day')
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .execute();
  return rows.map(({ id }) => id);
}

/** What everybody may read, the latest change first; of a district also what is the whole programme's. */
export async function latestEvents(
  reader: Reader,
  { district, since, limit }: { district: string | null; since: number | null; limit: number },
): Promise<EventEntry[]> {
  let query = reader.selectFrom('event').select(COLUMNS).where('state', 'in', ['published', 'cancelled']);
  if (district) query = query.where((eb) => eb.or([eb('district', '=', district), eb('partition', '=', names.public)]));
  if (since !== null) query = query.where('made_at', '>', since);
  const rows = await query.orderBy('made_at', 'desc').orderBy('id').limit(limit).execute();
  return rows.map(entry);
}

/** By id, those after one: for walking through all that is public. */
export async function pageOfEvents(
  reader: Reader,
  asked: { after: string | null; limit: number; district: string | null; kind?: string | undefined },
): Promise<EventEntry[]> {
  let query = reader.selectFrom('event').select(COLUMNS).where('state', 'in', ['published', 'cancelled']);
  if (asked.after !== null) query = query.where('id', '>', asked.after);
  if (asked.district) query = query.where('district', '=', asked.district);
  if (asked.kind) query = query.where('kind', '=', asked.kind);
  const rows = await query.orderBy('id').limit(asked.limit).execute();
  return rows.map(entry);
}

/** Held in the last thirty days, and nobody has written who came. At most 100. */
export async function uncounted(reader: Reader, today: string): Promise<EventEntry[]> {
  const since = new Date(Date.parse(`${today}T00:00:00Z`) - 30 * 86_400_000).toISOString().slice(0, 10);
  const rows = await reader
    .selectFrom('event')
    .select(COLUMNS)
    .where('last_day', '>=', since)
    .where('last_day', '<', today)
    .where('state', '=', 'published')
    .where('kind', '!=', 'deadline')
    .where((eb) =>
      eb.not(
        eb.or([
          eb.exists(
            eb.selectFrom('event_attendance as came').select('came.id').whereRef('came.event', '=', 'event.id'),
          ),
          eb.exists(eb.selectFrom('event_count as paper').select('paper.id').whereRef('paper.event', '=', 'event.id')),
        ]),
      ),
    )
    .orderBy('last_day')
    .limit(100)
    .execute();
  return rows.map(entry);
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
