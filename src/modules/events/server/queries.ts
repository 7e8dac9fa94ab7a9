// Events as everybody reads them: what is to come, what was, how many places are left; never a name.
import type { Reader } from '#platform/db';
import { partition as names } from '#platform/partitions';
import type { Kind, State, Times } from './rules.ts';

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
  /** Places kept for who registers elsewhere; null = none are lent to the telecentre that plans it. */
  kept: number | null;
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
  'kept',
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
    kept: number('kept'),
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

/** After which event a walk goes on: its last day and its id. */
export interface Walked {
  lastDay: string;
  id: string;
}

/** Published events that are not over, so many after one, by their last day. */
export async function comingAfter(
  reader: Reader,
  { today, after, limit }: { today: string; after: Walked | undefined; limit: number },
): Promise<EventEntry[]> {
  let query = reader
    .selectFrom('event')
    .select(COLUMNS)
    .where('state', '=', 'published')
    .where('last_day', '>=', today);
  if (after)
    query = query.where((eb) =>
      eb.or([
        eb('last_day', '>', after.lastDay),
        eb.and([eb('last_day', '=', after.lastDay), eb('id', '>', after.id)]),
      ]),
    );
  const rows = await query.orderBy('last_day').orderBy('id').limit(limit).execute();
  return rows.map(entry);
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
